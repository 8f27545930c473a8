"""Asking for a refusal: the code Slack gives, and its finer points."""

from collections.abc import Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError


async def code_of(call: Awaitable[Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def messages_of(call: Awaitable[Any]) -> list[str]:
    with pytest.raises(SlackApiError) as caught:
        await call
    messages: list[str] = caught.value.response["response_metadata"]["messages"]
    return messages
