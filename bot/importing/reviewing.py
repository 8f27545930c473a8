"""A plan sent in chat: what it would change is shown first, and taken in when a plan manager says so."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import NotAllowedError
from bot.importing import applying
from bot.importing.applying import Applied, BoardDefaults
from bot.importing.drafts import PlanDraft
from bot.importing.review_facts import counts_of, review_of
from bot.messages import ImportApplied, ImportReview, Message, Problem
from bot.services import people, workspaces
from bot.services.people import Who
from models.people import Workspace
from models.queries import actions as actions_query
from models.queries import importing as query
from models.queries import people as people_query
from models.queries import uploads
from models.uploads import PlanUpload

RECEIVED, WAITING, APPLIED, CANCELLED, REFUSED = "received", "waiting", "applied", "cancelled", "refused"
LONGEST_ID = 9
LONGEST_NAME = 255


@dataclass(frozen=True)
class SentFile:
    """A file as the platform tells of it. address: where it can be fetched."""

    name: str
    address: str
    size: int


@dataclass(frozen=True)
class Waiting:
    """An upload as its reader needs it. content, read_on: None until it was fetched and read."""

    id: int
    asker: Asker
    name: str
    address: str
    state: str
    content: bytes | None
    read_on: date | None


def receive(session: Session, asker: Asker, file: SentFile, key: str, now: datetime) -> None:
    """Write down that a file came, once; it is read afterwards."""
    workspace = workspaces.of_team(session, asker.team_id)
    if uploads.keyed(session, workspace.id, key) is not None:
        return
    session.add(
        PlanUpload(
            workspace_id=workspace.id,
            key=key,
            user_id=asker.user_id,
            channel_id=asker.channel_id,
            name=file.name[-LONGEST_NAME:],
            address=file.address,
            state=RECEIVED,
            received_at=now,
        )
    )
    session.flush()


def next_to_read(session: Session) -> Waiting | None:
    row = uploads.first_in(session, RECEIVED)
    return _waiting(session, row) if row else None


def find(session: Session, value: str) -> Waiting | None:
    """The upload a button is about."""
    row = session.get(PlanUpload, _id(value))
    return _waiting(session, row) if row else None


def try_again(session: Session, upload_id: int) -> int:
    """Count a try that failed for a while; returns how many there were."""
    row = session.get_one(PlanUpload, upload_id)
    row.attempts += 1
    return row.attempts


def refuse(session: Session, upload_id: int, now: datetime) -> bool:
    """It cannot be taken in. False when someone else has dealt with it meanwhile."""
    row = uploads.locked(session, upload_id)
    if row is None or row.state != RECEIVED:
        return False
    row.state, row.settled_at = REFUSED, now
    return True


def review(
    session: Session, upload_id: int, draft: PlanDraft, content: bytes, read_on: date
) -> ImportReview | None:
    """What the file holds and would change. None when it was dealt with meanwhile."""
    row = uploads.locked(session, upload_id)
    if row is None or row.state != RECEIVED:
        return None
    row.state, row.content, row.read_on = WAITING, content, read_on
    return _shown(session, row, draft, shown_again=False)


def told(session: Session, upload_id: int, review_id: int | None) -> None:
    """Remember the ledger's row of the message that shows it."""
    session.get_one(PlanUpload, upload_id).review_id = review_id


def message_of(session: Session, value: str) -> int | None:
    """The ledger's row of the message that shows it."""
    row = session.get(PlanUpload, _id(value))
    return row.review_id if row else None


def apply(
    session: Session,
    asker: Asker,
    value: str,
    draft: PlanDraft | None,
    defaults: BoardDefaults,
    now: datetime,
) -> Message:
    """Take the file in, whole. An ImportReview comes back instead when the plan has changed since it was
    shown; a Problem when it was decided on before. Raises NotAllowedError for all but plan managers.

    draft: the file read again, None when there was none to read any more.
    """
    who, row = _deciding(session, asker, value)
    if not isinstance(row, PlanUpload):
        return row
    if draft is None:
        return Problem(_decided(row))
    workspace = session.get_one(Workspace, row.workspace_id)
    if _marks(session, workspace, draft) != row.marks:
        return _shown(session, row, draft, shown_again=True)
    done = applying.apply(
        session, workspace, draft, defaults=defaults, channel=_channel(session, workspace, draft), now=now
    )
    _settle(row, APPLIED, who, now)
    return _applied(row, draft, done, who)


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
    row = uploads.locked(session, _id(value))
    if row is None or row.workspace_id != who.workspace_id:
        return who, Problem("I no longer know that file. Nothing was changed. Send it again.")
    if not who.is_plan_manager and not (cancelling and row.user_id == who.user_id):
        managers = " or ".join(_managers(session, who.workspace_id)) or "no plan manager is set up yet"
        raise NotAllowedError(f"Only a plan manager can take a plan in ({managers}). Nothing was changed.")
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
    row.state, row.settled_at, row.settled_by, row.content = state, now, who.name, None


def _shown(session: Session, row: PlanUpload, draft: PlanDraft, *, shown_again: bool) -> ImportReview:
    workspace = session.get_one(Workspace, row.workspace_id)
    row.marks = _marks(session, workspace, draft)
    sender = people_query.person_of_user(session, workspace.id, row.user_id)
    managers = _managers(session, workspace.id)
    return review_of(
        draft,
        applying.preview(session, workspace, draft),
        upload=str(row.id),
        file=row.name,
        is_new=_is_new(session, workspace, draft),
        others=_others(session, workspace, draft),
        may_apply=sender is not None and sender.initials in managers,
        managers=managers,
        shown_again=shown_again,
    )


def _marks(session: Session, workspace: Workspace, draft: PlanDraft) -> str:
    """What applying would change, in one word: another word means that something else would."""
    found = applying.preview(session, workspace, draft)
    parts = [
        _is_new(session, workspace, draft),
        sorted((draft.section, draft.ref) for _, draft in found.new),
        sorted(action.id for action in found.gone),
        sorted((each.action.id, each.kinds, each.action.gone_at is None) for each in found.changed),
        found.unchanged,
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _is_new(session: Session, workspace: Workspace, draft: PlanDraft) -> bool:
    return actions_query.plan_titled(session, workspace.id, draft.title) is None


def _others(session: Session, workspace: Workspace, draft: PlanDraft) -> Sequence[str]:
    return [title for title in query.plan_titles(session, workspace.id) if title != draft.title]


def _channel(session: Session, workspace: Workspace, draft: PlanDraft) -> str | None:
    """A new plan goes to the board there is, if there is one; a known plan stays where it is."""
    if not _is_new(session, workspace, draft):
        return None
    boards = people_query.boards(session, workspace.id)
    names = [channel.name for board in boards for channel in board.channels]
    return f"#{names[0]}" if names else None


def _managers(session: Session, workspace_id: int) -> tuple[str, ...]:
    return tuple(person.initials for person in people_query.plan_managers(session, workspace_id))


def _applied(row: PlanUpload, draft: PlanDraft, done: Applied, who: Who) -> ImportApplied:
    return ImportApplied(
        row.name,
        done.plan,
        who.name,
        done.is_new,
        counts_of(done.differences),
        done.differences.unchanged,
        done.kept,
        done.unlinked,
        len(draft.problems),
    )


def _id(value: str) -> int:
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= LONGEST_ID else 0


def _waiting(session: Session, row: PlanUpload) -> Waiting:
    team_id = session.get_one(Workspace, row.workspace_id).team_id or ""
    asker = Asker(team_id, row.user_id, row.channel_id)
    return Waiting(row.id, asker, row.name, row.address, row.state, row.content, row.read_on)
