"""Who is to be asked about what, now: from the moments kept on the rows to messages in the ledger."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.plan.calendar import Calendar, last_rung
from bot.plan.rag import days
from bot.services import ledger, standing
from models.people import Board, Person
from models.plans import Action, ActionOwner
from models.queries import actions as query
from models.queries import ledger as ledger_query
from models.queries import people as people_query
from models.queries import prompting as prompting_query
from models.records import Delivery, PromptItem

WEEK = timedelta(days=7)
MIDNIGHT = time(0)
A_MOMENT = timedelta(seconds=1)
AT_ONCE = 100


@dataclass(frozen=True)
class Question:
    """One action one person is due to be asked about (owner), or told about (owner None: as the lead)."""

    person: Person
    action: Action
    owner: ActionOwner | None

    @property
    def board(self) -> Board:
        return self.action.plan.board

    def put_off(self, until: datetime | None) -> None:
        if self.owner is not None:
            self.owner.prompt_at = until
        else:
            self.action.escalate_at = until


def plan_prompts(session: Session, now: datetime) -> int:
    """Turn every question that has come due into a message row, or a row that says why not.

    Somebody's questions of one morning are taken together, by one replica: a workspace is held by whoever
    plans for it, and the others leave it alone. Returns how many people were dealt with; call it again until
    that is 0.
    """
    prompting_query.tell_no_lead(session, now)
    workspaces = people_query.workspaces_to_plan(session)
    people: dict[int, list[Question]] = defaultdict(list)
    for question in _due(session, now, prompting_query.people_to_prompt(session, now, workspaces, AT_ONCE)):
        people[question.person.id].append(question)
    for questions in people.values():
        _plan_for(session, questions, now)
    return len(people)


def _due(session: Session, now: datetime, people: Sequence[int]) -> list[Question]:
    """Everything these people are due to be asked or told, with each action held. Looked for once more after
    the wait for whoever was changing one of them.
    """
    if not people:
        return []
    found = _questions(session, now, people)
    query.held(session, {question.action.id for question in found})
    return _questions(session, now, people)


def _questions(session: Session, now: datetime, people: Sequence[int]) -> list[Question]:
    asked = prompting_query.owners_to_prompt(session, now, people)
    told = prompting_query.to_escalate(session, now, people)
    return [
        *(Question(owner.person, owner.action, owner) for owner in asked),
        *(Question(lead, action, None) for action in told if (lead := _lead_of(action)) is not None),
    ]


def _lead_of(action: Action) -> Person | None:
    return action.project.lead if action.project else None


def _plan_for(session: Session, questions: list[Question], now: datetime) -> None:
    """One message for one person: now, or at their next prompt time if now is not a time to write. While it
    is not known what becomes of their last one, what it asked may have to be asked again: they wait for that.
    """
    person, board = questions[0].person, questions[0].board
    waits_for = ledger_query.unsettled_prompt(session, person.id)
    if waits_for is not None:
        for question in questions:
            question.put_off(max(waits_for, now) + A_MOMENT)
        return
    calendar = standing.calendar_of(board, person)
    today = calendar.today(now)
    key = f"prompt:{person.id}:{today.isoformat()}"
    if not _may_write(calendar, now) or ledger_query.keyed(session, person.workspace_id, key) is not None:
        for question in questions:
            question.put_off(calendar.next_prompt_moment(now))
        return
    kept = {id(question): _reason_to_skip(question, board, calendar, now) for question in questions}
    reason = _reason_to_send_nothing(session, questions, list(kept.values()), calendar, now)
    delivery = ledger.plan(
        session,
        ledger.Planned(
            person.workspace_id,
            "prompt",
            key,
            person.slack_user_id or "",
            now,
            board_id=board.id,
            person=person,
            facts={"day": today.isoformat()},
            reason=reason,
        ),
    )
    if delivery is None:
        return
    for question in questions:
        _write_item(session, delivery, question, calendar, kept[id(question)] or reason, now)
        question.put_off(_next(session, question, calendar, reason, now))


def _may_write(calendar: Calendar, now: datetime) -> bool:
    today = calendar.today(now)
    return calendar.is_working(today) and not calendar.is_quiet(now) and now >= calendar.prompt_moment(today)


def _reason_to_skip(question: Question, board: Board, calendar: Calendar, now: datetime) -> str:
    """Why this one action is left out, or "" to ask. Whoever spoke lately is not asked, unless it is late."""
    action = question.action
    if not standing.open_dates(action):
        return "nothing of it is open any more"
    if question.owner is None or action.last_word_at is None:
        return ""
    late = action.next_due_on is not None and action.next_due_on < calendar.today(now)
    silence = now - action.last_word_at
    if not late and silence < timedelta(days=board.recent_days):
        who = action.last_word_by or "someone"
        return f"{who} spoke {_ago(silence.days)}, less than {days(board.recent_days)} before"
    return ""


def _ago(count: int) -> str:
    return "today" if count == 0 else f"{days(count)} ago"


def _reason_to_send_nothing(
    session: Session, questions: list[Question], reasons: list[str], calendar: Calendar, now: datetime
) -> str:
    person, board = questions[0].person, questions[0].board
    if all(reasons):
        return "; ".join(sorted(set(reasons)))
    if person.slack_user_id is None:
        return f"no chat account is linked to {person.initials}"
    if len(_lately(session, person, calendar, now)) >= board.weekly_budget:
        return _budget_reason(board)
    return ""


def _lately(session: Session, person: Person, calendar: Calendar, now: datetime) -> list[datetime]:
    """When messages went to a person on the last seven days, today among them. Days are counted, not
    hours, so that what went out on a Monday makes room on the next one.
    """
    first = calendar.at(calendar.today(now) - WEEK + timedelta(days=1), MIDNIGHT)
    return ledger_query.messages_to(session, person.id, first)


def _budget_reason(board: Board) -> str:
    sent = "1 message" if board.weekly_budget == 1 else f"{board.weekly_budget} messages"
    return f"already sent {sent} in 7 days; asked again when there is room"


def _write_item(
    session: Session, delivery: Delivery, question: Question, calendar: Calendar, reason: str, now: datetime
) -> None:
    due, rung = _rung(question, calendar, now)
    session.add(
        PromptItem(
            workspace_id=delivery.workspace_id,
            delivery_id=delivery.id,
            action_id=question.action.id,
            person_id=question.person.id,
            rung=rung,
            due_on=due,
            as_lead=question.owner is None,
            reason=reason,
        )
    )
    session.flush()


def _rung(question: Question, calendar: Calendar, now: datetime) -> tuple[date | None, int]:
    """Which date is asked about and how many days are left (negative: days late)."""
    dates = standing.dates_for(question.action, question.person)
    rung = last_rung(dates, question.board.prompt_days, calendar, until=now)
    if rung is not None:
        return rung.due, (rung.due - calendar.today(now)).days
    if dates:
        return dates[0], (dates[0] - calendar.today(now)).days
    return None, 0


def _next(
    session: Session, question: Question, calendar: Calendar, reason: str, now: datetime
) -> datetime | None:
    """The next moment after this one: when the budget has room again, or the next rung."""
    person, board = question.person, question.board
    if reason == _budget_reason(board):
        oldest = _lately(session, person, calendar, now)[-board.weekly_budget]
        return calendar.next_prompt_moment(calendar.at(calendar.today(oldest) + WEEK, MIDNIGHT))
    if question.owner is None:
        return None
    standing.plan_next_prompt(question.action, question.owner, board, after=now)
    return question.owner.prompt_at
