"""A plan sent in chat: what it would change is shown before anyone decides on it."""

import hashlib
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.errors import NotAllowedError
from bot.importing import apply_draft
from bot.importing.analysis import Analysis, analyse_draft
from bot.importing.apply_draft import BoardDefaults, ImportResult
from bot.importing.button_tokens import find_upload, upload_token
from bot.importing.drafting.codec import decode_draft, encode_draft
from bot.importing.drafting.draft import PlanDraft
from bot.importing.presenters import present_overrides, present_review
from bot.importing.uploads import RECEIVED
from bot.importing.versions import Source, content_digest
from bot.messages import ErrorMessage, ImportApplied, ImportReview, Message
from bot.plan.wording import format_day
from bot.services import people, workspaces
from bot.services.actions.presenters import local_day
from bot.services.people import Actor
from models.imports import PlanUpload
from models.people import Workspace
from models.queries import boards as boards_query
from models.queries import boards as plans_query
from models.queries import imports
from models.queries import imports as versions_query
from models.queries import people as people_query

WAITING = "waiting"


def review_upload(session: Session, upload_id: int, draft: PlanDraft, content: bytes) -> ImportReview | None:
    """What the file holds and would change. None when it was dealt with meanwhile."""
    row = imports.lock_upload(session, upload_id)
    if row is None or row.state != RECEIVED:
        return None
    row.state, row.draft, row.digest = WAITING, encode_draft(draft), content_digest(content)
    return build_review(session, row, shown_again=False)


def link_review_message(session: Session, upload_id: int, review_id: int | None) -> None:
    """Remember the ledger's row of the message that shows it."""
    session.get_one(PlanUpload, upload_id).review_id = review_id


def review_message_id(session: Session, asker: Asker, value: str) -> int | None:
    """The ledger's row of the message that shows it."""
    row = find_upload(session, workspaces.require_workspace(session, asker.team_id).id, value)
    return row.review_id if row else None


def find_pending_upload(session: Session, workspace_id: int, value: str) -> PlanUpload | None:
    """The upload, if it still waits to be decided on."""
    row = find_upload(session, workspace_id, value)
    return row if row is not None and row.state == WAITING and row.draft is not None else None


def analyse_upload(session: Session, row: PlanUpload) -> Analysis:
    workspace = session.get_one(Workspace, row.workspace_id)
    return analyse_draft(session, workspace, decode_draft(row.draft or b""))


def build_review(session: Session, row: PlanUpload, *, shown_again: bool) -> ImportReview:
    """The review as things stand now, which is what Apply then stands for."""
    known = analyse_upload(session, row)
    row.marks = fingerprint_changes(known)
    sender = people_query.person_of_user(session, row.workspace_id, row.user_id)
    can = people_query.initials_of_managers(session, row.workspace_id)
    titles = plans_query.plan_titles(session, row.workspace_id)
    return replace(
        present_review(known, upload_token(row), row.name),
        others=tuple(title for title in titles if title != known.title),
        may_apply=sender is not None and sender.initials in can,
        managers=can,
        shown_again=shown_again,
        before=_describe_earlier_import(session, known, row),
    )


def _describe_earlier_import(session: Session, analysis: Analysis, row: PlanUpload) -> str:
    """When and by whom this very file was applied: "2 April 2026 by PM"."""
    every = versions_query.versions(session, analysis.plan.id) if analysis.plan else []
    same = next((each for each in every if each.digest == row.digest), None)
    if same is None:
        return ""
    by = f" by {same.applied_by}" if same.applied_by else ""
    return f"{format_day(local_day(same.applied_at, analysis.timezone))}{by}"


