"""A plan sent in chat: its review is shown before anyone applies or cancels it."""

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
from bot.importing.uploads import APPLIED, CANCELLED, EXPIRED, MAX_AGE, RECEIVED, REFUSED, WAITING
from bot.importing.versions import Source, content_digest
from bot.messages import ErrorMessage, ImportApplied, ImportReview, Message
from bot.plan.wording import format_day, join_words
from bot.sentences import sentence
from bot.services import people, workspaces
from bot.services.actions.presenters import local_day
from bot.services.people import Actor
from models.imports import PlanUpload
from models.people import Workspace
from models.plans import Plan
from models.queries import boards as boards_query
from models.queries import boards as plans_query
from models.queries import imports
from models.queries import imports as versions_query
from models.queries import people as people_query
from models.queries import plan_roles as roles_query


def review_upload(
    session: Session, upload_id: int, draft: PlanDraft, content: bytes
) -> ImportReview | ErrorMessage | None:
    """Store the draft of an upload and return what it holds and would change; an ErrorMessage where its
    sender may not see that; None when the upload is no longer RECEIVED. content: the file, for its digest.
    """
    row = imports.lock_upload(session, upload_id)
    if row is None or row.state != RECEIVED:
        return None
    row.state, row.draft, row.digest = WAITING, encode_draft(draft), content_digest(content)
    try:
        return build_review(session, row, shown_again=False)
    except NotAllowedError as error:
        row.state, row.draft = REFUSED, None
        return ErrorMessage(error.sentence)


def link_review_message(session: Session, upload_id: int, review_id: int | None) -> None:
    """Store which outbox row is the message that shows the review."""
    session.get_one(PlanUpload, upload_id).review_id = review_id


def review_message_id(session: Session, asker: Asker, value: str) -> int | None:
    """The id of the outbox row of the message that shows the review; None before there is one."""
    row = find_upload(session, workspaces.require_workspace(session, asker.team_id).id, value)
    return row.review_id if row else None


def find_pending_upload(session: Session, workspace_id: int, value: str) -> PlanUpload | None:
    """The upload a button is about, if it still waits for a decision."""
    row = find_upload(session, workspace_id, value)
    return row if row is not None and row.state == WAITING and row.draft is not None else None


def analyse_upload(session: Session, row: PlanUpload, actor: Actor) -> Analysis:
    """As far as it concerns the plans that know the actor. Raises NotAllowedError where it is a version of
    another one.
    """
    workspace = session.get_one(Workspace, row.workspace_id)
    analysis = analyse_draft(session, workspace, decode_draft(row.draft or b""), actor.own_boards)
    if analysis.plan is not None and analysis.plan.board_id not in actor.own_boards:
        raise NotAllowedError(sentence("importing.plan_of_other_board", name=row.name))
    return analysis


def build_review(session: Session, row: PlanUpload, *, shown_again: bool) -> ImportReview:
    """The review as the plan is now, for its sender. Its fingerprint is stored: Apply applies exactly what
    was shown. Raises NotAllowedError where the sender may not see the plan it is a version of.
    """
    sender = _identify_sender(session, row)
    analysis = analyse_upload(session, row, sender)
    row.marks = fingerprint_changes(analysis)
    managers = managers_of(session, row.workspace_id, analysis.plan)
    plans = plans_query.plans_of_boards(session, row.workspace_id, sender.own_boards)
    return replace(
        present_review(analysis, upload_token(row), row.name),
        others=tuple(plan.title for plan in plans.values() if plan.title != analysis.title),
        may_apply=may_apply(sender, analysis.plan),
        managers=managers,
        shown_again=shown_again,
        before=_describe_earlier_import(session, analysis, row),
    )


def _identify_sender(session: Session, row: PlanUpload) -> Actor:
    team_id = session.get_one(Workspace, row.workspace_id).team_id or ""
    return people.identify(session, Asker(team_id, row.user_id))


def may_apply(actor: Actor, plan: Plan | None) -> bool:
    """Whether the actor may take in a version of this plan; None: of a new one."""
    return actor.is_manager_of(plan.id) if plan else actor.is_plan_manager


def managers_of(session: Session, workspace_id: int, plan: Plan | None) -> tuple[str, ...]:
    """The initials of the plan's managers; for a new plan, of all there are."""
    if plan is None:
        return people_query.initials_of_managers(session, workspace_id)
    return tuple(person.initials for person in roles_query.managers_of_plan(session, plan.id))


