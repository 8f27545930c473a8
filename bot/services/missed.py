"""A day on which somebody should have been asked, and was not, is in the ledger with the reason."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.plan.calendar import Calendar
from bot.services.questions import Question, key_of, write_item, write_row
from models.queries import ledger as query

OFF = "the bot was not running at the time"
WAITED = "an earlier message was still on its way"
HAD_ONE = "there was a message already that day"
REASONS = (OFF, WAITED, HAD_ONE)


def put_off(
    session: Session,
    questions: Sequence[Question],
    calendar: Calendar,
    now: datetime,
    until: datetime,
    reason: str,
) -> None:
    """Ask one person later. reason: why not today."""
    write(session, questions, calendar, now, calendar.today(until), reason)
    for question in questions:
        question.put_off(until)


def write(
    session: Session,
    questions: Sequence[Question],
    calendar: Calendar,
    now: datetime,
    ahead: date,
    reason: str = OFF,
) -> None:
    """One row for each day before `ahead` on which one person was to be asked. reason: what kept the bot from
    it today; on an earlier day it was not running.
    """
    days: dict[date, list[Question]] = defaultdict(list)
    for question in questions:
        day = calendar.today(question.due_at)
        if day < ahead and calendar.is_working(day) and calendar.prompt_moment(day) <= now:
            days[day].append(question)
    for day, missed in sorted(days.items()):
        _write_day(session, missed, calendar, day, reason if day == calendar.today(now) else OFF)


def _write_day(
    session: Session, questions: Sequence[Question], calendar: Calendar, day: date, reason: str
) -> None:
    """Where the person had a message that day, what was left out of it goes with it."""
    moment, person = calendar.prompt_moment(day), questions[0].person
    row = write_row(session, questions, day, moment, reason) or query.keyed(
        session, person.workspace_id, key_of(person, day)
    )
    known = {item.action_id for item in row.items} if row is not None else set()
    for question in questions:
        if row is not None and question.action.id not in known:
            write_item(session, row, question, calendar, reason, moment)
    session.flush()
