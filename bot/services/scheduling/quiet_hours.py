"""Messages that could not be posted in time: none goes out at night because the network was down by day."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.plan.calendar import BoardCalendar
from bot.services.outbox import outbox
from bot.services.scheduling import next_prompts
from models.outbox import Delivery, PromptItem
from models.queries import outbox as query

UNPROMPTED_KINDS = ("prompt", "digest", "digest-part", "welcome")
MISSED_DAY = "could not be delivered on its day; asked again at the next prompt time"


def is_outside_hours(row: Delivery, now: datetime) -> bool:
    """Whether it is quiet now; or, for a prompt, no longer the day it is for."""
    calendar = _find_calendar(row)
    if calendar is None or row.kind not in UNPROMPTED_KINDS:
        return False
    return (row.kind == "prompt" and _is_another_day(calendar, row, now)) or calendar.is_quiet(now)


def is_day_over(row: Delivery, now: datetime) -> bool:
    """Whether it is no longer the day a prompt is for."""
    calendar = _find_calendar(row)
    return calendar is not None and _is_another_day(calendar, row, now)


def _is_another_day(calendar: BoardCalendar, row: Delivery, now: datetime) -> bool:
    return calendar.today(row.due_at) != calendar.today(now)


def postpone(session: Session, delivery_id: int, now: datetime) -> None:
    """A digest, or a welcome, waits for the end of the quiet hours. A prompt is given up, and what it asked
    is due again.
    """
    row = query.delivery_with_items(session, delivery_id)
    calendar = _find_calendar(row) if row else None
    if row is None or calendar is None:
        return
    if row.kind != "prompt":
        outbox.release(session, row.id, calendar.after_quiet_hours(now))
        return
    outbox.mark_skipped(session, row.id, f"{MISSED_DAY}. {row.reason}" if row.refused_code else MISSED_DAY)
    for item in row.items:
        if not item.reason and item.answer == "":
            _ask_again(item, next_ask_at(calendar, row.due_at, row.next_attempt_at), calendar)


def next_ask_at(calendar: BoardCalendar, due_at: datetime, tried_at: datetime) -> datetime:
    """When what a prompt asked is due again: after its day, and after it was last tried."""
    return calendar.next_time_to_ask(max(calendar.midnight_after(due_at), tried_at))


def _ask_again(item: PromptItem, at: datetime, calendar: BoardCalendar) -> None:
    """A lead is notified again only of what is still late: its date may have been moved meanwhile."""
    if item.as_lead:
        if next_prompts.is_for_lead(item.action, calendar.today(at)):
            item.action.escalate_at = at
        return
    for owner in item.action.owners:
        if owner.person_id == item.person_id:
            owner.prompt_at = at


def _find_calendar(row: Delivery) -> BoardCalendar | None:
    return next_prompts.build_calendar(row.board, row.person) if row.board else None
