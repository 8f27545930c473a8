"""One person's prompt of the day: sent now, postponed, or a skipped row with the reason."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.plan.calendar import BoardCalendar
from bot.plan.rag import count_days
from bot.services.outbox.outbox import EARLY_SUFFIX, MAX_BACKOFF
from bot.services.prompts import absences
from bot.services.scheduling import next_prompts
from bot.services.scheduling.due_item import DueItem, add_prompt_item, enqueue_prompt, prompt_key
from models.base import DeliveryState
from models.people import Board
from models.queries import outbox as query
from models.queries.outbox import UNSENT
from models.queries.prompts import PromptRow

NOT_RUNNING = "the bot was not running at the time"
EARLIER_PENDING = "an earlier message was still on its way"
ALREADY_PROMPTED = "there was a message already that day"
AWAY = "they are away; asked once they are back"
POSTPONED_REASONS = (NOT_RUNNING, EARLIER_PENDING, ALREADY_PROMPTED, AWAY)


def postpone(
    session: Session,
    due_items: Sequence[DueItem],
    calendar: BoardCalendar,
    now: datetime,
    until: datetime,
    reason: str,
) -> None:
    """Ask one person later. reason: why not today."""
    record_missed_days(session, due_items, calendar, now, calendar.today(until), reason)
    for question in due_items:
        question.postpone(until)


def record_missed_days(
    session: Session,
    due_items: Sequence[DueItem],
    calendar: BoardCalendar,
    now: datetime,
    before: date,
    reason: str = NOT_RUNNING,
) -> None:
    """One row for each day before `before` on which one person was to be asked. reason: why not today; on an
    earlier day an earlier message was on its way, or the bot was not running.
    """
    days: dict[date, list[DueItem]] = defaultdict(list)
    for question in due_items:
        day = calendar.today(question.due_at)
        if day < before and calendar.is_working(day) and calendar.prompt_moment(day) <= now:
            days[day].append(question)
    for day, missed in sorted(days.items()):
        earlier_reason = EARLIER_PENDING if _has_waited(missed, calendar, day) else NOT_RUNNING
        why = reason if day == calendar.today(now) else earlier_reason
        _record_missed_day(session, missed, calendar, day, why, now)


def _record_missed_day(
    session: Session,
    due_items: Sequence[DueItem],
    calendar: BoardCalendar,
    day: date,
    reason: str,
    now: datetime,
) -> None:
    """Where the person had a message that day, what was left out of it goes with it."""
    moment, person = calendar.prompt_moment(day), due_items[0].person
    row = enqueue_prompt(session, due_items, day, moment, reason, now) or query.delivery_by_key(
        session, person.workspace_id, prompt_key(person, day)
    )
    recorded_ids = {item.action_id for item in row.items} if row is not None else set()
    for question in due_items:
        if row is not None and question.action.id not in recorded_ids:
            add_prompt_item(session, row, question, calendar, reason, moment)
    session.flush()


WEEK, DAY = timedelta(days=7), timedelta(days=1)
MIDNIGHT = time(0)
ONE_SECOND = timedelta(seconds=1)
COUNTED_STATES = (*UNSENT, DeliveryState.SENT)


@dataclass(frozen=True)
class PromptHistory:
    """The prompts of the last days to one person. pending_until: when a message on its way is next tried,
    None for none. rows: whatever their state, oldest first.
    """

    pending_until: datetime | None
    rows: tuple[PromptRow, ...]

    def has_key(self, key: str) -> bool:
        return any(row.key == key for row in self.rows)

    def sent_this_week(self, calendar: BoardCalendar, now: datetime) -> list[datetime]:
        """When messages went to them on the last seven days, today among them. Days are counted, not hours,
        so that what went out on a Monday makes room on the next one. What a wrong clock sent takes no room.
        """
        first = calendar.at(calendar.today(now) - WEEK + DAY, MIDNIGHT)
        counted = [row for row in self.rows if row.state in COUNTED_STATES and row.due_at > first]
        return [row.due_at for row in counted if not row.key.endswith(EARLY_SUFFIX)]


def plan_for_person(
    session: Session, due_items: list[DueItem], history: PromptHistory, now: datetime
) -> None:
    """One message for one person: now, or at their next prompt time if now is not a time to write. While it
    is not known what becomes of their last one, what it asked may have to be asked again: they wait for that.
    One that was refused may go out long before it is looked at again, so they are looked at more often.
    """
    person, board = due_items[0].person, due_items[0].board
    calendar = next_prompts.build_calendar(board, person)
    today = calendar.today(now)
    back_at = absences.held_back_until(person, calendar, now)
    if back_at is not None:
        postpone(session, due_items, calendar, now, back_at, AWAY)
        return
    if history.pending_until is not None:
        until = min(max(history.pending_until, now), now + MAX_BACKOFF) + ONE_SECOND
        postpone(session, due_items, calendar, now, until, EARLIER_PENDING)
        return
    if not calendar.is_time_to_ask(now):
        reason = EARLIER_PENDING if _has_waited(due_items, calendar, today) else NOT_RUNNING
        postpone(session, due_items, calendar, now, calendar.next_prompt_moment(now), reason)
        return
    if history.has_key(prompt_key(person, today)):
        postpone(session, due_items, calendar, now, calendar.next_prompt_moment(now), ALREADY_PROMPTED)
        return
    record_missed_days(session, due_items, calendar, now, today)
    _write_today(session, due_items, history, calendar, now)


def _has_waited(due_items: Sequence[DueItem], calendar: BoardCalendar, day: date) -> bool:
    """Whether anything due that day was put off within it: only an earlier message does that."""
    prompt_moment = calendar.prompt_moment(day)
    return any(each.due_at > prompt_moment and calendar.today(each.due_at) == day for each in due_items)


def _write_today(
    session: Session, due_items: list[DueItem], history: PromptHistory, calendar: BoardCalendar, now: datetime
) -> None:
    """Today's message to one person, or a row that says why there is none."""
    board = due_items[0].board
    skip_reasons = {id(question): _reason_to_skip(question, board, calendar, now) for question in due_items}
    reason = _reason_to_send_nothing(due_items, list(skip_reasons.values()), history, calendar, now)
    delivery = enqueue_prompt(session, due_items, calendar.today(now), now, reason, now)
    if delivery is None:
        return
    for question in due_items:
        add_prompt_item(session, delivery, question, calendar, skip_reasons[id(question)] or reason, now)
        skip_reason = skip_reasons[id(question)]
        if question.owner is not None and not (skip_reason or reason):
            question.owner.asked_at = now
        question.postpone(_next_prompt_at(question, history, calendar, skip_reason, reason, now))


