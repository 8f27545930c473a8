"""Turns the moments stored on actions and owners into prompts in the outbox, once they have come."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from bot.services.isolation import run_isolated
from bot.services.prompts.daily_prompt import DAY, WEEK, PromptHistory, plan_for_person
from bot.services.scheduling.due_item import DueItem
from models.people import Person
from models.plans import Action
from models.queries import actions as query
from models.queries import people as people_query
from models.queries import prompt_schedule as prompting_query
from models.queries import prompts as prompted_query
from models.queries.prompts import PromptRow

BATCH_SIZE = 100


def plan_prompts(session: Session, now: datetime) -> int:
    """Turn every question that has come due into a message row, or a row that says why not.

    Somebody's questions of one day become one message, planned by one replica: it locks the workspace, and
    the others skip it. Returns how many people were planned for; call it again until that is 0.

    Somebody whose questions cannot be planned leaves the others theirs. Raises ExceptionGroup once nobody
    else is due.
    """
    prompting_query.clear_leadless_escalations(session, now)
    workspaces = people_query.workspaces_to_plan(session)
    planned, faults = 0, dict[int, Exception]()
    while not planned and (people := _find_next_people(session, now, workspaces, faults.keys())):
        planned, failed = _plan_isolated(session, people, now)
        if not failed:
            break
        faults |= failed
    if faults and not planned:
        raise ExceptionGroup("prompts could not be planned", list(faults.values()))
    return planned


def plan_for(session: Session, person_id: int, now: datetime) -> None:
    """Whatever this one person is due to be asked now, as plan_prompts does."""
    _plan_for_people(session, {person_id}, now)


def _find_next_people(
    session: Session, now: datetime, workspaces: Collection[int], excluded: Collection[int]
) -> frozenset[int]:
    """Ids of those who have waited longest."""
    due = prompting_query.people_to_prompt(session, now, workspaces, BATCH_SIZE + len(excluded))
    return frozenset(due).difference(excluded)


def _plan_isolated(
    session: Session, people: frozenset[int], now: datetime
) -> tuple[int, dict[int, Exception]]:
    """For all of them together, and one by one only where that fails. Returns for how many, and what went
    wrong with whom.
    """
    planned, failed = run_isolated(session, [people], lambda them: _plan_for_people(session, them, now))
    if not failed:
        return planned, {}
    return run_isolated(session, people, lambda one: _plan_for_people(session, {one}, now))


def _plan_for_people(session: Session, people: Collection[int], now: datetime) -> int:
    asked: dict[int, list[DueItem]] = defaultdict(list)
    for question in _load_due_items(session, now, people):
        asked[question.person.id].append(question)
    past = load_histories(session, asked.keys(), now)
    for person, questions in asked.items():
        plan_for_person(session, questions, past[person], now)
    return len(asked)


def _load_due_items(session: Session, now: datetime, people: Collection[int]) -> list[DueItem]:
    """Everything these people are due to be asked about, or shown as a lead, longest waiting first. The
    actions are locked first, and read after the wait for whoever was changing one of them.
    """
    ids = prompting_query.actions_to_ask_about(session, now, people)
    actions = query.lock_actions(session, ids).values()
    questions = [
        DueItem(owner.person, action, owner, owner.prompt_at)
        for action in actions
        for owner in action.owners
        if owner.person_id in people and owner.prompt_at is not None and owner.prompt_at <= now
    ]
    escalations = [
        DueItem(lead, action, None, action.escalate_at)
        for action in actions
        if (lead := _lead_of(action)) is not None and lead.id in people
        if action.escalate_at is not None and action.escalate_at <= now
    ]
    return sorted(questions, key=_wait_key) + sorted(escalations, key=_wait_key)


def _wait_key(due_item: DueItem) -> tuple[datetime, int]:
    return due_item.due_at, due_item.owner.id if due_item.owner else due_item.action.id


def _lead_of(action: Action) -> Person | None:
    return action.project.lead if action.project else None


def load_histories(session: Session, people: Collection[int], now: datetime) -> dict[int, PromptHistory]:
    """By person."""
    waits_for = prompted_query.unsettled_prompts(session, people)
    rows: dict[int, list[PromptRow]] = defaultdict(list)
    for row in prompted_query.prompts_of(session, people, now - WEEK - DAY):
        rows[row.person_id].append(row)
    return {each: PromptHistory(waits_for.get(each), tuple(rows[each])) for each in people}
