"""A plan sent in chat: what it would change is shown before anyone decides on it."""

import hashlib
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.importing.button_values import of_upload, upload_meant
from bot.importing.drafting.drafts import PlanDraft
from bot.importing.drafting.judging import day_words
from bot.importing.packing import packed, unpacked
from bot.importing.receiving import RECEIVED
from bot.importing.review_facts import review_of
from bot.importing.understanding import Understanding, understand
from bot.importing.versions import digest_of
from bot.messages import ImportReview
from bot.services import workspaces
from bot.services.lines import local_day
from models.people import Workspace
from models.queries import people as people_query
from models.queries import plans as plans_query
from models.queries import uploads
from models.queries import versions as versions_query
from models.uploads import PlanUpload

WAITING = "waiting"


def review(session: Session, upload_id: int, draft: PlanDraft, content: bytes) -> ImportReview | None:
    """What the file holds and would change. None when it was dealt with meanwhile."""
    row = uploads.locked(session, upload_id)
    if row is None or row.state != RECEIVED:
        return None
    row.state, row.draft, row.digest = WAITING, packed(draft), digest_of(content)
    return shown(session, row, shown_again=False)


def told(session: Session, upload_id: int, review_id: int | None) -> None:
    """Remember the ledger's row of the message that shows it."""
    session.get_one(PlanUpload, upload_id).review_id = review_id


def message_of(session: Session, asker: Asker, value: str) -> int | None:
    """The ledger's row of the message that shows it."""
    row = upload_meant(session, workspaces.of_team(session, asker.team_id).id, value)
    return row.review_id if row else None


def waiting(session: Session, workspace_id: int, value: str) -> PlanUpload | None:
    """The upload, if it still waits to be decided on."""
    row = upload_meant(session, workspace_id, value)
    return row if row is not None and row.state == WAITING and row.draft is not None else None


def understood(session: Session, row: PlanUpload) -> Understanding:
    workspace = session.get_one(Workspace, row.workspace_id)
    return understand(session, workspace, unpacked(row.draft or b""))


def shown(session: Session, row: PlanUpload, *, shown_again: bool) -> ImportReview:
    """The review as things stand now, which is what Apply then stands for."""
    known = understood(session, row)
    row.marks = marks(known)
    sender = people_query.person_of_user(session, row.workspace_id, row.user_id)
    can = people_query.initials_of_managers(session, row.workspace_id)
    titles = plans_query.plan_titles(session, row.workspace_id)
    return replace(
        review_of(known, of_upload(row), row.name),
        others=tuple(title for title in titles if title != known.title),
        may_apply=sender is not None and sender.initials in can,
        managers=can,
        shown_again=shown_again,
        before=_before(session, known, row),
    )


def _before(session: Session, known: Understanding, row: PlanUpload) -> str:
    """When and by whom this very file was applied: "2 April 2026 by PM"."""
    every = versions_query.versions(session, known.plan.id) if known.plan else []
    same = next((each for each in every if each.digest == row.digest), None)
    if same is None:
        return ""
    by = f" by {same.applied_by}" if same.applied_by else ""
    return f"{day_words(local_day(same.applied_at, known.timezone))}{by}"


def marks(known: Understanding) -> str:
    """What applying would change, in one word: another word means that something else would."""
    found = known.found
    parts = [
        known.plan.id if known.plan else 0,
        sorted((draft.section, draft.ref) for _, draft in found.new),
        sorted((each.action.id, each.fate.words if each.fate else "") for each in found.gone),
        sorted((each.action.id, each.kinds, each.action.gone_at is None) for each in found.changed),
        sorted(each.id for each in found.revived),
        sorted((each.action_id, each.kind) for each in known.kept),
        found.unchanged,
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()
