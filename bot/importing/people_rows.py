"""Takes a people list into the database: who stands behind which initials."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.importing.people_csv import PersonRow
from models.people import Person, Workspace
from models.queries import people as query


@dataclass(frozen=True)
class PeopleApplied:
    """Initials, by what became of them. moved: a new e-mail address, so the account is looked up again."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[str, ...]
    unchanged: int


def apply(session: Session, workspace: Workspace, rows: Iterable[PersonRow]) -> PeopleApplied:
    """Add or correct people by their initials. Nobody is removed, and no account is unlinked unless the
    e-mail address it was found by changed.
    """
    added, changed, moved, same = [], [], [], 0
    for row in rows:
        person = query.person_of_initials(session, workspace.id, row.initials)
        if person is None:
            session.add(
                Person(
                    workspace_id=workspace.id,
                    initials=row.initials,
                    name=row.name,
                    email=row.email.lower() or None,
                    role=row.role,
                )
            )
            added.append(row.initials)
        elif _differs(person, row):
            if (person.email or "") != row.email.lower() and person.email:
                person.slack_user_id = None
                moved.append(row.initials)
            person.name, person.email, person.role = row.name, row.email.lower() or None, row.role
            changed.append(row.initials)
        else:
            same += 1
        session.flush()
    return PeopleApplied(tuple(added), tuple(changed), tuple(moved), same)


def _differs(person: Person, row: PersonRow) -> bool:
    return (person.name, person.email or "", person.role) != (row.name, row.email.lower(), row.role)