def fingerprint_changes(analysis: Analysis) -> str:
    """What applying would change, in one word: another word means that something else would."""
    found = analysis.differences
    parts = [
        analysis.plan.id if analysis.plan else 0,
        sorted((draft.section, draft.ref) for _, draft in found.new),
        sorted((each.action.id, each.resolution.reason if each.resolution else "") for each in found.gone),
        sorted((each.action.id, each.kinds, each.action.gone_at is None) for each in found.changed),
        sorted(each.id for each in found.revived),
        sorted((each.action_id, each.kind) for each in analysis.overrides),
        found.unchanged,
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


APPLIED, CANCELLED = "applied", "cancelled"


def apply_upload(
    session: Session, asker: Asker, value: str, defaults: BoardDefaults, now: datetime
) -> Message:
    """Take the file in, whole. An ImportReview comes back instead when the plan has changed since it was
    shown; a Problem when it was decided on before. Raises NotAllowedError for all but plan managers.
    """
    actor, row = _lock_pending(session, asker, value)
    if not isinstance(row, PlanUpload):
        return row
    if row.draft is None:
        return ErrorMessage(_explain_state(row))
    workspace, draft = session.get_one(Workspace, row.workspace_id), decode_draft(row.draft)
    known = analyse_draft(session, workspace, draft)
    if known.is_plan_unknown or fingerprint_changes(known) != row.marks:
        return build_review(session, row, shown_again=True)
    channel = None if known.plan else _default_channel(session, workspace)
    source = Source(row.name, row.digest, actor.name, actor.person)
    done = apply_draft.apply(
        session, workspace, draft, defaults=defaults, channel=channel, now=now, source=source
    )
    _close_upload(row, APPLIED, actor, now)
    return _present_result(row, known, done, actor)


def cancel_upload(session: Session, asker: Asker, value: str, now: datetime) -> Message:
    """Drop the file. Who sent it may, and plan managers."""
    actor, row = _lock_pending(session, asker, value, cancelling=True)
    if not isinstance(row, PlanUpload):
        return row
    _close_upload(row, CANCELLED, actor, now)
    return ImportReview(value, row.name, "", (), cancelled_by=actor.name)


def _lock_pending(
    session: Session, asker: Asker, value: str, *, cancelling: bool = False
) -> tuple[Actor, PlanUpload | ErrorMessage]:
    """The upload, held for this transaction, or why it cannot be decided on."""
    actor = people.identify(session, asker)
    found = find_upload(session, actor.workspace_id, value)
    row = imports.lock_upload(session, found.id) if found else None
    if row is None:
        return actor, ErrorMessage("I no longer know that file. Nothing was changed. Send it again.")
    if not actor.is_plan_manager and not (cancelling and row.user_id == actor.user_id):
        managers = people_query.initials_of_managers(session, actor.workspace_id)
        can = " or ".join(managers) or "no plan manager is set up yet"
        raise NotAllowedError(f"Only a plan manager can take a plan in ({can}). Nothing was changed.")
    if row.state != WAITING:
        return actor, ErrorMessage(_explain_state(row))
    return actor, row


def _explain_state(row: PlanUpload) -> str:
    if row.state == APPLIED:
        return f"{row.name} was taken in already, by {row.settled_by}. Nothing more was changed."
    if row.state == CANCELLED:
        return (
            f"{row.name} was cancelled by {row.settled_by}. Nothing was changed. Send it again to apply it."
        )
    return f"{row.name} cannot be taken in now. Nothing was changed. Send it again."


def _close_upload(row: PlanUpload, state: str, actor: Actor, now: datetime) -> None:
    """Decided: the file itself is no longer needed."""
    row.state, row.settled_at, row.settled_by, row.draft = state, now, actor.name, None


def _default_channel(session: Session, workspace: Workspace) -> str | None:
    """A new plan goes to the board there is, if there is one."""
    boards = boards_query.boards(session, workspace.id)
    names = [channel.name for board in boards for channel in board.channels]
    return f"#{names[0]}" if names else None


def _present_result(row: PlanUpload, analysis: Analysis, done: ImportResult, actor: Actor) -> ImportApplied:
    return ImportApplied(
        row.name,
        done.plan,
        actor.name,
        done.is_new,
        done.counts,
        done.differences.unchanged,
        present_overrides(analysis),
        done.unlinked,
        len(done.open_questions),
        done.version,
    )
