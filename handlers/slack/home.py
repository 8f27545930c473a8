"""The Home tab: made anew each time somebody opens it."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.delivery.slack import call
from bot.errors import DeliveryError
from bot.services import homes
from handlers.door import Door
from handlers.slack import incoming
from handlers.slack.afterwards import Afterwards
from handlers.slack.incoming import Incoming
from handlers.slack.taking import Answer, Said, Task, take

log = structlog.get_logger()


class HomeTab:
    """Takes the news that a person opened the bot's page."""

    def __init__(self, door: Door, client: AsyncWebClient, afterwards: Afterwards) -> None:
        self._door, self._client, self._afterwards = door, client, afterwards

    async def opened(self, ack: AsyncAck, event: dict[str, Any], request: AsyncBoltRequest) -> None:
        """Slack tells of the Messages tab too, for which there is nothing to make."""
        if event.get("tab") != "home":
            await ack()
            return
        asked = incoming.of_event(request)
        answer = await take(self._door, asked, Task("home", lambda session: self._home(session, asked)))
        await ack()
        self._afterwards.do(self._publish(asked.asker.user_id, answer))

    def _home(self, session: Session, asked: Incoming) -> Said:
        return Said(homes.home(session, asked.asker, self._door.clock.now()))

    async def _publish(self, user: str, answer: Answer) -> None:
        view = {"type": "home", "blocks": answer["parts"][0]["blocks"]}
        try:
            await call(self._client.views_publish, user_id=user, view=view)
        except DeliveryError as error:
            log.warning("a Home tab could not be published", code=error.code)
