"""The people a document names: found by their initials, or added without a chat account."""

from sqlalchemy.orm import Session

from bot.importing.drafting.drafts import ProjectDraft
from bot.plan.owners import initials_of
from models.people import Person
from models.queries import people as people_query

LONGEST = 80


class PeopleOfPlan:
    """Finds or adds the people of one workspace by initials (or the role printed in their place)."""

    def __init__(self, session: Session, workspace_id: int) -> None:
        self._session, self._workspace_id = session, workspace_id
        self._known = {
            person.initials.lower(): person for person in people_query.people(session, workspace_id)
        }

    def named(self, initials: str) -> Person:
        wanted = initials[:LONGEST]
        known = self._known.get(wanted.lower())
        if known is None:
            known = Person(workspace_id=self._workspace_id, initials=wanted)
            self._session.add(known)
            self._session.flush()
            self._known[wanted.lower()] = known
        return known

    def lead_of(self, draft: ProjectDraft) -> Person | None:
        """Who a project's printed manager is: by name, by initials as printed, or by the initials of the
        name when the plan or the people list knows them.
        """
        manager = draft.manager.strip()
        if not manager:
            return None
        by_name = [person for person in self._known.values() if person.name.lower() == manager.lower()]
        if by_name:
            return by_name[0]
        return self._known.get(manager.lower()) or self._known.get(initials_of(manager).lower())
