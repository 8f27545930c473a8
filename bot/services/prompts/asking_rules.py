"""By what rule one person is asked, for whoever wants to know or change it."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import NotUnderstoodError
from bot.messages import AskingRules, WhenAsked
from bot.plan.calendar import choose_timezone
from bot.sentences import sentence
from bot.services import people, timezones
from bot.services.prompts import messages
from models.people import Person
from models.plans import Plan
from models.queries import accounts as accounts_query
from models.queries import actions as actions_query
from models.queries import home as query
from models.queries import plan_roles as roles_query
from models.queries.actions import ActionFilter


def find_rules(session: Session, person: Person, plan: Plan, now: datetime) -> AskingRules:
    """As they hold for this person on the board of this plan."""
    board = plan.board
    lookup = accounts_query.find_lookup(session, person.id) if person.timezone else None
    source = timezones.source_of(lookup) if lookup else None
    return AskingRules(
        board=board.name,
        timezone=choose_timezone(person.timezone, board.timezone),
        source=source.value if source else "",
        prompt_at=board.prompt_time,
        quiet_from=board.quiet_from,
        quiet_until=board.quiet_until,
        prompt_days=tuple(board.prompt_days),
        weekly_budget=board.weekly_budget,
        now=now,
        next_at=query.next_prompt_of(session, person.id),
        managers=tuple(each.initials for each in roles_query.managers_of_plan(session, plan.id)),
    )


def explain_to_asked(session: Session, asker: Asker, value: str, now: datetime) -> WhenAsked:
    """Why somebody is asked. value: of the button in the message that asked. Raises CipError for anybody
    else.
    """
    actor = people.identify(session, asker)
    person = people.require_linked_person(actor, "be asked")
    item = messages.find_item(session, value)
    if item is None or item.workspace_id != actor.workspace_id or item.person_id != person.id:
        raise NotUnderstoodError(sentence("services.unknown_message"), suggestion="/cip mine")
    return WhenAsked(
        person.initials,
        count_open(session, person),
        find_rules(session, person, item.action.plan, now),
    )


def count_open(session: Session, person: Person) -> int:
    """How many open actions the person owns."""
    facts = actions_query.load_facts(
        session, person.workspace_id, ActionFilter(person_id=person.id, only_open=True)
    )
    return sum(each.status.is_open for each in facts)
