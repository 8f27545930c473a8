"""What happens in Slack around the bot: someone writes to it, mentions it, or removes it."""

from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.commands import Help
from bot.delivery.conversations import SPOKEN
from bot.errors import NotSavedError
from bot.messages import Problem
from bot.services import answers
from handlers.door import Door
from handlers.slack import incoming
from handlers.slack.afterwards import Afterwards
from handlers.slack.direct import Reply
from handlers.slack.exports import Exports
from handlers.slack.imports import Imports
from handlers.slack.incoming import Incoming
from handlers.slack.replies import post_unrecorded, whisper
from handlers.slack.spoken import Spoken
from handlers.slack.taking import Answer, Said, Task, rendered, take

log = structlog.get_logger()
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
            asked = incoming.of_event(request)
            self._require_saved(await self._imports.receive(asked, _files(event)), request)
            await ack()
            self._afterwards.do(self._imports.run())
            return
        if event.get("channel_type") == "im" and not event.get("bot_id") and event.get("subtype") in SPOKEN:
            asked = incoming.of_event(request)
            said_at = incoming.said_before(request)
            text, thread_ts = incoming.typed(event.get("text")), incoming.thread_of(event)
            ts = str(event.get("ts") or "")
            line = Spoken(self._door, asked.asker, text, ts, thread_ts=thread_ts, said_at=said_at)
            self._require_saved(await take(self._door, asked, Reply(self._door, asked, line)), request)
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
            asker, thread_ts = asked.asker, incoming.thread_of(event)
            self._afterwards.do(whisper(self._client, asker.channel_id, asker.user_id, answer, thread_ts))

    def _help(self, session: Session, asked: Incoming) -> Said:
        return Said(answers.answer(session, asked.asker, Help(), self._door.clock.now()))

    async def removed(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        log.warning("the bot was removed from a workspace", team=str(request.body.get("team_id") or ""))
        await ack()

    async def other(self, ack: AsyncAck) -> None:
        await ack()


def _files(event: dict[str, Any]) -> list[dict[str, Any]]:
    given = event.get("files")
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
