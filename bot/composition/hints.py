"""What a person may want to type: refs with titles, their own first, and statuses."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.messages import ActionLine
from bot.plan.statuses import Status
from bot.services import lines
from models.queries import listed
from models.queries import people as people_query
from models.queries.listed import Narrowed

Json = dict[str, Any]
MAX_HINTS = 300


def hints(session: Session, team_id: str, user: str, now: datetime) -> Json:
    """{refs: [{ref, title, owners, due_words, status_words, mine}], statuses: [{name, words}]}."""
    statuses = [{"name": each.value, "words": each.words} for each in Status]
    workspace = people_query.workspace_of_team(session, team_id)
    if workspace is None:
        return {"refs": [], "statuses": statuses}
    facts = listed.facts(session, workspace.id, Narrowed())
    ids = [each.id for each in facts if each.status.is_open][:MAX_HINTS]
    shown = lines.lines(session, workspace.id, ids, now)
    refs = [_hint(shown[each], user) for each in ids]
    return {"refs": sorted(refs, key=lambda hint: not hint["mine"]), "statuses": statuses}


def _hint(line: ActionLine, user: str) -> Json:
    due = f"{line.due.day} {line.due:%B %Y}" if line.due else line.due_text
    return {
        "ref": line.ref,
        "title": line.title,
        "owners": ", ".join(owner.initials for owner in line.owners),
        "due_words": due,
        "status_words": line.status,
        "mine": any(owner.user_id == user for owner in line.owners),
    }
