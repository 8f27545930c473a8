"""A plan sent in chat: what it would change is shown before anyone decides on it."""

import hashlib
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import NotAllowedError
from bot.importing import apply_draft
from bot.importing.analysis import Understanding, understand
from bot.importing.apply_draft import Applied, BoardDefaults
from bot.importing.button_tokens import of_upload, upload_meant
from bot.importing.drafting.codec import packed, unpacked
from bot.importing.drafting.diagnostics import day_words
from bot.importing.drafting.draft import PlanDraft
from bot.importing.presenters import kept_of, review_of
from bot.importing.uploads import RECEIVED
from bot.importing.versions import Source, digest_of
from bot.messages import ImportApplied, ImportReview, Message, Problem
from bot.services import people, workspaces
from bot.services.actions.presenters import local_day
from bot.services.people import Who
from models.imports import PlanUpload
from models.people import Workspace
from models.queries import boards as boards_query
from models.queries import boards as plans_query
from models.queries import imports
from models.queries import imports as versions_query
from models.queries import people as people_query

WAITING = "waiting"


def review(session: Session, upload_id: int, draft: PlanDraft, content: bytes) -> ImportReview | None:
    """What the file holds and would change. None when it was dealt with meanwhile."""
    row = imports.lock_upload(session, upload_id)
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
    done = apply_draft.apply(
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
    row = imports.lock_upload(session, found.id) if found else None
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
