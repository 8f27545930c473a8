"""The people that a plan names, found or added while it is written."""

from sqlalchemy.orm import Session

from bot.importing.drafting.draft import ProjectDraft
from bot.plan.owners import initials_of
from models.people import Person
from models.queries import people as people_query

MAX_INITIALS_LENGTH = 80


class PlanPeople:
    """Finds or adds the people of one workspace by initials (or the role printed in their place)."""

    def __init__(self, session: Session, workspace_id: int) -> None:
        self._session, self._workspace_id = session, workspace_id
        self._by_initials = {
            person.initials.lower(): person for person in people_query.people(session, workspace_id)
        }

    def find_or_add(self, initials: str) -> Person:
        wanted = initials[:MAX_INITIALS_LENGTH]
        person = self._by_initials.get(wanted.lower())
        if person is None:
            person = Person(workspace_id=self._workspace_id, initials=wanted)
            self._session.add(person)
            self._session.flush()
            self._by_initials[wanted.lower()] = person
        return person

    def find_lead(self, draft: ProjectDraft) -> Person | None:
        """The person that a project's printed manager is: by name, by initials as printed, or by the initials
        of the printed name.
        """
        manager = draft.manager.strip()
        if not manager:
            return None
        by_name = [person for person in self._by_initials.values() if person.name.lower() == manager.lower()]
        if by_name:
            return by_name[0]
        return self._by_initials.get(manager.lower()) or self._by_initials.get(initials_of(manager).lower())
