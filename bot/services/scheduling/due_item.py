"""What one person is due to be asked about one action, or shown as its lead, and its rows in the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.plan.calendar import BoardCalendar, last_scheduled_prompt
from bot.services.outbox import outbox
from bot.services.scheduling import next_prompts
from models.outbox import Delivery, PromptItem
from models.people import Board, Person
from models.plans import Action, ActionOwner


@dataclass(frozen=True)
class DueItem:
    """One action that one person is due to be asked about, as its owner, or shown as the project's lead
    (owner None). due_at: since when.
    """

    person: Person
    action: Action
    owner: ActionOwner | None
    due_at: datetime

    @property
    def board(self) -> Board:
        return self.action.plan.board

    def postpone(self, until: datetime | None) -> None:
        if self.owner is not None:
            self.owner.prompt_at = until
        else:
            self.action.escalate_at = until


def prompt_key(person: Person, day: date) -> str:
    """A person gets one message a day, so their day names it."""
    return f"prompt:{person.id}:{day.isoformat()}"


def enqueue_prompt(
    session: Session, due_items: Sequence[DueItem], day: date, due_at: datetime, reason: str, now: datetime
) -> Delivery | None:
    """One person's row for the day; its items come one by one. reason: why nothing is sent, or "". None when
    there is a row for that day.
    """
    person, board = due_items[0].person, due_items[0].board
    return outbox.enqueue(
        session,
        outbox.NewDelivery(
            person.workspace_id,
            "prompt",
            prompt_key(person, day),
            person.slack_user_id or "",
            due_at,
            board_id=board.id,
            person=person,
            facts={"day": day.isoformat()},
            reason=reason,
            planned_at=now,
        ),
    )


def add_prompt_item(
    session: Session,
    delivery: Delivery,
    due_item: DueItem,
    calendar: BoardCalendar,
    reason: str,
    until: datetime,
) -> None:
    """reason: why it is left out, or "". until: it is about the latest reminder up to then."""
    due, days_left = _find_reminder(due_item, calendar, until)
    session.add(
        PromptItem(
            workspace_id=delivery.workspace_id,
            delivery_id=delivery.id,
            action_id=due_item.action.id,
            person_id=due_item.person.id,
            rung=days_left,
            due_on=due,
            as_lead=due_item.owner is None,
            reason=reason,
        )
    )


def _find_reminder(due_item: DueItem, calendar: BoardCalendar, until: datetime) -> tuple[date | None, int]:
    """Which date is asked about and how many days are left (negative: days late)."""
    dates = next_prompts.dates_for(due_item.action, due_item.person)
    reminder = last_scheduled_prompt(dates, due_item.board.ladder, calendar, until=until)
    if reminder is not None:
        return reminder.due, (reminder.due - calendar.today(until)).days
    if dates:
        return dates[0], (dates[0] - calendar.today(until)).days
    return None, 0
