"""Tying initials to chat accounts, by command and by e-mail address."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import LinkAccount
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.messages import LinkReceipt
from bot.sentences import sentence
from bot.services import accounts, people
from bot.services.accounts import ChangeOrigin
from bot.services.people import Actor
from models.people import Person
from models.queries import people as query
from models.queries import plan_roles as roles_query


def link_person(session: Session, actor: Actor, command: LinkAccount, now: datetime) -> LinkReceipt:
    """Tie initials to a chat account; only a plan manager may, and never away from the last of them."""
    if not actor.is_plan_manager:
        raise NotAllowedError(sentence("services.may_not_link", managers=_list_managers(session, actor)))
    person = query.person_of_initials(session, actor.workspace_id, command.initials)
    if person is None:
        raise _unknown_initials_error(session, actor, command.initials)
    _require_linkable(session, actor, person)
    user_id = command.person.user_id or _find_account(session, actor, command.person.name)
    linked_person = query.person_of_user(session, actor.workspace_id, user_id)
    if linked_person is not None and linked_person.id != person.id:
        known = linked_person in people.list_people(session, actor)
        initials = linked_person.initials if known else ""
        raise NotUnderstoodError(sentence("services.account_has_initials", initials=initials))
    accounts.require_other_manager(session, person, user_id)
    origin = ChangeOrigin("command", actor.person.id if actor.person else None, actor.user_id, actor.name)
    before = accounts.change_account(session, person, user_id, origin, now)
    return LinkReceipt(
        person.initials,
        user_id,
        query.count_owned_actions(session, person.id),
        "" if before == user_id else before,
    )


def _list_managers(session: Session, actor: Actor) -> list[str]:
    """Those of the plans that the actor may read; where they may read none, of all."""
    known = set(people.list_people(session, actor)) if actor.known_board_ids else None
    managers = query.plan_managers(session, actor.workspace_id)
    return [each.initials for each in managers if known is None or each in known]


def _require_linkable(session: Session, actor: Actor, person: Person) -> None:
    """Whoever no plan knows yet, and people of plans that the actor manages, all of them: a link gives the
    account everything that the person may read.
    """
    keys = roles_query.role_keys(session, actor.workspace_id)
    managed = [actor.is_manager_of(plan) for plan, each, _ in keys if each == person.id]
    if managed and not any(managed):
        raise _unknown_initials_error(session, actor, person.initials)
    if not all(managed):
        raise NotAllowedError(sentence("services.may_not_link_for_all", initials=person.initials))


def _unknown_initials_error(session: Session, actor: Actor, initials: str) -> NotUnderstoodError:
    known = people.list_initials(session, actor)
    return NotUnderstoodError(f"Nobody in the plan has the initials {initials}. The plan names {known}.")


def _find_account(session: Session, actor: Actor, name: str) -> str:
    """Slack sends a plain @name where the app does not ask for escaped mentions."""
    found = [
        each.slack_user_id
        for each in query.people_by_name(people.list_people(session, actor), name)
        if each.slack_user_id
    ]
    if len(found) == 1 and found[0]:
        return found[0]
    raise NotUnderstoodError(
        f"I can't tell which account “@{name}” is."
        " Type @ and the first letters, and pick the person from the list that opens."
    )


def link_accounts(session: Session, workspace_id: int, user_ids: dict[str, str], now: datetime) -> list[str]:
    """Tie people to the accounts found for their e-mail addresses; returns the initials newly linked.

    user_ids: account ids by lower-case address.
    """
    linked = []
    for person in query.people_without_account(session, workspace_id):
        user_id = user_ids.get((person.email or "").lower())
        if user_id and query.person_of_user(session, workspace_id, user_id) is None:
            accounts.change_account(session, person, user_id, accounts.FROM_EMAIL, now)
            linked.append(person.initials)
    return linked
