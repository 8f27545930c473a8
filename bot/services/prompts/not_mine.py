"""An owner says that an action is not theirs: it stays where it is, and who can change that hears of it."""

from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from bot.commands import NotMine, Offer, Option
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.messages import LeadNotice, NotMineReceipt
from bot.plan.refs import RefQuery
from bot.sentences import sentence
from bot.services import people
from bot.services.actions import presenters, ref_resolver
from bot.services.outbox import lead_notices
from bot.services.people import Actor
from bot.services.scheduling.closing import REWRITE_WINDOW, close_item
from models.people import Person
from models.plans import Action
from models.queries import actions as actions_query
from models.queries import people as people_query
from models.queries import plan_roles, prompts, ref_index

ANSWER = "not-mine"
# As many as are offered, those that are due soonest.
MAX_OPTIONS = 8


def say_not_mine(session: Session, actor: Actor, command: NotMine, now: datetime) -> NotMineReceipt:
    """Nothing of the action changes. Raises NotAllowedError for whoever does not own it, and
    NotUnderstoodError where no action is named.
    """
    if command.ref is None:
        raise NotUnderstoodError(
            sentence("services.which_not_mine", has_choice=False), suggestion="/cip mine"
        )
    target = ref_resolver.resolve(session, actor, command.ref, preferred_action_id=command.action_id)
    action = actions_query.lock_actions(session, [target.action.id])[target.action.id]
    shared = ref_index.shared_refs(session, actor.workspace_id, [action.ref])
    ref, title = presenters.format_ref(action, shared), presenters.shorten(action.title)
    person = actor.person
    if person is None or all(owner.person_id != person.id for owner in action.owners):
        raise NotAllowedError(sentence("services.not_owner", ref=ref))
    notice = LeadNotice(
        sentence(
            "services.not_mine_notice", initials=person.initials, ref=ref, title=title, whose=command.whose
        ),
        sentence("services.not_mine_remedy", initials=person.initials),
        user_id=command.user_id,
    )
    recipients = find_responsible(session, action, person)
    named = f"{command.whose} {command.user_id}"
    key = _build_key(action, person, named, people.today_of(actor, now).isoformat())
    for each in recipients:
        lead_notices.notify_person(session, each, key, notice, now)
    for item in prompts.open_items_of_action(session, action.id, now - REWRITE_WINDOW):
        if item.person_id == person.id:
            close_item(session, item, ANSWER, actor.user_id, now)
    informed, unreached = lead_notices.split_reached(recipients)
    return NotMineReceipt(ref, title, command.whose, informed, unreached, command.user_id)


def offer_own(session: Session, actor: Actor, command: NotMine) -> Offer:
    """The person's open actions, where they have said that one is not theirs and not which."""
    owned = actions_query.owned_ids(session, actor.person.id) if actor.person else frozenset()
    found = actions_query.load_actions(session, owned).values()
    mine = [each for each in found if each.gone_at is None and each.status.is_open]
    mine.sort(key=lambda each: (each.next_due_on or date.max, each.id))
    shared = ref_index.shared_refs(session, actor.workspace_id, [each.ref for each in mine])
    options = tuple(_build_option(each, shared, command) for each in mine[:MAX_OPTIONS])
    problem = sentence("services.which_not_mine", has_choice=bool(options))
    return Offer(problem=problem, words=command.line, options=options, line=command.line)


def _build_option(action: Action, shared: set[str], command: NotMine) -> Option:
    title = presenters.shorten(action.title, 40)
    label = sentence("services.option_not_mine", ref=presenters.format_ref(action, shared), title=title)
    ref = RefQuery(action.section.number or None, action.ref)
    return Option(label, (replace(command, ref=ref, action_id=action.id),))


def _build_key(action: Action, person: Person, named: str, day: str) -> str:
    """The same on one day of the same action, with the same name."""
    return f"not-mine:{action.id}:{person.id}:{day}:{sha256(named.encode()).hexdigest()[:12]}"


def find_responsible(session: Session, action: Action, person: Person) -> list[Person]:
    """The project's lead and the plan's managers, but for the person."""
    lead = action.project.lead if action.project else None
    found = [*([lead] if lead else []), *plan_roles.managers_of_plan(session, action.plan_id)]
    return list({each.id: each for each in found if each.id != person.id}.values())


def name_owner(session: Session, actor: Actor, user_id: str, words: str) -> tuple[str, str]:
    """Whose it is: in words, and the account of somebody chosen whom the plan does not name, or ""."""
    person = people_query.person_of_user(session, actor.workspace_id, user_id) if user_id else None
    return ", ".join(filter(None, (person.initials if person else "", words))), "" if person else user_id
