"""Files sent in chat as plans, from their arrival until they are read or refused."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.services import workspaces
from models.imports import PlanUpload
from models.people import Workspace
from models.queries import imports

RECEIVED, REFUSED = "received", "refused"
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


def record_upload(session: Session, asker: Asker, file: SentFile, key: str, now: datetime) -> None:
    """Store an upload to be read later. key: of the message and file; the same key is stored only once."""
    workspace = workspaces.require_workspace(session, asker.team_id)
    if imports.upload_by_key(session, workspace.id, key) is not None:
        return
    session.add(
        PlanUpload(
            workspace_id=workspace.id,
            key=key,
            user_id=asker.user_id,
            channel_id=asker.channel_id,
            name=file.name[-MAX_NAME_LENGTH:],
            address=file.address,
            state=RECEIVED,
            received_at=now,
        )
    )
    session.flush()


def next_to_read(session: Session, team_id: str) -> PendingUpload | None:
    row = imports.oldest_upload(session, team_id, RECEIVED)
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
