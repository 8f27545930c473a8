"""A plan sent in chat is taken in, or dropped, when someone says so."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import NotAllowedError
from bot.importing import applying
from bot.importing.applying import Applied, BoardDefaults
from bot.importing.button_values import upload_meant
from bot.importing.packing import unpacked
from bot.importing.review_facts import kept_of
from bot.importing.reviewing import WAITING, marks, shown
from bot.importing.understanding import Understanding, understand
from bot.importing.versions import Source
from bot.messages import ImportApplied, ImportReview, Message, Problem
from bot.services import people
from bot.services.people import Who
from models.people import Workspace
from models.queries import boards as boards_query
from models.queries import people as people_query
from models.queries import uploads
from models.uploads import PlanUpload

APPLIED, CANCELLED = "applied", "cancelled"


def apply(session: Session, asker: Asker, value: str, defaults: BoardDefaults, now: datetime) -> Message:
    """Take the file in, whole. An ImportReview comes back instead when the plan has changed since it was
    shown; a Problem when it was decided on before. Raises NotAllowedError for all but plan managers.
    """
    who, row = _deciding(session, asker, value)
    if not isinstance(row, PlanUpload):
        return row
    if row.draft is None:
        return Problem(_decided(row))
    workspace, draft = session.get_one(Workspace, row.workspace_id), unpacked(row.draft)
    known = understand(session, workspace, draft)
    if known.waits or marks(known) != row.marks:
        return shown(session, row, shown_again=True)
    channel = None if known.plan else _channel(session, workspace)
    source = Source(row.name, row.digest, who.name, who.person)
    done = applying.apply(
        session, workspace, draft, defaults=defaults, channel=channel, now=now, source=source
    )
    _settle(row, APPLIED, who, now)
    return _applied(row, known, done, who)


def cancel(session: Session, asker: Asker, value: str, now: datetime) -> Message:
    """Drop the file. Who sent it may, and plan managers."""
    who, row = _deciding(session, asker, value, cancelling=True)
    if not isinstance(row, PlanUpload):
        return row
    _settle(row, CANCELLED, who, now)
    return ImportReview(value, row.name, "", (), cancelled_by=who.name)


def _deciding(
    session: Session, asker: Asker, value: str, *, cancelling: bool = False
) -> tuple[Who, PlanUpload | Problem]:
    """The upload, held for this transaction, or why it cannot be decided on."""
    who = people.identify(session, asker)
    found = upload_meant(session, who.workspace_id, value)
    row = uploads.locked(session, found.id) if found else None
    if row is None:
        return who, Problem("I no longer know that file. Nothing was changed. Send it again.")
    if not who.is_plan_manager and not (cancelling and row.user_id == who.user_id):
        managers = people_query.initials_of_managers(session, who.workspace_id)
        can = " or ".join(managers) or "no plan manager is set up yet"
        raise NotAllowedError(f"Only a plan manager can take a plan in ({can}). Nothing was changed.")
    if row.state != WAITING:
        return who, Problem(_decided(row))
    return who, row


def _decided(row: PlanUpload) -> str:
    if row.state == APPLIED:
        return f"{row.name} was taken in already, by {row.settled_by}. Nothing more was changed."
    if row.state == CANCELLED:
        return (
            f"{row.name} was cancelled by {row.settled_by}. Nothing was changed. Send it again to apply it."
        )
    return f"{row.name} cannot be taken in now. Nothing was changed. Send it again."


def _settle(row: PlanUpload, state: str, who: Who, now: datetime) -> None:
    """Decided: the file itself is no longer needed."""
    row.state, row.settled_at, row.settled_by, row.draft = state, now, who.name, None


def _channel(session: Session, workspace: Workspace) -> str | None:
    """A new plan goes to the board there is, if there is one."""
    boards = boards_query.boards(session, workspace.id)
    names = [channel.name for board in boards for channel in board.channels]
    return f"#{names[0]}" if names else None


def _applied(row: PlanUpload, known: Understanding, done: Applied, who: Who) -> ImportApplied:
    return ImportApplied(
        row.name,
        done.plan,
        who.name,
        done.is_new,
        done.counts,
        done.differences.unchanged,
        kept_of(known),
        done.unlinked,
        len(done.questions),
        done.version,
    )
