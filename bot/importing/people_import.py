"""Read the list of people: whose initials are whose, with e-mail addresses and roles."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bot.errors import UnreadableFileError
from bot.importing.readers.registry import read_file
from bot.importing.table.problems import Diagnostic, DiagnosticLog
from bot.importing.table.tables import Table, TableRow
from bot.plan.owners import PersonRole, initials_of
from bot.plan.text import letters_only, one_line
from bot.plan.timezones import nearest_timezone, parse_timezone
from bot.sentences import sentence
from bot.services import accounts, plan_roles, timezones
from bot.services.timezones import TimezoneSource
from models.people import Person, Workspace
from models.queries import people as query

_HEADINGS = {
    "initials": ("initials", "initial", "ownerinitials", "owner", "shortname", "planinitials"),
    "name": ("name", "fullname", "person", "officer", "displayname"),
    "email": ("email", "emailaddress", "mail", "emails", "workemail", "address"),
    "role": ("role", "roles", "permission", "permissions", "standing", "access"),
    "timezone": ("timezone", "timezones", "tz", "zone", "ianatimezone"),
}
_ROLES = {
    PersonRole.OWNER: ("", "owner", "actionowner", "officer", "owners", "responsibleofficer"),
    PersonRole.LEAD: ("lead", "projectlead", "projectmanager", "prioritylead", "leadofficer", "leads"),
    PersonRole.PLAN_MANAGER: (
        "planmanager", "manager", "admin", "administrator", "pmo", "programmemanager", "programmeoffice",
        "planadmin", "improvementmanager",
    ),
    PersonRole.BOARD_CHAIR: ("boardchair", "chair", "chairperson", "chairman", "chairwoman", "chairofboard"),
    PersonRole.VIEWER: ("viewer", "reader", "readonly", "observer", "boardmember", "member", "guest"),
}  # fmt: skip
_ROLE_OF = {word: role for role, words in _ROLES.items() for word in words}
_EMAIL = re.compile(r"(?<![^\s@<>(),;:\"])[^\s@<>(),;:\"]++@[^\s@<>(),;:\"]+\.[^\s@<>(),;:\".]{2,}")
_MAX_EMAIL_LENGTH, _MAX_NAME_LENGTH, _MAX_INITIALS_LENGTH = 254, 200, 80
_MAX_SHOWN_LENGTH = 80


@dataclass(frozen=True)
class PersonRow:
    """One person. email: "" when none was given or it is not an address. where: the row, in words.

    timezone: by its IANA name, "" for an empty cell; None where the list says nothing, or nothing readable.
    """

    initials: str
    name: str
    email: str
    role: PersonRole
    where: str
    timezone: str | None = None


@dataclass(frozen=True)
class PeopleReading:
    """The people of the list, each once, and the problems of their rows."""

    rows: tuple[PersonRow, ...]
    problems: tuple[Diagnostic, ...]


def read_people(path: Path) -> PeopleReading:
    """Read the people from a .csv or .xlsx file, by headings in any order.

    Raises UnreadableFileError when the file cannot be read or has no such headings.
    """
    document = read_file(path)
    notes = DiagnosticLog(list(document.problems))
    for table in document.tables:
        for index, row in enumerate(table.rows):
            columns = _columns(row)
            if "initials" in columns or {"name", "email"} <= columns.keys():
                people = _people(table, table.rows[index + 1 :], columns, notes)
                return PeopleReading(tuple(people), tuple(notes.problems))
    raise UnreadableFileError(
        "No list of people was found in this file. It needs headings: initials, name, email and role."
    )


def _columns(row: TableRow) -> dict[str, int]:
    """Where each heading's column is, as {"initials": 0, "email": 2}; empty for a row without headings."""
    keys = {index: letters_only(row.cells[index]) for index in row.filled_columns}
    columns: dict[str, int] = {}
    for meaning, names in _HEADINGS.items():
        for index, key in keys.items():
            if key in names:
                columns.setdefault(meaning, index)
    return columns


def _people(
    table: Table, rows: tuple[TableRow, ...], columns: dict[str, int], notes: DiagnosticLog
) -> list[PersonRow]:
    people: dict[str, PersonRow] = {}
    emails: dict[str, str] = {}
    for row in rows:
        if not row.filled_columns or _columns(row) == columns:
            continue
        person = _person(table, row, columns, notes)
        if person is None:
            continue
        if person.initials in people:
            message = sentence("importing.repeated_person", initials=person.initials)
            notes.error(person.where, "initials", person.initials, message)
            continue
        people[person.initials] = person
        _report_shared_email(person, emails, notes)
    return list(people.values())


