"""Prompts that were planned at a time that had not come: taken back, or kept for the day they went out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from bot.plan.calendar import BoardCalendar
from bot.services.clock_correction.deliveries import is_untried, mark_early, record_true_time
from bot.services.isolation import run_isolated
from bot.services.scheduling import next_prompts
from bot.services.scheduling.quiet_hours import MISSED_DAY
from models.base import DeliveryState
from models.outbox import Delivery, PromptItem
from models.people import Board
from models.plans import Action, ActionOwner
from models.queries import actions as actions_query
from models.queries import boards as boards_query
from models.queries import clock_correction as query
from models.queries import prompt_schedule

ONE_DAY = timedelta(days=1)


class QuestionKey(NamedTuple):
    action_id: int
    person_id: int
    as_lead: bool


@dataclass
class PromptCorrections:
    """due_at: what is to be asked again, from when on. asked_at: what was asked, up to which moment.

    taken_back: how many rows. early: those that went out before their day.
    """

    due_at: dict[QuestionKey, datetime] = field(default_factory=dict)
    asked_at: dict[QuestionKey, datetime] = field(default_factory=dict)
    taken_back: int = 0
    early: list[Delivery] = field(default_factory=list)

    def ask_again(self, item: PromptItem, at: datetime) -> None:
        question = _key_of(item)
        self.due_at[question] = min(at, self.due_at.get(question, at))

    def count_as_asked(self, item: PromptItem, at: datetime, calendar: BoardCalendar, today: date) -> None:
        """Unless it was to be asked on a later day: then it still is."""
        question = _key_of(item)
        due_at = min(at, self.due_at.get(question, at))
        if calendar.today(due_at) > today:
            self.due_at[question] = due_at
            return
        self.due_at.pop(question, None)
        self.asked_at[question] = due_at


def correct_prompts(session: Session, now: datetime) -> PromptCorrections:
    """Take back what was not sent, and plan anew when everybody is asked next."""
    corrections = PromptCorrections()
    query.correct_actions(session, now)
    rows = query.planned_after(session, "prompt", now)
    unsent = [row for row in rows if is_untried(row)]
    for row in unsent:
        moment = _due_moment(row)
        for item in row.items:
            corrections.ask_again(item, moment)
    corrections.taken_back = len(unsent)
    query.delete_deliveries(session, [row.id for row in unsent])
    for row in rows:
        if not is_untried(row):
            _keep_sent(session, row, corrections, now)
    _reopen_given_up(session, corrections, now)
    session.flush()
    query.correct_last_questions(session, now)
    run_isolated(
        session, boards_query.boards(session), lambda board: _plan_anew(session, board, corrections, now)
    )
    return corrections


def _key_of(item: PromptItem) -> QuestionKey:
    return QuestionKey(item.action_id, item.person_id, item.as_lead)


def _calendar_of(row: Delivery) -> BoardCalendar:
    if row.board is None:
        raise LookupError(f"prompt {row.id} is of no board")
    return next_prompts.build_calendar(row.board, row.person)


def _day_of(row: Delivery) -> date:
    return date.fromisoformat(row.facts["day"])


def _due_moment(row: Delivery) -> datetime:
    return _calendar_of(row).prompt_moment(_day_of(row))


def _keep_sent(session: Session, row: Delivery, corrections: PromptCorrections, now: datetime) -> None:
    """It went out, or may have. What of it was to be asked by now was asked."""
    calendar, moment = _calendar_of(row), _due_moment(row)
    today = calendar.today(now)
    for item in row.items:
        if item.reason:
            corrections.ask_again(item, moment)
        else:
            corrections.count_as_asked(item, moment, calendar, today)
    record_true_time(row, now)
    if _day_of(row) > today:
        corrections.early.append(row)
        mark_early(session, row)


def _reopen_given_up(session: Session, corrections: PromptCorrections, now: datetime) -> None:
    """What was given up as its day was over, which it is not. It asks now, so nothing else does."""
    for row in query.prompts_given_up(session, MISSED_DAY, now - ONE_DAY):
        calendar = _calendar_of(row)
        today = calendar.today(now)
        if calendar.today(row.due_at) < today:
            continue
        row.state, row.reason, row.next_attempt_at = DeliveryState.PLANNED, "", now
        for item in row.items:
            if item.as_lead:
                item.action.escalate_at = None
            if not item.reason:
                corrections.count_as_asked(item, row.due_at, calendar, today)


def _plan_anew(session: Session, board: Board, corrections: PromptCorrections, now: datetime) -> int:
    if board.ladder_since is not None and board.ladder_since > now:
        board.ladder_since = now
    actions = actions_query.lock_actions(session, prompt_schedule.open_actions(session, board.id))
    for action in actions.values():
        for owner in action.owners:
            _plan_owner(action, owner, board, corrections, now)
        _plan_escalation(action, corrections)
    session.flush()
    return 1


def _plan_owner(
    action: Action, owner: ActionOwner, board: Board, corrections: PromptCorrections, now: datetime
) -> None:
    question = QuestionKey(action.id, owner.person_id, as_lead=False)
    calendar = next_prompts.build_calendar(board, owner.person)
    if (asked_at := corrections.asked_at.get(question)) is not None:
        next_prompts.plan_next_prompt(action, owner, board, after=max(asked_at, now))
        return
    owner.prompt_at = corrections.due_at.get(question, owner.prompt_at)
    latest = calendar.next_prompt_moment(now)
    if owner.snoozed_until is not None and owner.snoozed_until > latest:
        owner.snoozed_until = owner.prompt_at = latest
    if owner.prompt_at is None or owner.prompt_at > now:
        planned = owner.prompt_at
        next_prompts.plan_next_prompt(action, owner, board, after=now)
        owner.prompt_at = _earliest(planned, owner.prompt_at)


def _plan_escalation(action: Action, corrections: PromptCorrections) -> None:
    lead = action.project.lead_id if action.project else None
    if lead is not None:
        question = QuestionKey(action.id, lead, as_lead=True)
        action.escalate_at = corrections.due_at.get(question, action.escalate_at)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((each for each in moments if each is not None), default=None)


def early_days(rows: Sequence[Delivery]) -> list[date]:
    """The days that prompts were for which went out before them, each once."""
    return sorted({_day_of(row) for row in rows})
