"""A line of a direct message as work: its answer is written to the ledger, in the same transaction."""

from sqlalchemy.orm import Session

from bot.errors import CipError, NotAllowedError
from bot.messages import ReadLate
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
    """Neither lost nor said twice. Where the line was written while the bot was away, that is said first."""

    def __init__(self, door: Door, asked: Incoming, line: Line) -> None:
        self._door, self._asked, self._line = door, asked, line

    @property
    def name(self) -> str:
        return self._line.name

    @property
    def is_short(self) -> bool:
        return self._line.is_short

    def __call__(self, session: Session) -> Said:
        asker, now = self._asked.asker, self._door.clock.now()
        for place, each in enumerate([*self._beforehand(session), *self._worded(session)["parts"]]):
            replies.plan_reply(
                session, asker.team_id, asker.channel_id, f"{self._asked.key}:{place}", each, now
            )
        return Said(None)

    def _beforehand(self, session: Session) -> list[Body]:
        if self._line.said_at is None:
            return []
        timezone = people.identify(session, self._asked.asker).timezone
        parts: list[Body] = rendered(
            self._door, ReadLate(self._line.typed, self._line.said_at, timezone), "done"
        )["parts"]
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
