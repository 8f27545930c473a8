"""A bot that starts while Slack does not answer."""

import asyncio
from pathlib import Path

import pytest

from bot.errors import DeliveryError
from tests.fixtures.council import bot_running, council


async def test_it_waits_for_slack_and_then_serves(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council:
        bot_council.sandbox.faults.fail_with_status("auth.test", 503, times=2)
        bot_council.sandbox.faults.rate_limit("auth.test", times=1, retry_after=1)
        async with asyncio.timeout(30), bot_running(bot_council):
            assert "5.3" in await bot_council.send_command("SS", "show 5.3")


async def test_it_does_not_wait_where_slack_says_no(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council:
        bot_council.sandbox.faults.fail("auth.test", "invalid_auth")
        with pytest.raises(DeliveryError, match="token is not valid"):
            async with asyncio.timeout(30), bot_running(bot_council):
                pytest.fail("it serves with a token Slack refused")
