"""A line of a direct message as work: its answer is written to the ledger, in the same transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.errors import CipError, NotAllowedError
from bot.messages import Problem, ReadLate
from bot.services import people, replies
from handlers.door import Door
from handlers.slack.commands import Line
from handlers.slack.incoming import Body, Incoming
from handlers.slack.taking import Answer, Said, problem, rendered

NOT_HERE = (
    "What I would answer is a key, and a direct message keeps what I write. Type {command} calendar, with the"
    " slash: then only you see the address, and only for now. Nothing was changed."
)


class Reply:
    """Neither lost nor said twice. missed_at: when it was written, where the bot was away; said first."""

    def __init__(self, door: Door, asked: Incoming, line: Line, *, missed_at: datetime | None = None) -> None:
        self._door, self._asked, self._line, self._missed_at = door, asked, line, missed_at

    @property
    def name(self) -> str:
        return self._line.name

    @property
    def is_short(self) -> bool:
        return self._line.is_short

    def __call__(self, session: Session) -> Said:
        parts = [*self._beforehand(session), *self._worded(session)["parts"]]
        return _planned(session, self._door, self._asked, parts)

    def _beforehand(self, session: Session) -> list[Body]:
        if self._missed_at is None:
            return []
        timezone = people.identify(session, self._asked.asker).timezone
        read_late = ReadLate(self._line.typed, self._missed_at, timezone)
        parts: list[Body] = rendered(self._door, read_late, "done")["parts"]
        return parts

    def _worded(self, session: Session) -> Answer:
        try:
            with session.begin_nested():
                message = self._line(session).message
                if message is not None and message.secrets:
                    raise NotAllowedError(NOT_HERE.format(command=self._door.settings.command))
                return rendered(self._door, message, "done")
        except CipError as error:
            return rendered(self._door, problem(error), "refused")


class Apology:
    """Taken in place of a message that goes wrong each time."""

    name, is_short = "not-taken", False

    def __init__(self, door: Door, asked: Incoming, sentence: str) -> None:
        self._door, self._asked, self._sentence = door, asked, sentence

    def __call__(self, session: Session) -> Said:
        parts = rendered(self._door, Problem(self._sentence), "refused")["parts"]
        return _planned(session, self._door, self._asked, parts)


def _planned(session: Session, door: Door, asked: Incoming, parts: Sequence[Body]) -> Said:
    """The parts of the answer, as rows of the ledger."""
    asker, now = asked.asker, door.clock.now()
    for place, each in enumerate(parts):
        replies.plan_reply(session, asker.team_id, asker.channel_id, f"{asked.key}:{place}", each, now)
    return Said(None)
