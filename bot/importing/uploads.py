"""Files sent in chat as plans, from their arrival until they are read or refused, or given up."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import NotAllowedError
from bot.sentences import sentence
from bot.services import people, workspaces
from models.imports import PlanUpload
from models.people import Workspace
from models.queries import imports
from models.queries import people as people_query

RECEIVED, REFUSED, EXPIRED = "received", "refused", "expired"
WAITING, APPLIED, CANCELLED = "waiting", "applied", "cancelled"
# For each person: how many files may wait to be read, and how many may come within a day.
MAX_UNREAD, MAX_PER_DAY = 5, 20
DAY = timedelta(days=1)
# So long a file waits for somebody to decide about it.
MAX_AGE = timedelta(days=30)
MAX_NAME_LENGTH = 255


@dataclass(frozen=True)
class SentFile:
    """A file as the chat platform describes it. address: the URL to fetch it from. size: bytes."""

    name: str
    address: str
    size: int


@dataclass(frozen=True)
class PendingUpload:
    """What is needed to fetch and read an upload."""

    id: int
    asker: Asker
    name: str
    address: str


def require_sender(session: Session, asker: Asker) -> None:
    """Raises NotAllowedError for whoever could not apply a plan: their files are not even fetched."""
    actor = people.identify(session, asker)
    if not actor.is_plan_manager:
        managers = people_query.initials_of_managers(session, actor.workspace_id)
        raise NotAllowedError(sentence("importing.not_a_sender", managers=managers))


def quota_problem(session: Session, asker: Asker, now: datetime) -> str:
    """Why no more files of this person are taken for now, or ""."""
    workspace_id = workspaces.require_workspace(session, asker.team_id).id
    if imports.count_uploads(session, workspace_id, asker.user_id, state=RECEIVED) >= MAX_UNREAD:
        return sentence("importing.too_many_unread", limit=MAX_UNREAD)
    if imports.count_uploads_since(session, workspace_id, asker.user_id, now - DAY) >= MAX_PER_DAY:
        return sentence("importing.too_many_today", limit=MAX_PER_DAY)
    return ""


def is_recorded(session: Session, asker: Asker, key: str) -> bool:
    """Whether the file was stored before, as when its event comes a second time."""
    workspace = workspaces.require_workspace(session, asker.team_id)
    return imports.upload_by_key(session, workspace.id, key) is not None


def expire_uploads(session: Session, now: datetime) -> int:
    """Give up the files that nobody decided about for a month, with what was read from them; returns how many
    there were.
    """
    rows = imports.undecided_uploads(session, {RECEIVED, WAITING}, now - MAX_AGE)
    for row in rows:
        row.state, row.settled_at = EXPIRED, now
        row.draft, row.address, row.digest, row.marks = None, "", "", ""
    return len(rows)


def record_upload(session: Session, asker: Asker, file: SentFile, key: str, now: datetime) -> None:
    """Store an upload to be read later. key: of the message and file; the same key is stored only once."""
    if is_recorded(session, asker, key):
        return
    workspace = workspaces.require_workspace(session, asker.team_id)
    session.add(
        PlanUpload(
            workspace_id=workspace.id,
            key=key,
            user_id=asker.user_id,
            channel_id=asker.channel_id,
            name=file.name[-MAX_NAME_LENGTH:],
            address=file.address,
            size=file.size,
            state=RECEIVED,
            received_at=now,
        )
    )
    session.flush()


def next_to_read(session: Session, team_id: str, excluded: Collection[int] = ()) -> PendingUpload | None:
    """excluded: ids of those that are being read, or could not be fetched just now."""
    row = imports.next_upload(session, team_id, RECEIVED, excluded)
    return _pending_upload(session, row) if row else None


def count_attempt(session: Session, upload_id: int) -> int:
    """Count an attempt that failed for a passing reason; returns how many there were."""
    row = session.get_one(PlanUpload, upload_id)
    row.attempts += 1
    return row.attempts


def refuse_upload(session: Session, upload_id: int, now: datetime) -> bool:
    """Mark an upload as refused. False when it is no longer RECEIVED."""
    row = imports.lock_upload(session, upload_id)
    if row is None or row.state != RECEIVED:
        return False
    row.state, row.settled_at = REFUSED, now
    return True


def _pending_upload(session: Session, row: PlanUpload) -> PendingUpload:
    team_id = session.get_one(Workspace, row.workspace_id).team_id or ""
    asker = Asker(team_id, row.user_id, row.channel_id)
    return PendingUpload(row.id, asker, row.name, row.address)
