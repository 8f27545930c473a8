"""Posting to Slack, or to anything that speaks its Web API."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery.error_codes import MAX_CODE_LENGTH, kind_of
from bot.delivery.retry_after import read_retry_after
from bot.delivery.sender import MessageRef, Post
from bot.errors import CallKind, DeliveryError, ErrorKind
from bot.rendering import fit_edited_text
from bot.sentences import sentence
from bot.services.outbox import rate_limits

EVENT_TYPE = "cip_message"
MAX_PAGES = 5
CALL_BY_METHOD = {
    "chat_postMessage": CallKind.POST,
    "chat_update": CallKind.UPDATE,
    "conversations_open": CallKind.OPEN,
    "conversations_history": CallKind.FIND,
    "conversations_replies": CallKind.FIND,
}


class SlackSender:
    """A Sender over the Web API. The client must not retry by itself: the outbox does."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def post(self, post: Post) -> MessageRef:
        if post.updates is not None:
            channel, ts = post.updates
            await call_api(
                self._client.chat_update,
                channel=channel,
                ts=ts,
                text=fit_edited_text(post.text),
                blocks=post.blocks,
                parse="none",
            )
            return MessageRef(channel, ts)
        answer = await call_api(
            self._client.chat_postMessage,
            channel=await self._resolve_channel(post),
            text=post.text,
            blocks=post.blocks,
            thread_ts=post.thread_ts or None,
            parse="none",
            link_names=False,
            unfurl_links=False,
            unfurl_media=False,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": post.token}},
        )
        return MessageRef(str(answer["channel"]), str(answer["ts"]))

    async def _resolve_channel(self, post: Post) -> str:
        """The conversation to post in: for a person, the direct message, opened if need be."""
        if not rate_limits.is_account(post.target):
            return post.target
        answer = await call_api(self._client.conversations_open, users=post.target)
        return str(answer["channel"]["id"])

    async def find(self, post: Post, *, since: float) -> MessageRef | None:
        """Also among the newest messages before `since`: a clock that is ahead gives a time to which Slack's
        own has not come.
        """
        channel = await self._resolve_channel(post)
        cursor = ""
        for _ in range(MAX_PAGES):
            answer = await self._fetch_page(channel, post, cursor)
            messages = answer.get("messages") or []
            for message in messages:
                if message.get("metadata", {}).get("event_payload", {}).get("key") == post.token:
                    return MessageRef(channel, str(message["ts"]))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            is_past = not post.thread_ts and messages and float(messages[-1]["ts"]) < since
            if is_past or not cursor:
                return None
        return None

    async def _fetch_page(self, channel: str, post: Post, cursor: str) -> AsyncSlackResponse:
        """Of a thread from its beginning on, of a conversation the newest first."""
        common: dict[str, Any] = {
            "channel": channel,
            "include_all_metadata": True,
            "limit": 200,
            "cursor": cursor or None,
        }
        if post.thread_ts:
            return await call_api(self._client.conversations_replies, ts=post.thread_ts, **common)
        return await call_api(self._client.conversations_history, **common)


async def call_api(
    method: Callable[..., Awaitable[AsyncSlackResponse]], **arguments: Any
) -> AsyncSlackResponse:
    """Call the Web API; every way it can fail becomes a DeliveryError."""
    try:
        return await method(**arguments)
    except SlackApiError as error:
        raise _to_delivery_error(error, CALL_BY_METHOD.get(getattr(method, "__name__", ""))) from None
    except (TimeoutError, aiohttp.ClientError, SlackClientError, OSError) as error:
        raise DeliveryError(
            "Slack could not be reached.", code=type(error).__name__, try_again=True
        ) from None


def _to_delivery_error(error: SlackApiError, call: CallKind | None) -> DeliveryError:
    response: Any = error.response
    data = getattr(response, "data", response)
    body = data if isinstance(data, dict) else {}
    status = int(getattr(response, "status_code", 0) or 0)
    code = str(body.get("error") or f"http_{status}")
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in {"ratelimited", "rate_limited"}:
        wait = read_retry_after(getattr(response, "headers", None))
        return DeliveryError(
            sentence("delivery.rate_limited"), code="ratelimited", try_again=True, retry_after=wait, call=call
        )
    kind = kind_of(code)
    if kind is ErrorKind.SERVER:
        return DeliveryError(sentence("delivery.slack_fault"), code=code, try_again=True)
    return DeliveryError(
        sentence("delivery.refused", code=code, kind=kind.value),
        code=code[:MAX_CODE_LENGTH],
        try_again=kind is ErrorKind.UNKNOWN,
        call=call,
        kind=kind,
        needs=str(body.get("needed") or ""),
    )
