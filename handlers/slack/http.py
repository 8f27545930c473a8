"""`POST /slack/events`: the signed door."""

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot import metrics

log = structlog.get_logger()
PATH = "/slack/events"


def add_slack_routes(app: web.Application, slack: AsyncApp) -> None:
    """A forged, expired or replayed request gets 401, an oversized one 413, anything unreadable 400."""

    async def events(request: web.Request) -> web.Response:
        try:
            asked = await to_bolt_request(request)
        except web.HTTPRequestEntityTooLarge:
            return _refused(413, "size")
        except (UnicodeDecodeError, LookupError, ValueError):
            return _refused(400, "content")
        answer: BoltResponse = await slack.async_dispatch(asked)
        if answer.status == web.HTTPUnauthorized.status_code:
            metrics.REFUSED.labels("signature").inc()
        return await to_aiohttp_response(answer)

    app.router.add_post(PATH, events)


def _refused(status: int, reason: str) -> web.Response:
    metrics.REFUSED.labels(reason).inc()
    return web.Response(status=status, text=f"This request could not be taken: its {reason} is not right.")
