"""Every listener of the bot, registered in one place."""

import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import metrics
from bot.errors import ReplayedError
from handlers.door import Door
from handlers.slack.actions import Actions
from handlers.slack.commands import Commands
from handlers.slack.events import Events
from handlers.slack.views import Views

log = structlog.get_logger()
ANYTHING = re.compile(r".*", re.DOTALL)


def build_slack(door: Door, client: AsyncWebClient, *, bot_user_id: str, bot_id: str) -> AsyncApp:
    """The Bolt app. It acknowledges after the work is done and never asks Slack anything before that: who
    the bot is was asked once, at the start.
    """

    async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=client.token,
            bot_user_id=bot_user_id,
            bot_id=bot_id,
        )

    secret = door.settings.slack_signing_secret
    app = AsyncApp(
        client=client,
        authorize=authorize,
        signing_secret=secret.get_secret_value() if secret else "",
        process_before_response=True,
    )
    _register(app, door)
    app.error(_on_error)
    return app


def _register(app: AsyncApp, door: Door) -> None:
    commands, actions, views, events = Commands(door), Actions(door), Views(door), Events(door)
    app.command(ANYTHING)(ack=commands.acknowledge, lazy=[commands.follow_up])
    app.action(re.compile(r"^run:"))(ack=actions.run, lazy=[actions.show])
    app.action(re.compile(r"^prompt:(on-track|at-risk|complete|later):"))(
        ack=actions.prompt, lazy=[actions.tell]
    )
    app.action(re.compile(r"^why:"))(ack=actions.ask_why, lazy=[actions.open_form])
    app.action(ANYTHING)(ack=actions.unknown, lazy=[actions.tell])
    app.view("why")(views.why)
    app.view(ANYTHING)(views.unknown)
    app.event("message")(events.message)
    app.event("app_mention")(events.mention)
    for name in ("app_uninstalled", "tokens_revoked"):
        app.event(name)(events.removed)
    app.event(ANYTHING)(events.other)


async def _on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """A replay is refused like a forgery. Anything else is our fault; the person is told to try again."""
    if isinstance(error, ReplayedError):
        metrics.REFUSED.labels("replay").inc()
        return BoltResponse(status=401, body="")
    log.exception("a listener failed", kind=str(body.get("type", "command")))
    if "command" in body:
        return BoltResponse(
            status=200, body="Something went wrong. Nothing was changed. Try again in a minute."
        )
    return BoltResponse(status=500, body="")
