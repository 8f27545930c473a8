"""A lead has those asked again who have not answered: at once, as far as the rules for asking allow."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import NotUnderstoodError
from bot.plan.wording import format_time
from bot.sentences import sentence
from bot.services import people
from bot.services.prompts import planner
from bot.services.prompts.daily_prompt import PromptHistory
from bot.services.scheduling import next_prompts
from bot.services.scheduling.closing import REWRITE_WINDOW
from bot.services.scheduling.due_item import prompt_key
from models.base import parse_id
from models.people import Board, Person
from models.plans import Action, ActionOwner
from models.queries import actions as actions_query
from models.queries import home as query
from models.queries.home import UnansweredItem


def button_value(person: Person) -> str:
    return f"{person.id} {person.initials}"


def find_silent(session: Session, lead: Person, now: datetime) -> dict[int, list[UnansweredItem]]:
    """By person, what they were asked about this lead's projects in the last fortnight and have not answered;
    whoever has said nothing for longest comes first.
    """
    silent = defaultdict[int, list[UnansweredItem]](list)
    for item in query.unanswered_of_lead(session, lead.id, now - REWRITE_WINDOW):
        silent[item.person_id].append(item)
    return silent


def ask_now(session: Session, asker: Asker, value: str, now: datetime) -> str:
    """Have somebody asked at once about what they have not answered of the asker's projects, and whatever
    else is due. Nobody gets a second message on one day, one outside the hours of asking, or more in a week
    than their board allows. Returns what was done, in a sentence. Raises CipError for whoever may not.
    """
    actor = people.identify(session, asker)
    lead = people.require_linked_person(actor, "ask others")
    person = session.get(Person, parse_id(value.partition(" ")[0]) or 0)
    waiting = find_silent(session, lead, now).get(person.id, []) if person else []
    is_known = person is not None and (person.workspace_id, button_value(person)) == (
        actor.workspace_id,
        value,
    )
    if person is None or not is_known or not waiting:
        raise NotUnderstoodError(sentence("services.nobody_silent"))
    actions = list(actions_query.lock_actions(session, [each.action_id for each in waiting]).values())
    reason = _find_obstacle(session, person, actions, now)
    if reason:
        return sentence("services.not_asked_now", initials=person.initials, reason=reason)
    owners = _ownerships(actions, person)
    calendar = next_prompts.build_calendar(actions[0].plan.board, person)
    at = calendar.next_time_to_ask(now)
    for owner in owners:
        owner.prompt_at = at
    session.flush()
    if at > now:
        at_words = format_time(at, calendar.timezone)
        return sentence("services.asked_later", initials=person.initials, count=len(owners), at=at_words)
    planner.plan_for(session, person.id, now)
    return sentence("services.asked_now", initials=person.initials, count=len(owners))


def _ownerships(actions: Sequence[Action], person: Person) -> list[ActionOwner]:
    return [owner for action in actions for owner in action.owners if owner.person_id == person.id]


def _find_obstacle(session: Session, person: Person, actions: Sequence[Action], now: datetime) -> str:
    """Why this person is not to be asked now, "" where they may be."""
    board = actions[0].plan.board
    calendar = next_prompts.build_calendar(board, person)
    [history] = planner.load_histories(session, [person.id], now).values()
    if person.slack_user_id is None:
        return sentence("services.obstacle_unlinked")
    if history.pending_until is not None:
        return sentence("services.obstacle_pending")
    if history.has_key(prompt_key(person, calendar.today(now))):
        return sentence("services.obstacle_today")
    snoozed = [each.snoozed_until for each in _ownerships(actions, person) if each.snoozed_until]
    if snoozed and min(snoozed) > now:
        return sentence("services.obstacle_later", at=format_time(min(snoozed), calendar.timezone))
    return _find_budget_obstacle(history, board, person, now)


def _find_budget_obstacle(history: PromptHistory, board: Board, person: Person, now: datetime) -> str:
    sent = history.sent_this_week(next_prompts.build_calendar(board, person), now)
    return sentence("services.obstacle_budget", count=len(sent)) if len(sent) >= board.weekly_budget else ""
