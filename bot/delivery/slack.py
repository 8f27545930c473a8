"""Posting to Slack, or to anything that speaks its Web API."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery.sender import MessageRef, Post
from bot.errors import CallKind, DeliveryError
from bot.rendering import fit_edited_text
from bot.sentences import sentence
from bot.services.outbox import rate_limits

log = structlog.get_logger()
EVENT_TYPE = "cip_message"
MAX_PAGES = 5
CALL_BY_METHOD = {
    "chat_postMessage": CallKind.POST,
    "chat_update": CallKind.UPDATE,
    "conversations_open": CallKind.OPEN,
    "conversations_history": CallKind.FIND,
    "conversations_replies": CallKind.FIND,
}
# Codes after which trying again would not help; templates/sentences/delivery.j2 says what each means.
PERMANENT_ERROR_CODES = frozenset(
    {
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "user_not_found",
        "user_disabled",
        "user_not_visible",
        "cannot_dm_bot",
        "users_not_found",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "invalid_auth",
        "not_authed",
        "missing_scope",
        "restricted_action",
        "message_not_found",
        "thread_not_found",
        "cant_update_message",
        "edit_window_closed",
        "invalid_blocks",
        "msg_too_long",
    }
)
# Those of them that are a fault of the bot or its installation: every call fails until somebody repairs it.
BOT_ERROR_CODES = {
    "account_inactive",
    "token_revoked",
    "token_expired",
    "invalid_auth",
    "not_authed",
    "missing_scope",
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
        channel = await self._resolve_channel(post)
        cursor = ""
        for _ in range(MAX_PAGES):
            try:
                answer = await self._fetch_page(channel, post, since, cursor)
            except DeliveryError as error:
                if error.code != "missing_scope":
                    raise
                # The scopes *:history are optional. Twice is better than never.
                log.warning("it cannot be looked up whether a message was posted: a scope is missing")
                return None
            for message in answer.get("messages") or []:
                if message.get("metadata", {}).get("event_payload", {}).get("key") == post.token:
                    return MessageRef(channel, str(message["ts"]))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None
        return None

    async def _fetch_page(self, channel: str, post: Post, since: float, cursor: str) -> AsyncSlackResponse:
        common: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{since:.6f}",
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
    body = getattr(response, "data", response)
    code = str(body.get("error") or "") if isinstance(body, dict) else ""
    status = int(getattr(response, "status_code", 0) or 0)
    if status == 429 or code in {"ratelimited", "rate_limited"}:  # noqa: PLR2004 - HTTP Too Many Requests
        wait = float((getattr(response, "headers", None) or {}).get("Retry-After", 1))
        return DeliveryError(
            sentence("delivery.rate_limited"), code="ratelimited", try_again=True, retry_after=wait, call=call
        )
    if code in PERMANENT_ERROR_CODES:
        return DeliveryError(sentence("delivery.permanent_error", code=code), code=code, try_again=False)
    return DeliveryError(sentence("delivery.slack_fault"), code=code or f"http_{status}", try_again=True)
