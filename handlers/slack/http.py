"""`POST /slack/events`: signed requests. Size, signature and content are checked, in that order."""

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
from bot.sentences import sentence
from handlers.slack.app import SlackApp

log = structlog.get_logger()
PATH = "/slack/events"
MAX_BODY_SIZE = 1024 * 1024
MAX_FORM_FIELDS = 100
SERVER_ERROR = 500
RATE_LIMIT_NOTICE = "app_rate_limited"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class UnreadableError(ValueError):
    """The body has no form that Slack sends."""


def add_slack_routes(app: web.Application, slack: SlackApp) -> None:
    """A forged, expired or replayed request gets 401, an oversized one 413, anything unreadable 400.

    Background tasks are finished when the application stops.
    """
    verifier = SignatureVerifier(slack.signing_secret)

    async def events(request: web.Request) -> web.Response:
        return await _handle(request, slack, verifier)

    async def finish(_app: web.Application) -> None:
        await slack.background.finish()

    app.router.add_post(PATH, events)
    app.on_cleanup.append(finish)


async def _handle(request: web.Request, slack: SlackApp, verifier: SignatureVerifier) -> web.Response:
    try:
        text = (await _read_bytes(request)).decode()
        if _is_certificate_check(text):
            return web.Response()
        if not has_valid_signature(verifier, text, request.headers):
            return _refuse(401, "signature")
        bolt_request = _to_bolt_request(text, request)
        if is_rate_limit_notice(bolt_request.body):
            return web.Response()
    except web.HTTPRequestEntityTooLarge:
        return _refuse(413, "size")
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return _refuse(400, "content")
    return await _dispatch(slack, bolt_request)


def _is_certificate_check(text: str) -> bool:
    """Slack's probe of the address, an unsigned form: its field `ssl_check` may stand before or after the
    token.
    """
    return not text.startswith("{") and "ssl_check=1" in text.split("&", MAX_FORM_FIELDS)


def is_rate_limit_notice(body: Mapping[str, Any]) -> bool:
    """Whether Slack says, in place of an event, that it left some out. It is counted here; nothing can be
    done about it.
    """
    if body.get("type") != RATE_LIMIT_NOTICE:
        return False
    metrics.RATE_LIMIT_NOTICES.inc()
    log.warning(
        "slack left out events of a minute, since there were too many", team=str(body.get("team_id") or "")
    )
    return True


async def _dispatch(slack: SlackApp, bolt_request: AsyncBoltRequest) -> web.Response:
    """Bolt's response. A failure before any listener of ours has run means that Bolt cannot read the body."""
    try:
        response = await slack.async_dispatch(bolt_request)
    except Exception:
        log.exception("a request could not be dispatched")
        return _refuse(400, "content")
    return _refuse(400, "content") if response.status == SERVER_ERROR else await to_aiohttp_response(response)


async def _read_bytes(request: web.Request) -> bytes:
    if (request.content_length or 0) > MAX_BODY_SIZE:
        raise web.HTTPRequestEntityTooLarge(MAX_BODY_SIZE, request.content_length or 0)
    return await request.read()


def _to_bolt_request(text: str, request: web.Request) -> AsyncBoltRequest:
    """The request with its body already parsed: Bolt's own parser loses forms with the word "payload" in
    them.

    "socket_mode" is Bolt's name for a body that is already an object.
    """
    body = parse_body(text, request.content_type)
    return AsyncBoltRequest(body=body, headers=dict(request.headers), mode="socket_mode")


def has_valid_signature(verifier: SignatureVerifier, text: str, headers: Mapping[str, str]) -> bool:
    """Whether Slack signed this text within the last five minutes."""
    timestamp, signature = headers.get("X-Slack-Request-Timestamp"), headers.get("X-Slack-Signature")
    try:
        return verifier.is_valid(text, timestamp, signature)
    except (ValueError, TypeError, OverflowError):
        return False


def parse_body(text: str, content_type: str) -> dict[str, Any]:
    """JSON, a form, or a form with JSON in its field `payload`; ValueError for anything else."""
    if content_type == "application/json" or text.startswith("{"):
        return _parse_object(text)
    fields = dict(query_to_pairs(text, max_fields=MAX_FORM_FIELDS))
    if "payload" in fields:
        return _parse_object(fields["payload"])
    if "command" not in fields:
        raise UnreadableError
    return {name: _UNSTORABLE.sub("\ufffd", value) for name, value in fields.items()}


def _parse_object(text: str) -> dict[str, Any]:
    body = _replace_unstorable(json.loads(text))
    if not isinstance(body, dict):
        raise UnreadableError
    return body


def _replace_unstorable(value: Any) -> Any:
    """Replace what no database stores: NUL, and halves of characters."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_replace_unstorable(each) for each in value]
    if isinstance(value, dict):
        return {_replace_unstorable(name): _replace_unstorable(each) for name, each in value.items()}
    return value


def _refuse(status: int, reason: str) -> web.Response:
    metrics.REFUSED_REQUESTS.labels(reason).inc()
    log.warning("a request was refused", reason=reason, status=status)
    return web.Response(status=status, text=sentence("handlers.request_refused", reason=reason))
