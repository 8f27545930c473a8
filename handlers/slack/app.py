"""Every listener of the bot, registered in one place."""

import logging
import re
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import metrics
from bot.delivery.slack_files import SlackFiles
from bot.delivery.slack_lookup import SlackConversations, Team
from bot.errors import NotSavedError, ReplayedError
from bot.rendering import PROMPT_FORM_PREFIX
from bot.sentences import sentence
from bot.services.outbox.rate_limits import SLACK_LIMITS, WorkspaceLimits
from handlers.context import AppContext
from handlers.slack.actions import ActionListeners
from handlers.slack.background import BackgroundTasks
from handlers.slack.catch_up import CatchUp
from handlers.slack.commands import CommandListeners
from handlers.slack.date_forms import CALLBACK_ID as NEW_DATE_ID
from handlers.slack.date_forms import NewDateForms
from handlers.slack.events import EventListeners
from handlers.slack.exports import Exports
from handlers.slack.home import CALLBACK_ID as HOME_STEPS_ID
from handlers.slack.home import HomeTab
from handlers.slack.imports import Imports
from handlers.slack.membership import MEMBERSHIP_EVENTS, MembershipListeners
from handlers.slack.message_shortcut import CALLBACK_ID as USE_MESSAGE_ID
from handlers.slack.message_shortcut import MessageShortcut
from handlers.slack.pipeline import FollowUps, build_authorizer
from handlers.slack.plan_questions import CALLBACK_ID, PlanQuestions
from handlers.slack.prompt_forms import PromptForms
from handlers.slack.stepper import CALLBACK_ID as STEPS_ID
from handlers.slack.stepper import Stepper
from handlers.slack.user_changes import UserChangeListener
from handlers.slack.views import ViewListeners
from handlers.slack.when_asked import WhenAskedListener

log = structlog.get_logger()
ANYTHING = re.compile(r".*", re.DOTALL)


class SlackApp(AsyncApp):
    """Bolt's app, with the jobs that run beside its listeners.

    signing_secret: "" where only Socket Mode is used. is_socket_connected: set where it is used.
    """

    imports: Imports
    exports: Exports
    follow_ups: FollowUps
    catch_up: CatchUp

    def __init__(self, signing_secret: str, client: AsyncWebClient, **options: Any) -> None:
        # Without a token in its client, Bolt asks `authorize`. Signatures are checked in http.py, before
        # anything is parsed.
        super().__init__(
            name="cip",
            logger=_quiet_logger(),
            signing_secret=signing_secret,
            client=AsyncWebClient(base_url=client.base_url),
            process_before_response=True,
            request_verification_enabled=False,
            attaching_conversation_kwargs_enabled=False,
            **options,
        )
        self.signing_secret = signing_secret
        self.background = BackgroundTasks()
        self.is_socket_connected: Callable[[], Awaitable[bool]] | None = None

    async def is_connected(self) -> bool:
        """Whether requests reach the bot, as far as it can tell: over HTTP it cannot."""
        return self.is_socket_connected is None or await self.is_socket_connected()


def build_slack_app(
    context: AppContext, client: AsyncWebClient, team: Team, *, limits: WorkspaceLimits = SLACK_LIMITS
) -> SlackApp:
    """The Bolt app. It acknowledges once the work is committed, and calls Slack only after that.

    team: who the bot is, asked once, at the start. limits: how many calls of each kind Slack allows.
    """
    secret = context.settings.slack_signing_secret
    app = SlackApp(
        secret.get_secret_value() if secret else "", client, authorize=build_authorizer(client, team)
    )
    background = app.background
    files = SlackFiles(client.token or "", client.base_url)
    app.imports = Imports(context, files, background, team.team_id)
    app.exports = Exports(context, client, background, team.team_id, limits)
    conversations = SlackConversations(client)
    app.follow_ups = {"export": app.exports.start}
    app.catch_up = CatchUp(context, conversations, background, app.imports, app.follow_ups, team, limits)
    _register(app, context, client, team)
    app.error(_on_error)
    return app


