"""`/cip …`: parsed, answered and acknowledged in one go. The answer travels in the acknowledgement."""

import asyncio
from datetime import date, datetime

from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.orm import Session

from bot.commands import Asker, Command
from bot.importing import plan_answers
from bot.services import people
from bot.services.late import heard_late
from bot.services.people import Who
from handlers.command_parser import parse
from handlers.door import Door
from handlers.slack import incoming
from handlers.slack.afterwards import Afterwards
from handlers.slack.exports import Exports
from handlers.slack.incoming import Body, Incoming
from handlers.slack.promises import Promise, was_kept
from handlers.slack.replies import show_to_all, shown, whisper_parts
from handlers.slack.taking import Answer, Said, soon, take

WAIT = (
    "This takes longer than usual. The answer follows here. If none comes within a few minutes, nothing was"
    " saved: try again."
)
# The usual first word of an update. One that begins with another word is done by itself.
SHORT = "update "


class Line:
    """A command line as work: parsed inside the transaction, since "today" is the asker's own.

    said_at: when it was typed, where it is heard only later.
    """

    def __init__(self, door: Door, asker: Asker, line: str, *, said_at: datetime | None = None) -> None:
        self._door, self._asker, self.typed, self._said_at = door, asker, line, said_at
        self._command = door.settings.command
        self.name = "not-understood"
        self.is_short = line.lstrip()[: len(SHORT)].lower() == SHORT

    def __call__(self, session: Session) -> Said:
        now = self._door.clock.now()
        who = people.identify(session, self._asker)
        today = people.today_of(who, self._said_at or now)
        command = self._read(session, who, today)
        self.name = command.name
        if self._said_at is not None:
            command = heard_late(command, self._said_at)
        return Said(plan_answers.answer_to(session, who, command, now), command.public)

    def _read(self, _session: Session, _who: Who, today: date) -> Command:
        return parse(self.typed, today=today, command=self._command)


class Commands:
    """Answers the slash command."""

    def __init__(self, door: Door, afterwards: Afterwards, exports: Exports) -> None:
        self._door, self._afterwards, self._exports = door, afterwards, exports

    async def slash(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        asked = incoming.of_command(request)
        line = Line(self._door, asked.asker, incoming.typed(request.body.get("text")))
        promise = Promise()
        coming = asyncio.create_task(take(self._door, asked, line, promise))
        answer = await soon(coming, promise)
        response_url = str(request.body.get("response_url") or "")
        if answer is None:
            self._afterwards.do(self._follow(coming, asked, line, response_url))
            await ack(WAIT, response_type="ephemeral")
            return
        kind = "in_channel" if answer["public"] else "ephemeral"
        await ack({**shown(answer["parts"][0]), "response_type": kind})
        if answer["parts"][1:]:
            self._afterwards.do(_show_rest(response_url, answer["parts"][1:]))
        self._exports.after(line.name)

    async def _follow(
        self, coming: "asyncio.Task[Answer]", asked: Incoming, line: Line, response_url: str
    ) -> None:
        """Send an answer that came too late for the acknowledgement."""
        answer = await coming
        show = show_to_all if answer["public"] else whisper_parts
        if await show(response_url, answer["parts"]):
            await was_kept(self._door, asked, len(answer["parts"]))
        self._exports.after(line.name)


async def _show_rest(response_url: str, parts: list[Body]) -> None:
    await whisper_parts(response_url, parts)