def _describe_earlier_import(session: Session, analysis: Analysis, row: PlanUpload) -> str:
    """When and by whom this very file was applied: "2 April 2026 by PM"."""
    every = versions_query.versions(session, analysis.plan.id) if analysis.plan else []
    same = next((each for each in every if each.digest == row.digest), None)
    if same is None:
        return ""
    by = f" by {same.applied_by}" if same.applied_by else ""
    return f"{format_day(local_day(same.applied_at, analysis.timezone))}{by}"


def fingerprint_changes(analysis: Analysis) -> str:
    """A hash of what applying would change: another hash means that something else would."""
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


def apply_upload(
    session: Session, asker: Asker, value: str, defaults: BoardDefaults, now: datetime
) -> Message:
    """Apply the file, all of it or nothing. Returns the review again when the plan has changed since it was
    shown, an ErrorMessage when the upload was decided on before. Raises NotAllowedError for all but plan
    managers.
    """
    actor, row = _lock_pending(session, asker, value)
    if not isinstance(row, PlanUpload):
        return row
    if row.draft is None:
        return _explain_state(row)
    workspace, draft = session.get_one(Workspace, row.workspace_id), decode_draft(row.draft)
    analysis = analyse_upload(session, row, actor)
    _require_manager(session, actor, analysis.plan)
    if analysis.is_plan_unknown or fingerprint_changes(analysis) != row.marks:
        return build_review(session, row, shown_again=True)
    channel = None if analysis.plan else _default_channel(session, workspace, actor)
    source = Source(row.name, row.digest, actor.name, actor.person)
    result = apply_draft.apply(
        session,
        workspace,
        draft,
        defaults=defaults,
        channel=channel,
        now=now,
        source=source,
        boards=actor.own_boards,
    )
    _close_upload(row, APPLIED, actor, now)
    return _present_result(row, analysis, result, actor)


def cancel_upload(session: Session, asker: Asker, value: str, now: datetime) -> Message:
    """Drop the file. Allowed for its sender and for plan managers; NotAllowedError for anyone else."""
    actor, row = _lock_pending(session, asker, value, cancelling=True)
    if not isinstance(row, PlanUpload):
        return row
    _close_upload(row, CANCELLED, actor, now)
    return ImportReview(value, row.name, "", (), cancelled_by=actor.name)


def _lock_pending(
    session: Session, asker: Asker, value: str, *, cancelling: bool = False
) -> tuple[Actor, PlanUpload | ErrorMessage]:
    """The upload, locked for this transaction, or why it cannot be decided on."""
    actor = people.identify(session, asker)
    upload = find_upload(session, actor.workspace_id, value)
    row = imports.lock_upload(session, upload.id) if upload else None
    if row is None:
        return actor, ErrorMessage(sentence("importing.unknown_upload"))
    if not actor.is_plan_manager and not (cancelling and row.user_id == actor.user_id):
        _require_manager(session, actor, None)
    if row.state != WAITING:
        return actor, _explain_state(row)
    return actor, row


def _require_manager(session: Session, actor: Actor, plan: Plan | None) -> None:
    if not may_apply(actor, plan):
        managers = describe_managers(session, actor.workspace_id, plan)
        raise NotAllowedError(f"Only a plan manager can take a plan in ({managers}). Nothing was changed.")


def describe_managers(session: Session, workspace_id: int, plan: Plan | None = None) -> str:
    """Who could do it instead: "PM or AB"."""
    managers = managers_of(session, workspace_id, plan)
    return join_words(managers, "or") or "no plan manager is set up yet"


def _explain_state(row: PlanUpload) -> ErrorMessage:
    """Why the upload cannot be decided on any more."""
    if row.state == EXPIRED:
        return ErrorMessage(sentence("importing.expired_upload", name=row.name, days=MAX_AGE.days))
    return ErrorMessage(
        sentence("importing.settled_upload", name=row.name, state=row.state, by=row.settled_by)
    )


def _close_upload(row: PlanUpload, state: str, actor: Actor, now: datetime) -> None:
    """Record the decision, and drop the draft, which is no longer needed."""
    row.state, row.settled_at, row.settled_by, row.draft = state, now, actor.name, None


def _default_channel(session: Session, workspace: Workspace, actor: Actor) -> str | None:
    """For a new plan: a channel of the boards that know the actor, as "#name"; None where they have none."""
    every = boards_query.boards(session, workspace.id)
    boards = [board for board in every if board.id in actor.own_boards]
    names = [channel.name for board in boards for channel in board.channels]
    return f"#{names[0]}" if names else None


def _present_result(row: PlanUpload, analysis: Analysis, result: ImportResult, actor: Actor) -> ImportApplied:
    return ImportApplied(
        row.name,
        result.plan,
        actor.name,
        result.is_new,
        result.counts,
        result.differences.unchanged,
        present_overrides(analysis),
        result.unlinked,
        len(result.open_questions),
        result.version,
    )
