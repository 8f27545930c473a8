"""What happens in Slack around the bot: someone writes to it, mentions it, or removes it."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.commands import Help
from bot.errors import CipError, NotAllowedError, NotSavedError
from bot.messages import Problem
from bot.services import answers, replies
from handlers.door import Door
from handlers.slack import incoming
from handlers.slack.afterwards import Afterwards
from handlers.slack.commands import Line
from handlers.slack.exports import Exports
from handlers.slack.imports import Imports
from handlers.slack.incoming import Incoming
from handlers.slack.replies import post_unrecorded, whisper
from handlers.slack.taking import Answer, Said, Task, problem, rendered, take

log = structlog.get_logger()
NOT_HERE = (
    "What I would answer is a key, and a direct message keeps what I write. Type {command} calendar, with the"
    " slash: then only you see the address, and only for now. Nothing was changed."
)
# Not "it was not saved": where the connection broke as it was being saved, only the database knows.
NOT_SURE = (
    "I could not make sure that this is saved. If no other answer follows, send it again in a few minutes."
)


class Events:
    """Takes events. Each is acknowledged once what it asks for is on disk."""

    def __init__(
        self, door: Door, client: AsyncWebClient, afterwards: Afterwards, imports: Imports, exports: Exports
    ) -> None:
        self._door, self._client, self._afterwards = door, client, afterwards
        self._imports, self._exports = imports, exports

    async def message(self, ack: AsyncAck, event: dict[str, Any], request: AsyncBoltRequest) -> None:
        """A direct message is read as a command line, with or without the slash. The reply goes through the
        ledger, so that it is neither lost nor said twice. A file that comes with one is a plan to take in.
        Raises NotSavedError where nothing of it is known to be on disk: then Slack brings it again.
        """
        if event.get("channel_type") == "im" and not event.get("bot_id") and event.get("files"):
            self._require_saved(await self._imports.receive(event, request), request)
            await ack()
            self._afterwards.do(self._imports.run())
            return
        if event.get("channel_type") == "im" and not event.get("bot_id") and not event.get("subtype"):
            asked = incoming.of_event(request)
            line = Line(self._door, asked.asker, incoming.typed(event.get("text")))
            self._require_saved(await take(self._door, asked, _Reply(self._door, asked, line)), request)
            self._exports.after(line.name)
        await ack()

    def _require_saved(self, answer: Answer, request: AsyncBoltRequest) -> None:
        """With the last try somebody has to be told, and without the ledger: it cannot be written to."""
        if answer["outcome"] != "failed":
            return
        if incoming.is_last_try(request):
            channel = incoming.of_event(request).asker.channel_id
            told = rendered(self._door, Problem(NOT_SURE), "failed")
            self._afterwards.do(post_unrecorded(self._client, channel, told))
        raise NotSavedError

    async def mention(self, ack: AsyncAck, event: dict[str, Any], request: AsyncBoltRequest) -> None:
        """Whoever calls the bot by name in a channel is shown, alone, the commands it takes."""
        if event.get("bot_id") or event.get("subtype"):
            await ack()
            return
        asked = incoming.of_event(request)
        answer = await take(self._door, asked, Task("mention", lambda session: self._help(session, asked)))
        await ack()
        if answer["outcome"] != "repeated":
            thread = str(event.get("thread_ts") or "")
            asker = asked.asker
            self._afterwards.do(whisper(self._client, asker.channel_id, asker.user_id, answer, thread))

    def _help(self, session: Session, asked: Incoming) -> Said:
        return Said(answers.answer(session, asked.asker, Help(), self._door.clock.now()))

    async def removed(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        log.warning("the bot was removed from a workspace", team=str(request.body.get("team_id") or ""))
        await ack()

    async def other(self, ack: AsyncAck) -> None:
        await ack()


class _Reply:
    """A line as work whose answer is written to the ledger, in the same transaction."""

    def __init__(self, door: Door, asked: Incoming, line: Line) -> None:
        self._door, self._asked, self._line = door, asked, line

    @property
    def name(self) -> str:
        return self._line.name

    @property
    def is_short(self) -> bool:
        return self._line.is_short

    def __call__(self, session: Session) -> Said:
        asker = self._asked.asker
        for place, each in enumerate(self._worded(session)["parts"]):
            replies.plan_reply(
                session,
                asker.team_id,
                asker.channel_id,
                f"{self._asked.key}:{place}",
                each,
                self._door.clock.now(),
            )
        return Said(None)

    def _worded(self, session: Session) -> Answer:
        try:
            with session.begin_nested():
                message = self._line(session).message
                if message is not None and message.secrets:
                    raise NotAllowedError(NOT_HERE.format(command=self._door.settings.command))
                return rendered(self._door, message, "done")
        except CipError as error:
            return rendered(self._door, problem(error), "refused")
