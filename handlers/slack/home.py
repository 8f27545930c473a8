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
from bot.messages import HomeOutcome
from bot.plan.reading import ReadPolicy
from bot.services.home_tab import presses
from bot.services.home_tab.home import build_home
from handlers.context import AppContext
from handlers.pipeline import handle_request
from handlers.requests import NamedJob, RequestInfo, Response, Result
from handlers.slack import pipeline
from handlers.slack.background import BackgroundTasks
from handlers.slack.pipeline import read_press

log = structlog.get_logger()
UNDO = "undo"


class HomeTab:
    """Handles app_home_opened, and what is pressed there. A press has no address to answer to, so what came
    of it stands at the top of the tab.
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
        kind = press.action_id.split(":")[1]

        def work(session: Session) -> Result:
            return self._build_home(session, info, self._press(session, info, kind, press.value))

        response = await handle_request(self._context, info, NamedJob("home-press", work))
        await ack()
        self._background.start(self._publish(info.asker.user_id, response))

    def _press(self, session: Session, info: RequestInfo, kind: str, value: str) -> HomeOutcome:
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
