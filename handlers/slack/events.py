"""What happens in Slack around the bot: someone writes to it, mentions it, or removes it."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.orm import Session

from bot.commands import Help
from bot.errors import CipError
from bot.services import answers, replies
from handlers.door import Door
from handlers.slack import incoming
from handlers.slack.commands import answer_line
from handlers.slack.taking import Answer, Said, problem, rendered, take

log = structlog.get_logger()


class Events:
    """Takes events. Each is acknowledged once what it asks for is on disk."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def message(self, ack: AsyncAck, body: dict[str, Any], req: AsyncBoltRequest) -> None:
        """A direct message is read as a command line, with or without the slash."""
        event = body.get("event") or {}
        if event.get("channel_type") == "im" and not event.get("bot_id") and not event.get("subtype"):
            await self._reply(incoming.of_event(body, req), self._line(event))
        await ack()

    async def mention(self, ack: AsyncAck, body: dict[str, Any], req: AsyncBoltRequest) -> None:
        """In a channel the bot answers a mention with the commands it takes, once, in a thread."""
        await self._reply(incoming.of_event(body, req), "help")
        await ack()

    async def removed(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        log.warning("the bot was removed from a workspace", team=str(body.get("team_id", "")))
        await ack()

    async def other(self, ack: AsyncAck) -> None:
        await ack()

    def _line(self, event: dict[str, Any]) -> str:
        text = incoming.typed(str(event.get("text") or "")).strip()
        return text.removeprefix(self._door.settings.command).strip()

    async def _reply(self, request: incoming.Incoming, line: str) -> Answer:
        def work(session: Session) -> Said:
            answer = self._worded(session, request, line)
            for place, part in enumerate(answer["parts"]):
                replies.plan_reply(
                    session,
                    request.asker.team_id,
                    request.asker.channel_id,
                    f"{request.key}:{place}",
                    part,
                    self._door.clock.now(),
                )
            return Said(None)

        return await take(self._door, request, "message", work)

    def _worded(self, session: Session, request: incoming.Incoming, line: str) -> Answer:
        try:
            with session.begin_nested():
                said = (
                    Said(answers.answer(session, request.asker, Help(), self._door.clock.now()))
                    if line == "help"
                    else answer_line(session, self._door, request.asker, line)
                )
        except CipError as error:
            return rendered(self._door, problem(error), "refused")
        return rendered(self._door, said.message, "done")
