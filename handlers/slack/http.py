"""`POST /slack/events`: signed requests. A request is measured, its signature checked, its content read."""

import json
import re
from collections.abc import Mapping
from typing import Any

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from yarl import query_to_pairs

from bot import metrics
from handlers.slack.app import SlackApp

log = structlog.get_logger()
PATH = "/slack/events"
LARGEST_BODY = 1024 * 1024
MOST_FIELDS = 100
FAULT = 500
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class UnreadableError(ValueError):
    """The body is nothing Slack sends."""


def add_slack_routes(app: web.Application, slack: SlackApp) -> None:
    """A forged, expired or replayed request gets 401, an oversized one 413, anything unreadable 400.

    What follows the last answers is finished when the application stops.
    """
    verifier = SignatureVerifier(slack.signing_secret)

    async def events(request: web.Request) -> web.Response:
        return await _take(request, slack, verifier)

    async def finish(_app: web.Application) -> None:
        await slack.background.finish()

    app.router.add_post(PATH, events)
    app.on_cleanup.append(finish)


async def _take(request: web.Request, slack: SlackApp, verifier: SignatureVerifier) -> web.Response:
    try:
        text = (await _read(request)).decode()
        if text.startswith("ssl_check=1"):
            return web.Response()
        if not is_genuine(verifier, text, request.headers):
            return _refused(401, "signature")
        asked = _request(text, request)
    except web.HTTPRequestEntityTooLarge:
        return _refused(413, "size")
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return _refused(400, "content")
    return await _answered(slack, asked)


async def _answered(slack: SlackApp, asked: AsyncBoltRequest) -> web.Response:
    """Bolt's answer. What it stumbles over before any listener of ours runs is a shape it does not know."""
    try:
        answer = await slack.async_dispatch(asked)
    except Exception:
        log.exception("a request could not be dispatched")
        return _refused(400, "content")
    return _refused(400, "content") if answer.status == FAULT else await to_aiohttp_response(answer)


async def _read(request: web.Request) -> bytes:
    if (request.content_length or 0) > LARGEST_BODY:
        raise web.HTTPRequestEntityTooLarge(LARGEST_BODY, request.content_length or 0)
    return await request.read()


def _request(text: str, request: web.Request) -> AsyncBoltRequest:
    """The request as Bolt takes it, already read: Bolt loses every form that has the word "payload" in it.

    "socket_mode" is Bolt's name for a body that is already an object.
    """
    body = read_body(text, request.content_type)
    return AsyncBoltRequest(body=body, headers=dict(request.headers), mode="socket_mode")


def is_genuine(verifier: SignatureVerifier, text: str, headers: Mapping[str, str]) -> bool:
    """Whether Slack signed this text within the last five minutes."""
    timestamp, signature = headers.get("X-Slack-Request-Timestamp"), headers.get("X-Slack-Signature")
    try:
        return verifier.is_valid(text, timestamp, signature)
    except (ValueError, TypeError, OverflowError):
        return False


def read_body(text: str, content_type: str) -> dict[str, Any]:
    """JSON, a form, or a form with JSON in its field `payload`; ValueError for anything else."""
    if content_type == "application/json" or text.startswith("{"):
        return _object(text)
    fields = dict(query_to_pairs(text, max_fields=MOST_FIELDS))
    if "payload" in fields:
        return _object(fields["payload"])
    if "command" not in fields:
        raise UnreadableError
    return {name: _UNSTORABLE.sub("\ufffd", value) for name, value in fields.items()}


def _object(text: str) -> dict[str, Any]:
    body = _storable(json.loads(text))
    if not isinstance(body, dict):
        raise UnreadableError
    return body


def _storable(value: Any) -> Any:
    """Replace what no database stores: NUL, and halves of characters."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(each) for each in value]
    if isinstance(value, dict):
        return {_storable(name): _storable(each) for name, each in value.items()}
    return value


def _refused(status: int, reason: str) -> web.Response:
    metrics.REFUSED.labels(reason).inc()
    log.warning("a request was refused", reason=reason, status=status)
    return web.Response(status=status, text=f"This request could not be taken: its {reason} is not right.")