def _person(table: Table, row: TableRow, columns: dict[str, int], notes: DiagnosticLog) -> PersonRow | None:
    where = table.where(row.number)
    name = one_line(row.cell(columns.get("name")))[:_MAX_NAME_LENGTH]
    initials = one_line(row.cell(columns.get("initials"))).replace(".", "")[:_MAX_INITIALS_LENGTH]
    if not initials and not initials_of(name):
        notes.error(where, "initials", name, sentence("importing.nameless_person"))
        return None
    if not initials:
        initials = initials_of(name)[:_MAX_INITIALS_LENGTH]
        notes.warning(where, "initials", name, sentence("importing.no_initials", initials=initials))
    email = _email(one_line(row.cell(columns.get("email")))[: 2 * _MAX_EMAIL_LENGTH], initials, where, notes)
    role = _role(one_line(row.cell(columns.get("role"))), initials, where, notes)
    timezone = _timezone(row, columns.get("timezone"), initials, where, notes)
    return PersonRow(initials, name, email, role, where, timezone)


def _email(text: str, initials: str, where: str, notes: DiagnosticLog) -> str:
    match = _EMAIL.search(text.removeprefix("mailto:"))
    if match and len(match[0]) <= _MAX_EMAIL_LENGTH:
        return match[0].casefold()
    if text:
        message = sentence("importing.wrong_email", printed=text[:_MAX_SHOWN_LENGTH], initials=initials)
        notes.error(where, "email", text[:_MAX_SHOWN_LENGTH], message)
    else:
        message = sentence("importing.no_email", initials=initials)
        notes.warning(where, "email", "", message)
    return ""


def _timezone(
    row: TableRow, column: int | None, initials: str, where: str, notes: DiagnosticLog
) -> str | None:
    text = one_line(row.cell(column))[:_MAX_SHOWN_LENGTH]
    if column is None or not text:
        return None if column is None else ""
    timezone = parse_timezone(text)
    if timezone is None:
        message = sentence(
            "importing.wrong_timezone", printed=text, initials=initials, nearest=nearest_timezone(text)
        )
        notes.warning(where, "timezone", text, message)
    return timezone


def _role(text: str, initials: str, where: str, notes: DiagnosticLog) -> PersonRole:
    role = _ROLE_OF.get(letters_only(text))
    if role is None:
        printed, roles = text[:_MAX_SHOWN_LENGTH], [each.words for each in PersonRole]
        message = sentence("importing.wrong_role", printed=printed, initials=initials, roles=roles)
        notes.warning(where, "role", printed, message)
    return role or PersonRole.OWNER


def _report_shared_email(person: PersonRow, emails: dict[str, str], notes: DiagnosticLog) -> None:
    if not person.email:
        return
    other = emails.setdefault(person.email, person.initials)
    if other != person.initials:
        message = sentence("importing.shared_email", initials=person.initials, other=other)
        notes.warning(person.where, "email", person.email, message)


@dataclass(frozen=True)
class PeopleImportResult:
    """Initials, by what was done. moved: they have a new e-mail address, so their account is looked up again.
    kept: so do they, but they keep their account, as no other plan manager has one. unchanged: how many.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[str, ...]
    unchanged: int
    kept: tuple[str, ...] = ()


def apply(
    session: Session,
    workspace: Workspace,
    rows: Iterable[PersonRow],
    now: datetime,
    board_id: int | None = None,
) -> PeopleImportResult:
    """Add or correct people by their initials. Nobody is removed, and no account is unlinked unless the
    e-mail address it was found by changed; never that of the last plan manager who has one. board_id: whose
    plans the roles are for, None for all plans.
    """
    added, changed, unchanged = [], [], 0
    moved: list[str] = []
    kept: list[str] = []
    for row in rows:
        person = query.person_of_initials(session, workspace.id, row.initials)
        if person is None:
            person = Person(workspace_id=workspace.id, initials=row.initials)
            session.add(person)
            _correct(session, person, row, now)
            added.append(row.initials)
        else:
            if person.email and person.email != row.email.lower():
                (moved if _unlink(session, person, now) else kept).append(row.initials)
            if _correct(session, person, row, now):
                changed.append(row.initials)
            else:
                unchanged += 1
        plan_roles.give_role_of_list(session, person, board_id)
    return PeopleImportResult(tuple(added), tuple(changed), tuple(moved), unchanged, tuple(kept))


def _correct(session: Session, person: Person, row: PersonRow, now: datetime) -> bool:
    """Returns whether the person differed from the row."""
    before = (person.name, person.email, person.role)
    person.name, person.email, person.role = row.name, row.email.lower() or None, row.role
    is_corrected = (person.name, person.email, person.role) != before
    session.flush()
    if row.timezone is None:
        return is_corrected
    return timezones.set_timezone(session, person, TimezoneSource.PEOPLE, row.timezone, now) or is_corrected


def _unlink(session: Session, person: Person, now: datetime) -> bool:
    """Take the account away, which the new e-mail address may not find again. Returns whether they have none
    now.
    """
    if person.slack_user_id and accounts.is_last_manager(session, person):
        return False
    accounts.change_account(session, person, "", accounts.FROM_PEOPLE_LIST, now)
    return True
