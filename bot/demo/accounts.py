"""The people of the sandbox: those of the sample, or those a plan names, with invented accounts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

import sample
from bot.demo.time_format import format_count
from bot.importing import people_import
from bot.importing.people_import import PersonRow, read_people
from bot.plan.owners import PersonRole
from bot.sentences import sentence
from bot.services import linking, plan_roles
from models import Person
from models.queries import people as query

# A person with these initials is added to a plan that has nobody in the role.
REQUIRED_ROLES = {PersonRole.PLAN_MANAGER: "PM", PersonRole.BOARD_CHAIR: "BC"}
_MAX_ID_LETTERS = 24


@dataclass(frozen=True)
class DemoAccount:
    """A member of the workspace, as the page shows them. name: in full; the initials where no full name is
    known.
    """

    user_id: str
    initials: str
    name: str
    email: str
    title: str


def sample_people() -> Sequence[PersonRow]:
    return read_people(sample.PEOPLE).rows


def user_id_of(initials: str) -> str:
    """An account id in the platform's form: U0 and capital letters."""
    return "U0" + _letters_and_digits(initials).upper()[:_MAX_ID_LETTERS]


def handle_of(initials: str) -> str:
    """What is typed after an @."""
    return _letters_and_digits(initials).lower() or "someone"


def email_of(initials: str) -> str:
    return f"{handle_of(initials)}@example.gov.uk"


def _letters_and_digits(initials: str) -> str:
    return "".join(letter for letter in initials if letter.isascii() and letter.isalnum())


def sample_accounts() -> list[DemoAccount]:
    """The people of the sample, for a database in which nobody has an account."""
    return [
        DemoAccount(user_id_of(row.initials), row.initials, row.name, row.email, row.role.words.capitalize())
        for row in sample_people()
    ]


def create_sample_accounts(session: Session, workspace_id: int, now: datetime) -> None:
    workspace = query.workspaces(session)[0]
    people_import.apply(session, workspace, sample_people(), now)
    accounts = {row.email.lower(): user_id_of(row.initials) for row in sample_people() if row.email}
    linking.link_accounts(session, workspace_id, accounts, now)


def create_missing_accounts(session: Session, workspace_id: int, unlinked: Iterable[str] = ()) -> bool:
    """Give everyone in the plan an account and an address, except those with the initials `unlinked`. Returns
    whether anyone was given one. A plan manager and a chair are added to a plan that has none.
    """
    _add_missing_roles(session, workspace_id)
    excluded = set(unlinked)
    everyone = query.people(session, workspace_id)
    used_ids = {person.slack_user_id for person in everyone if person.slack_user_id}
    without_account = [
        person for person in everyone if person.slack_user_id is None and person.initials not in excluded
    ]
    for person in without_account:
        person.slack_user_id = _unused_id(person.initials, used_ids)
        person.email = person.email or f"{person.slack_user_id[2:].lower()}@example.gov.uk"
        used_ids.add(person.slack_user_id)
    session.flush()
    return bool(without_account)


def has_missing_accounts(session: Session, unlinked: Iterable[str]) -> bool:
    """Whether anyone except those with the initials `unlinked` has no account yet."""
    excluded = set(unlinked)
    everyone = (person for each in query.workspaces(session) for person in query.people(session, each.id))
    return any(person.slack_user_id is None and person.initials not in excluded for person in everyone)


def _add_missing_roles(session: Session, workspace_id: int) -> None:
    everyone = query.people(session, workspace_id)
    for role, initials in REQUIRED_ROLES.items():
        if any(person.role is role for person in everyone):
            continue
        person = next((person for person in everyone if person.initials == initials), None)
        if person is None:
            person = Person(workspace_id=workspace_id, initials=initials, role=role)
            session.add(person)
        person.role = role
        session.flush()
        plan_roles.give_role_everywhere(session, person)


def _unused_id(initials: str, used: set[str]) -> str:
    """With a number at its end where it is used: job titles in the place of initials may have the same
    letters.
    """
    wanted, number = user_id_of(initials), 1
    user_id = wanted
    while user_id in used or user_id == "U0":
        number += 1
        user_id = f"{wanted}{number}"
    return user_id


def list_accounts(session: Session, workspace_id: int) -> list[DemoAccount]:
    """Everyone with an account: managers and chairs first, then by initials. Last come those whose
    account is not linked to their initials in the plan.
    """
    leads = Counter(person.id for person in query.leads_by_project(session, workspace_id).values())
    owned = query.count_actions_by_owner(session, workspace_id)
    everyone = sorted(query.people(session, workspace_id), key=_sort_key)
    used_ids = {person.slack_user_id for person in everyone if person.slack_user_id}
    linked = []
    for person in everyone:
        if person.slack_user_id is not None:
            title = _title(person, leads[person.id], owned.get(person.id, 0))
            name = person.name or person.initials
            linked.append(DemoAccount(person.slack_user_id, person.initials, name, person.email or "", title))
    not_linked = sentence("demo.not_linked")
    return linked + [
        DemoAccount(
            _unused_id(person.initials, used_ids),
            person.initials,
            person.name or person.initials,
            "",
            not_linked,
        )
        for person in everyone
        if person.slack_user_id is None
    ]


def list_unlinked(session: Session, workspace_id: int) -> list[str]:
    everyone = query.people(session, workspace_id)
    return [person.initials for person in everyone if person.slack_user_id is None]


def _sort_key(person: Person) -> tuple[bool, bool, str]:
    return (
        person.role is not PersonRole.PLAN_MANAGER,
        person.role is not PersonRole.BOARD_CHAIR,
        person.initials,
    )


def _title(person: Person, leads: int, owns: int) -> str:
    """As in: Plan manager, lead of 2 projects, owner of 4 actions."""
    has_title = person.role not in {PersonRole.OWNER, PersonRole.LEAD}
    parts = [
        person.role.words if has_title else "",
        f"lead of {format_count(leads, 'project')}" if leads else "",
        f"owner of {format_count(owns, 'action')}" if owns else "",
    ]
    words = ", ".join(part for part in parts if part) or person.role.words
    return words[:1].upper() + words[1:]
