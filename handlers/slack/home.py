"""The Home tab: rendered each time somebody opens it."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.delivery.slack import call_api
from bot.errors import DeliveryError
from bot.plan.reading import ReadPolicy
from bot.services import home_tab
from handlers.context import AppContext
from handlers.pipeline import handle_request
from handlers.requests import NamedJob, RequestInfo, Response, Result
from handlers.slack import pipeline
from handlers.slack.background import BackgroundTasks

log = structlog.get_logger()


class HomeTab:
    """Handles app_home_opened."""

    def __init__(self, context: AppContext, client: AsyncWebClient, background: BackgroundTasks) -> None:
        self._context, self._client, self._background = context, client, background

    async def handle_opened(self, ack: AsyncAck, event: dict[str, Any], request: AsyncBoltRequest) -> None:
        """Slack sends the event for the Messages tab too, which has no view to publish."""
        if event.get("tab") != "home":
            await ack()
            return
        info = pipeline.from_event(request)
        response = await handle_request(
            self._context,
            info,
            NamedJob("home", lambda session: self._build_home(session, info), reads_only=True),
        )
        await ack()
        self._background.start(self._publish(info.asker.user_id, response))

    def _build_home(self, session: Session, info: RequestInfo) -> Result:
        policy = ReadPolicy(self._context.settings.read)
        return Result(home_tab.build_home(session, info.asker, policy, self._context.clock.now()))

    async def _publish(self, user: str, response: Response) -> None:
        view = {"type": "home", "blocks": response["parts"][0]["blocks"]}
        try:
            await call_api(self._client.views_publish, user_id=user, view=view)
        except DeliveryError as error:
            log.warning("a Home tab could not be published", code=error.code)
