"""One person's message of the day: now, later, or a row that says why there is none."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.plan.calendar import BoardCalendar
from bot.plan.rag import count_days
from bot.services.scheduling import next_prompts
from bot.services.scheduling.due_item import Question, key_of, write_item, write_row
from models.base import DeliveryState
from models.people import Board
from models.queries import outbox as query
from models.queries.outbox import UNSENT
from models.queries.prompts import PromptRow

OFF = "the bot was not running at the time"
WAITED = "an earlier message was still on its way"
HAD_ONE = "there was a message already that day"
REASONS = (OFF, WAITED, HAD_ONE)


def put_off(
    session: Session,
    questions: Sequence[Question],
    calendar: BoardCalendar,
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
    calendar: BoardCalendar,
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
    session: Session, questions: Sequence[Question], calendar: BoardCalendar, day: date, reason: str
) -> None:
    """Where the person had a message that day, what was left out of it goes with it."""
    moment, person = calendar.prompt_moment(day), questions[0].person
    row = write_row(session, questions, day, moment, reason) or query.delivery_by_key(
        session, person.workspace_id, key_of(person, day)
    )
    known = {item.action_id for item in row.items} if row is not None else set()
    for question in questions:
        if row is not None and question.action.id not in known:
            write_item(session, row, question, calendar, reason, moment)
    session.flush()


WEEK, DAY = timedelta(days=7), timedelta(days=1)
MIDNIGHT = time(0)
A_MOMENT = timedelta(seconds=1)
WENT = (*UNSENT, DeliveryState.SENT)


@dataclass(frozen=True)
class Past:
    """What one person got lately. waits_for: when a message on its way is dealt with next, None for none.

    rows: those of the last days, whatever became of them, oldest first.
    """

    waits_for: datetime | None
    rows: tuple[PromptRow, ...]

    def has(self, key: str) -> bool:
        return any(row.key == key for row in self.rows)

    def lately(self, calendar: BoardCalendar, now: datetime) -> list[datetime]:
        """When messages went to them on the last seven days, today among them. Days are counted, not hours,
        so that what went out on a Monday makes room on the next one.
        """
        first = calendar.at(calendar.today(now) - WEEK + DAY, MIDNIGHT)
        return [row.due_at for row in self.rows if row.state in WENT and row.due_at > first]


def plan_for(session: Session, questions: list[Question], past: Past, now: datetime) -> None:
    """One message for one person: now, or at their next prompt time if now is not a time to write. While it
    is not known what becomes of their last one, what it asked may have to be asked again: they wait for that.
    """
    person, board = questions[0].person, questions[0].board
    calendar = next_prompts.calendar_of(board, person)
    today = calendar.today(now)
    if past.waits_for is not None:
        until = max(past.waits_for, now) + A_MOMENT
        put_off(session, questions, calendar, now, until, WAITED)
        return
    if not calendar.is_time_to_ask(now):
        reason = WAITED if _has_waited(questions, calendar, today) else OFF
        put_off(session, questions, calendar, now, calendar.next_prompt_moment(now), reason)
        return
    if past.has(key_of(person, today)):
        put_off(session, questions, calendar, now, calendar.next_prompt_moment(now), HAD_ONE)
        return
    write(session, questions, calendar, now, today)
    _write(session, questions, past, calendar, now)


def _has_waited(questions: Sequence[Question], calendar: BoardCalendar, today: date) -> bool:
    """Whether anything due today was put off within the day: only an earlier message does that."""
    morning = calendar.prompt_moment(today)
    return any(each.due_at > morning and calendar.today(each.due_at) == today for each in questions)


def _write(
    session: Session, questions: list[Question], past: Past, calendar: BoardCalendar, now: datetime
) -> None:
    """Today's message to one person, or a row that says why there is none."""
    board = questions[0].board
    kept = {id(question): _reason_to_skip(question, board, calendar, now) for question in questions}
    reason = _reason_to_send_nothing(questions, list(kept.values()), past, calendar, now)
    delivery = write_row(session, questions, calendar.today(now), now, reason)
    if delivery is None:
        return
    for question in questions:
        write_item(session, delivery, question, calendar, kept[id(question)] or reason, now)
        question.put_off(_next(question, past, calendar, reason, now))


def _reason_to_skip(question: Question, board: Board, calendar: BoardCalendar, now: datetime) -> str:
    """Why this one action is left out, or "" to ask. Whoever spoke lately is not asked, unless it is late."""
    action = question.action
    if not next_prompts.open_dates(action):
        return "nothing of it is open any more"
    if question.owner is None or action.last_word_at is None:
        return ""
    late = action.next_due_on is not None and action.next_due_on < calendar.today(now)
    silence = now - action.last_word_at
    if not late and silence < timedelta(days=board.recent_days):
        who = action.last_word_by or "someone"
        return f"{who} spoke {_ago(silence.days)}, less than {count_days(board.recent_days)} before"
    return ""


def _ago(count: int) -> str:
    return "today" if count == 0 else f"{count_days(count)} ago"


def _reason_to_send_nothing(
    questions: list[Question], reasons: list[str], past: Past, calendar: BoardCalendar, now: datetime
) -> str:
    person, board = questions[0].person, questions[0].board
    if all(reasons):
        return "; ".join(sorted(set(reasons)))
    if person.slack_user_id is None:
        return f"no chat account is linked to {person.initials}"
    if len(past.lately(calendar, now)) >= board.weekly_budget:
        return _budget_reason(board)
    return ""


def _budget_reason(board: Board) -> str:
    sent = "1 message" if board.weekly_budget == 1 else f"{board.weekly_budget} messages"
    return f"already sent {sent} in 7 days; asked again when there is room"


def _next(
    question: Question, past: Past, calendar: BoardCalendar, reason: str, now: datetime
) -> datetime | None:
    """The next moment after this one: when the budget has room again, or the next rung."""
    board = question.board
    if reason == _budget_reason(board):
        oldest = past.lately(calendar, now)[-board.weekly_budget]
        return calendar.next_prompt_moment(calendar.at(calendar.today(oldest) + WEEK, MIDNIGHT))
    if question.owner is None:
        return None
    next_prompts.plan_next_prompt(question.action, question.owner, board, after=now)
    return question.owner.prompt_at
