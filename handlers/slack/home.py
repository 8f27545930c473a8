"""The Home tab: rendered each time somebody opens it, and after each press on it."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.commands import Undo
from bot.delivery.slack import call_api
from bot.errors import CipError, DeliveryError
from bot.messages import HomeOutcome, StepsForm
from bot.plan.reading import ReadPolicy
from bot.rendering import form_view
from bot.sentences import sentence
from bot.services.home_tab import presses
from bot.services.home_tab.home import build_home
from handlers.context import AppContext
from handlers.pipeline import handle_request
from handlers.requests import NamedJob, RequestInfo, Response, Result
from handlers.slack import pipeline
from handlers.slack.background import BackgroundTasks
from handlers.slack.form_opening import open_form
from handlers.slack.pipeline import get_object, read_press
from handlers.slack.views import read_field, show_error

log = structlog.get_logger()
UNDO, COMPLETE = "undo", "complete"
CALLBACK_ID, STEPS_FIELD = "home:steps", "done"


class HomeTab:
    """Handles app_home_opened, and what is pressed there. A press has no address to answer to, so what came
    of it stands at the top of the tab. Where steps are open of what is done, a form asks about them.
    """

    def __init__(self, context: AppContext, client: AsyncWebClient, background: BackgroundTasks) -> None:
        self._context, self._client, self._background = context, client, background

    async def handle_opened(self, ack: AsyncAck, event: dict[str, Any], request: AsyncBoltRequest) -> None:
        """Slack sends the event for the Messages tab too, which has no view to publish."""
        if event.get("tab") != "home":
            await ack()
            return
        info = pipeline.from_event(request)
        job = NamedJob("home", lambda session: self._build_home(session, info), reads_only=True)
        response = await handle_request(self._context, info, job)
        await ack()
        self._background.start(self._publish(info.asker.user_id, response))

    async def handle_press(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """Acknowledged once what it records is saved."""
        info, press = pipeline.from_interaction(request), read_press(request.body)
        kind, forms = press.action_id.split(":")[1], list[StepsForm]()

        def work(session: Session) -> Result:
            outcome = self._press(session, info, kind, press.value)
            forms[:] = [outcome] if isinstance(outcome, StepsForm) else []
            if isinstance(outcome, StepsForm):
                return Result(None)
            return self._build_home(session, info, outcome)

        response = await handle_request(self._context, info, NamedJob("home-press", work))
        await ack()
        if forms and response["outcome"] == "done":
            view = self._build_form(forms[-1])
            self._background.start(open_form(self._context, self._client, request.body, view))
        else:
            self._background.start(self._publish(info.asker.user_id, response))

    def _build_form(self, form: StepsForm) -> dict[str, Any]:
        return form_view(
            self._context.renderer, form, CALLBACK_ID, form.value, submit="Record", close="Cancel"
        )

    async def submit_steps(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """What is done of an action with open steps. Acknowledged once it is saved."""
        info, view = pipeline.from_interaction(request), get_object(request.body, "view")
        value, done = str(view.get("private_metadata") or ""), read_field(view, STEPS_FIELD)
        if not done:
            await show_error(ack, STEPS_FIELD, sentence("handlers.no_answer_chosen"))
            return

        def work(session: Session) -> Result:
            now = self._context.clock.now()
            outcome = presses.record(session, info.asker, f"{COMPLETE}:{done}", value, now)
            return self._build_home(session, info, outcome)

        response = await handle_request(self._context, info, NamedJob("home-press", work))
        if response["outcome"] in {"refused", "failed"}:
            await show_error(ack, STEPS_FIELD, str(response["parts"][0]["text"]))
            return
        await ack()
        self._background.start(self._publish(info.asker.user_id, response))

    def _press(self, session: Session, info: RequestInfo, kind: str, value: str) -> HomeOutcome | StepsForm:
        now = self._context.clock.now()
        if kind != UNDO:
            return presses.press(session, info.asker, kind, value, now)
        try:
            with session.begin_nested():
                message = self._context.dispatcher.answer(session, info.asker, Undo(batch=value), now)
        except CipError as error:
            return HomeOutcome(error.sentence)
        return HomeOutcome(self._context.renderer.text(message))

    def _build_home(self, session: Session, info: RequestInfo, outcome: HomeOutcome | None = None) -> Result:
        policy = ReadPolicy(self._context.settings.read)
        return Result(build_home(session, info.asker, policy, self._context.clock.now(), outcome))

    async def refresh(self, info: RequestInfo) -> None:
        """Publish it as things stand now, after something was recorded elsewhere."""
        result = await self._context.database.read(lambda session: self._build_home(session, info))
        if result.message is not None:
            parts = self._context.render_parts(result.message)
            await self._publish(info.asker.user_id, {"parts": parts})

    async def _publish(self, user: str, response: Response) -> None:
        view = {"type": "home", "blocks": response["parts"][0]["blocks"]}
        try:
            await call_api(self._client.views_publish, user_id=user, view=view)
        except DeliveryError as error:
            log.warning("a Home tab could not be published", code=error.code)
