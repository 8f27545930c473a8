"""Exports people ask for in chat: requested in one transaction, written and sent after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Export
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.messages import ExportStarted
from bot.plan.reading import ReadPolicy
from bot.plan.text import plain_marks
from bot.plan.wording import join_words
from bot.sentences import sentence
from bot.services import people, reading
from bot.services.actions import ref_resolver
from bot.services.leases import lease_end
from bot.services.outbox import rate_limits
from bot.services.outbox.rate_limits import WorkspaceLimits
from bot.services.people import Actor
from models.exports import PlanExport
from models.plans import Plan, Section
from models.queries import boards as boards_query
from models.queries import boards as plans_query
from models.queries import exports
from models.queries import people as people_query

ASKED, SENT, FAILED = "asked", "sent", "failed"
MAX_ATTEMPTS = 5
MAX_SUGGESTION_LENGTH = 200


@dataclass(frozen=True)
class ClaimedExport:
    """A file to be sent, claimed for a lease. attempts: counted from 1; tells this claim from an earlier or
    later one. file_id: of the file an earlier attempt began, "" when none did.
    """

    id: int
    workspace_id: int
    user_id: str
    plan_id: int
    form: str
    section_ids: tuple[int, ...]
    attempts: int
    file_id: str


def request_export(session: Session, actor: Actor, command: Export, now: datetime) -> ExportStarted:
    """Store the request. Everyone the plan knows may export it: chat shows them the same."""
    people.require_linked_person(actor, "take a plan out as a file")
    plan, sections = _find_plan_and_sections(session, actor, command.words)
    ids = [section.id for section in sections]
    waiting = exports.waiting_exports(session, actor.workspace_id, actor.user_id)
    if not any(
        (each.plan_id, each.form, each.section_ids) == (plan.id, command.form, ids) for each in waiting
    ):
        session.add(
            PlanExport(
                workspace_id=actor.workspace_id,
                plan_id=plan.id,
                user_id=actor.user_id,
                form=command.form,
                section_ids=ids,
                asked_at=now,
                state=ASKED,
            )
        )
        session.flush()
    return ExportStarted(plan.title, command.form, join_words(f"section {each.number}" for each in sections))


def claim_export(
    session: Session, team_id: str, limits: WorkspaceLimits, now: datetime
) -> ClaimedExport | None:
    """Claim the team's export that waits longest, so that no other process sends it too. None also when no
    direct message may be opened for it yet.
    """
    row = exports.export_to_send(session, team_id, now)
    if row is None or not rate_limits.try_acquire_open(session, row.workspace_id, limits, now):
        return None
    row.lease_until = lease_end(now)
    row.attempts += 1
    return ClaimedExport(
        row.id,
        row.workspace_id,
        row.user_id,
        row.plan_id,
        row.form,
        tuple(row.section_ids),
        row.attempts,
        row.file_id,
    )


def require_reader(session: Session, export: ClaimedExport, policy: ReadPolicy) -> None:
    """Raises NotAllowedError where whoever asked may not take the plan out any more."""
    person = people_query.person_of_user(session, export.workspace_id, export.user_id)
    board_id = session.get_one(Plan, export.plan_id).board_id
    if not reading.may_take_out(session, person, board_id, policy):
        raise NotAllowedError(sentence("services.export_not_allowed"))


def record_upload(session: Session, export: ClaimedExport, file_id: str, now: datetime) -> bool:
    """Store which file is begun, before anybody can see it. False when the claim was lost: then it must not
    be sent.
    """
    row = _lock_claimed(session, export)
    if row is not None:
        row.file_id, row.lease_until = file_id, lease_end(now)
    return row is not None


def finish_export(session: Session, export: ClaimedExport, now: datetime, reason: str = "") -> bool:
    """It was sent, or, with a reason, will not be. False when the claim was lost."""
    row = _lock_claimed(session, export)
    if row is not None:
        row.state, row.reason, row.settled_at = FAILED if reason else SENT, reason, now
        row.lease_until = None
    return row is not None


def postpone_export(session: Session, export: ClaimedExport, until: datetime) -> None:
    """It is tried again, at this time at the earliest."""
    row = _lock_claimed(session, export)
    if row is not None:
        row.lease_until = until


def _lock_claimed(session: Session, export: ClaimedExport) -> PlanExport | None:
    """The locked row, unless somebody else claimed it since."""
    row = session.get_one(PlanExport, export.id, with_for_update=True)
    return row if (row.state, row.attempts) == (ASKED, export.attempts) else None


def _find_plan_and_sections(session: Session, actor: Actor, query: str) -> tuple[Plan, list[Section]]:
    """The plan, and the sections of it when only some are meant."""
    plans = list(plans_query.plans_of_boards(session, actor.workspace_id, actor.own_boards).values())
    if not plans:
        raise NotUnderstoodError("There is no plan here yet. Bring one in with: python app.py import FILE.")
    is_number = not query or query.isdecimal()
    named = [
        plan for plan in plans if not is_number and query.casefold() in plain_marks(plan.title).casefold()
    ]
    if len(named) == 1:
        return named[0], []
    channel_boards = boards_query.boards_of_channel(
        session, actor.workspace_id, actor.channel_id, actor.channel_name
    )
    candidates = [plan for plan in plans if plan.board_id in channel_boards] or plans
    if query:
        sections = ref_resolver.find_sections(session, actor, query)
        of_plans = {each.plan_id for each in sections if each.plan_id in {plan.id for plan in candidates}}
        if len(of_plans) == 1:
            plan = next(plan for plan in candidates if plan.id in of_plans)
            return plan, [each for each in sections if each.plan_id == plan.id]
    if len(candidates) == 1 and not query:
        return candidates[0], []
    raise _ambiguous_plan_error(plans, query)


def _ambiguous_plan_error(plans: Sequence[Plan], query: str) -> NotUnderstoodError:
    return NotUnderstoodError(
        sentence("services.which_plan", name=query, titles=[plan.title for plan in plans]),
        suggestion=f"/cip export {plans[0].title}"[:MAX_SUGGESTION_LENGTH],
    )
