"""Who is to be asked about what, now: from the moments kept on the rows to messages in the ledger."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.plan.calendar import Calendar
from bot.plan.rag import days
from bot.services import missed, standing
from bot.services.questions import Question, key_of, write_item, write_row
from models.people import Board, Person
from models.plans import Action
from models.queries import actions as query
from models.queries import ledger as ledger_query
from models.queries import people as people_query
from models.queries import prompting as prompting_query

WEEK = timedelta(days=7)
MIDNIGHT = time(0)
A_MOMENT = timedelta(seconds=1)
AT_ONCE = 100


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
        *(Question(owner.person, owner.action, owner, owner.prompt_at or now) for owner in asked),
        *(
            Question(lead, action, None, action.escalate_at or now)
            for action in told
            if (lead := _lead_of(action)) is not None
        ),
    ]


def _lead_of(action: Action) -> Person | None:
    return action.project.lead if action.project else None


def _plan_for(session: Session, questions: list[Question], now: datetime) -> None:
    """One message for one person: now, or at their next prompt time if now is not a time to write. While it
    is not known what becomes of their last one, what it asked may have to be asked again: they wait for that.
    """
    person, board = questions[0].person, questions[0].board
    calendar = standing.calendar_of(board, person)
    today = calendar.today(now)
    waits_for = ledger_query.unsettled_prompt(session, person.id)
    if waits_for is not None:
        missed.put_off(session, questions, calendar, now, max(waits_for, now) + A_MOMENT, missed.WAITED)
        return
    if not calendar.is_time_to_ask(now):
        reason = missed.WAITED if _has_waited(questions, calendar, today) else missed.OFF
        missed.put_off(session, questions, calendar, now, calendar.next_prompt_moment(now), reason)
        return
    if ledger_query.keyed(session, person.workspace_id, key_of(person, today)) is not None:
        missed.put_off(session, questions, calendar, now, calendar.next_prompt_moment(now), missed.HAD_ONE)
        return
    missed.write(session, questions, calendar, now, today)
    _write(session, questions, calendar, now)


def _has_waited(questions: Sequence[Question], calendar: Calendar, today: date) -> bool:
    """Whether anything due today was put off within the day: only an earlier message does that."""
    morning = calendar.prompt_moment(today)
    return any(each.due_at > morning and calendar.today(each.due_at) == today for each in questions)


def _write(session: Session, questions: list[Question], calendar: Calendar, now: datetime) -> None:
    """Today's message to one person, or a row that says why there is none."""
    board = questions[0].board
    kept = {id(question): _reason_to_skip(question, board, calendar, now) for question in questions}
    reason = _reason_to_send_nothing(session, questions, list(kept.values()), calendar, now)
    delivery = write_row(session, questions, calendar.today(now), now, reason)
    if delivery is None:
        return
    for question in questions:
        write_item(session, delivery, question, calendar, kept[id(question)] or reason, now)
    session.flush()
    for question in questions:
        question.put_off(_next(session, question, calendar, reason, now))


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
