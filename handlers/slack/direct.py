"""A line of a direct message as work: its answer is written to the ledger, in the same transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.errors import CipError, NotAllowedError
from bot.messages import AskedLater, Candidates, Problem, ReadLate
from bot.services import people
from bot.services.outbox import outbox
from bot.services.prompts import free_text_replies
from handlers.context import AppContext
from handlers.pipeline import RequestInfo, Result, problem, render, secrets_of
from handlers.slack.incoming import Body
from handlers.slack.spoken import Spoken

NOT_HERE = (
    "What I would answer is a key, and a direct message keeps what I write. Type {command} calendar, with the"
    " slash: then only you see the address, and only for now. Nothing was changed."
)


class Reply:
    """Neither lost nor said twice. It stands where the line does: in the thread of a prompt, or not.

    missed_at: when the line was written, where the bot was away; that is said first.
    """

    def __init__(
        self, context: AppContext, info: RequestInfo, line: Spoken, *, missed_at: datetime | None = None
    ) -> None:
        self._context, self._info, self._line, self._missed_at = context, info, line, missed_at

    @property
    def name(self) -> str:
        return self._line.name

    @property
    def is_short(self) -> bool:
        return self._line.is_short

    def __call__(self, session: Session) -> Result:
        parts = [*self._beforehand(session), *self._worded(session)]
        return _planned(session, self._context, self._info, parts, self._line.prompt_id)

    def _beforehand(self, session: Session) -> list[Body]:
        if self._missed_at is None:
            return []
        timezone = people.identify(session, self._info.asker).timezone
        read_late = ReadLate(self._line.typed, self._missed_at, timezone)
        return _aside(render(self._context, read_late, "done")["parts"])

    def _worded(self, session: Session) -> list[Body]:
        try:
            with session.begin_nested():
                message = self._line(session).message
                if secrets_of(message):
                    raise NotAllowedError(NOT_HERE.format(command=self._context.settings.command))
        except CipError as error:
            message = problem(error)
        parts: list[Body] = render(self._context, message, "done")["parts"]
        is_aside = isinstance(message, Problem | AskedLater) or (
            isinstance(message, Candidates) and not message.ref
        )
        return _aside(parts) if is_aside else parts


class Apology:
    """Taken in place of a message that goes wrong each time."""

    name, is_short = "not-taken", False

    def __init__(self, context: AppContext, info: RequestInfo, sentence: str) -> None:
        self._context, self._info, self._sentence = context, info, sentence

    def __call__(self, session: Session) -> Result:
        parts = render(self._context, Problem(self._sentence), "refused")["parts"]
        return _planned(session, self._context, self._info, parts)


def _aside(parts: Sequence[Body]) -> list[Body]:
    return [{**part, free_text_replies.ASIDE: True} for part in parts]


def _planned(
    session: Session,
    context: AppContext,
    info: RequestInfo,
    parts: Sequence[Body],
    prompt_id: int | None = None,
) -> Result:
    """The parts of the answer, as rows of the ledger; in the thread of the prompt, where there is one."""
    asker, now = info.asker, context.clock.now()
    for place, each in enumerate(parts):
        key = f"{info.key}:{place}"
        outbox.plan_reply(session, asker.team_id, asker.channel_id, key, each, now, parent_id=prompt_id)
    return Result(None)