def _register(app: SlackApp, context: AppContext, client: AsyncWebClient, team: Team) -> None:
    """Bolt calls the first listener that matches, so the ones for everything else come last."""
    background, imports, follow_ups = app.background, app.imports, app.follow_ups
    date_forms, views = NewDateForms(context, client, background), ViewListeners(context)
    prompt_forms = PromptForms(context, client, background)
    actions = ActionListeners(context, client, background, follow_ups, date_forms, prompt_forms)
    events = EventListeners(context, client, background, imports, follow_ups, team.bot_user_id)
    app.command(ANYTHING)(CommandListeners(context, background, follow_ups).handle_slash_command)
    app.action(re.compile(r"^run:"))(actions.run_command)
    app.action(re.compile(r"^choose:"))(actions.take_option)
    app.action(re.compile(r"^prompt:(on-track|at-risk|complete|later):"))(actions.answer_prompt)
    app.action(re.compile(r"^undo:"))(actions.take_back)
    app.action(re.compile(r"^back:"))(actions.come_back)
    app.action(re.compile(r"^form:(more|sentence|evidence):"))(prompt_forms.open_pressed)
    home = HomeTab(context, client, background)
    app.action(re.compile(r"^home:(on-track|at-risk|complete|undo|ask-now):"))(home.handle_press)
    app.action(re.compile(r"^when-asked:"))(WhenAskedListener(context, background).explain)
    app.action(re.compile(r"^why:"))(actions.open_why_form)
    app.action(re.compile(r"^import-(apply|cancel):"))(imports.decide)
    questions = PlanQuestions(context, client, background, imports)
    app.action(re.compile(r"^questions:"))(questions.open)
    app.view(CALLBACK_ID)(questions.submit)
    app.view(NEW_DATE_ID)(date_forms.submit)
    app.view(re.compile(rf"^{PROMPT_FORM_PREFIX}"))(prompt_forms.submit)
    steps = Stepper(context, client, background, home)
    use_message = MessageShortcut(context, client, background)
    app.action(re.compile(r"^steps:"))(steps.open)
    app.action(ANYTHING)(actions.answer_unknown)
    app.view("why")(views.submit_why)
    app.view(USE_MESSAGE_ID)(use_message.submit)
    app.view(STEPS_ID)(steps.submit)
    app.view(HOME_STEPS_ID)(home.submit_steps)
    app.view(ANYTHING)(views.clear_unknown)
    app.view_closed(ANYTHING)(views.ack_closed)
    app.shortcut(USE_MESSAGE_ID)(use_message.open)
    app.shortcut(ANYTHING)(views.ack_closed)
    app.options(ANYTHING)(_ack_no_options)
    app.event("message")(events.handle_message)
    app.event("app_mention")(events.handle_mention)
    app.event("app_home_opened")(home.handle_opened)
    app.event("user_change")(UserChangeListener(context).handle_change)
    for name in ("app_uninstalled", "tokens_revoked"):
        app.event(name)(events.handle_removal)
    for name in MEMBERSHIP_EVENTS:
        app.event(name)(MembershipListeners(context, team).handle_change)
    app.event(ANYTHING)(events.ack_other)


async def _ack_no_options(ack: AsyncAck) -> None:
    await ack(options=[])


async def _on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """A replay is refused like a forgery. What could not be saved gets a 503, so that Slack sends it again.
    Anything else is our fault: the person is asked to try again.
    """
    if isinstance(error, ReplayedError):
        metrics.REFUSED_REQUESTS.labels("replay").inc()
        return BoltResponse(status=401, body={"error": error.sentence})
    if isinstance(error, NotSavedError):
        return BoltResponse(status=503, body={"error": error.sentence})
    if not _is_from_listener(error):
        metrics.REFUSED_REQUESTS.labels("content").inc()
        log.warning("a request of no known shape was refused", exc_info=error)
        return BoltResponse(status=400, body={"error": sentence("handlers.unreadable_request")})
    log.error("a listener failed", kind=str(body.get("type", "command")), exc_info=error)
    return BoltResponse(status=200, body=sentence("handlers.unexpected_error") if "command" in body else "")


def _is_from_listener(error: Exception) -> bool:
    """Whether a listener of ours was running; else Bolt failed on the request itself."""
    names = (frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(error.__traceback__))
    return any(name.startswith(("handlers.", "bot.")) for name in names)


def _quiet_logger() -> logging.Logger:
    """Bolt logs every request it has no listener for, content and all."""
    logger = logging.getLogger("slack_bolt.cip")
    logger.setLevel(logging.ERROR)
    return logger
