"""Plans people sent in chat, from the moment they came until they are read or turned away."""

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
    """A file as the platform tells of it. address: where it can be fetched."""

    name: str
    address: str
    size: int


@dataclass(frozen=True)
class PendingUpload:
    """An upload as its reader needs it."""

    id: int
    asker: Asker
    name: str
    address: str


def record_upload(session: Session, asker: Asker, file: SentFile, key: str, now: datetime) -> None:
    """Write down that a file came, once; it is read afterwards."""
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
    """Count a try that failed for a while; returns how many there were."""
    row = session.get_one(PlanUpload, upload_id)
    row.attempts += 1
    return row.attempts


def refuse_upload(session: Session, upload_id: int, now: datetime) -> bool:
    """It cannot be taken in. False when someone else has dealt with it meanwhile."""
    row = imports.lock_upload(session, upload_id)
    if row is None or row.state != RECEIVED:
        return False
    row.state, row.settled_at = REFUSED, now
    return True


def _pending_upload(session: Session, row: PlanUpload) -> PendingUpload:
    team_id = session.get_one(Workspace, row.workspace_id).team_id or ""
    asker = Asker(team_id, row.user_id, row.channel_id)
    return PendingUpload(row.id, asker, row.name, row.address)
