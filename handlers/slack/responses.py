"""Responses sent after the acknowledgement: to a response url (five uses within half an hour) or by the Web
API.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.delivery.retry_after import read_retry_after
from bot.delivery.slack import call_api
from bot.errors import DeliveryError
from handlers.requests import Response
from handlers.slack.pipeline import Body, get_object, payload

log = structlog.get_logger()
_RETRY_DELAYS = (0.0, 0.5, 2.0)
_MAX_RETRY_DELAY = 30.0
_OK, _TOO_MANY_REQUESTS, _SERVER_ERROR = 200, 429, 500
MAX_PARTS = 4


async def respond(response_url: str, body: Body) -> bool:
    """Post to a response url, with retries for time-outs, 429 and 5xx; returns whether Slack accepted it."""
    client = AsyncWebhookClient(response_url, timeout=10, retry_handlers=[])
    wait, code = 0.0, ""
    for pause in _RETRY_DELAYS:
        await asyncio.sleep(max(pause, wait))
        try:
            reply = await client.send_dict(body)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            code = type(error).__name__
            continue
        if reply.status_code == _OK:
            return True
        code = f"http {reply.status_code}"
        if reply.status_code == _TOO_MANY_REQUESTS:
            wait = min(read_retry_after(reply.headers), _MAX_RETRY_DELAY)
        elif reply.status_code < _SERVER_ERROR:
            break
    log.warning("an answer could not be delivered", code=code)
    return False


async def respond_ephemeral(response_url: str, parts: list[Body], thread_ts: str = "") -> bool:
    """Show the parts to the person alone, below what is there. Returns whether all of them arrived."""
    thread = {"thread_ts": thread_ts} if thread_ts else {}
    arrived = True
    for each in parts[:MAX_PARTS]:
        ephemeral = {"response_type": "ephemeral", "replace_original": False}
        arrived &= await respond(response_url, {**payload(each), **ephemeral, **thread})
    return arrived


async def answer_button_press(body: Body, response: Response) -> None:
    """Replace the message pressed if only this person sees it; else reply below it."""
    response_url, container = str(body.get("response_url") or ""), get_object(body, "container")
    parts: list[Body] = response["parts"]
    if not response_url or not parts:
        return
    thread_ts = str(container.get("thread_ts") or "")
    if response["public"]:
        await respond_in_channel(response_url, parts)
        if container.get("is_ephemeral"):
            await respond(response_url, {"delete_original": True})
    elif _is_private(body):
        await respond(response_url, {**payload(parts[0]), "replace_original": True})
        await respond_ephemeral(response_url, parts[1:], thread_ts)
    else:
        await respond_ephemeral(response_url, parts, thread_ts)


async def respond_in_channel(response_url: str, parts: list[Body]) -> bool:
    """Show the parts to the whole channel. Returns whether all of them arrived."""
    arrived = True
    for each in parts[:MAX_PARTS]:
        public = {"response_type": "in_channel", "replace_original": False}
        arrived &= await respond(response_url, {**payload(each), **public})
    return arrived


def _is_private(body: Body) -> bool:
    """Whether the message pressed is ephemeral or a direct message."""
    channel = str(get_object(body, "channel").get("id") or "")
    return bool(get_object(body, "container").get("is_ephemeral")) or channel.startswith("D")


async def post_ephemeral(
    client: AsyncWebClient, channel: str, user: str, response: Response, thread_ts: str = ""
) -> bool:
    """Show the response to one member of a channel, with the Web API. Returns whether all of it arrived."""
    thread = {"thread_ts": thread_ts} if thread_ts else {}
    return await _post_parts(client.chat_postEphemeral, response, channel=channel, user=user, **thread)


async def post_without_outbox(
    client: AsyncWebClient, channel: str, response: Response, thread_ts: str = ""
) -> bool:
    """Post the response with the Web API, once, where the outbox cannot be written to or is not to be.
    Returns whether all of it arrived.
    """
    thread = {"thread_ts": thread_ts} if thread_ts else {}
    return await _post_parts(client.chat_postMessage, response, channel=channel, **thread)


async def _post_parts(method: Callable[..., Awaitable[Any]], response: Response, **where: str) -> bool:
    for each in response["parts"][:MAX_PARTS]:
        try:
            await call_api(method, **where, **payload(each))
        except DeliveryError as error:
            log.warning("an answer could not be delivered", code=error.code)
            return False
    return True