def _reason_to_skip(due_item: DueItem, board: Board, calendar: BoardCalendar, now: datetime) -> str:
    """Why this one action is left out, or "" to ask. Whoever gave an update lately is not asked, unless it
    is late.
    """
    action = due_item.action
    if not action.status.is_open or action.gone_at is not None:
        return "nothing of it is open any more"
    if due_item.owner is None or action.last_word_at is None:
        return ""
    late = action.next_due_on is not None and action.next_due_on < calendar.today(now)
    silence = now - action.last_word_at
    if not late and silence < timedelta(days=board.recent_days):
        actor = action.last_word_by or "someone"
        return f"{actor} spoke {_format_age(silence.days)}, less than {count_days(board.recent_days)} before"
    return ""


def _format_age(count: int) -> str:
    return "today" if count == 0 else f"{count_days(count)} ago"


def _reason_to_send_nothing(
    due_items: list[DueItem],
    reasons: list[str],
    history: PromptHistory,
    calendar: BoardCalendar,
    now: datetime,
) -> str:
    person, board = due_items[0].person, due_items[0].board
    if all(reasons):
        return "; ".join(sorted(set(reasons)))
    if person.slack_user_id is None:
        return f"no chat account is linked to {person.initials}"
    if len(history.sent_this_week(calendar, now)) >= board.weekly_budget:
        return _budget_reason(board)
    return ""


def _budget_reason(board: Board) -> str:
    sent = "1 message" if board.weekly_budget == 1 else f"{board.weekly_budget} messages"
    return f"already sent {sent} in 7 days; asked again when there is room"


def _next_prompt_at(
    due_item: DueItem,
    history: PromptHistory,
    calendar: BoardCalendar,
    skip_reason: str,
    reason: str,
    now: datetime,
) -> datetime | None:
    """The next moment after this one: when the budget has room again, or the next time to ask. skip_reason:
    why this one action is left out; reason: why nothing is sent. Where nobody can be asked, that counts as a
    question: it is not tried every day.
    """
    board = due_item.board
    if reason == _budget_reason(board):
        oldest = history.sent_this_week(calendar, now)[-board.weekly_budget]
        return calendar.next_prompt_moment(calendar.at(calendar.today(oldest) + WEEK, MIDNIGHT))
    if due_item.owner is None:
        return None
    since = None if skip_reason else now
    next_prompts.plan_next_prompt(due_item.action, due_item.owner, board, after=now, since=since)
    return due_item.owner.prompt_at
