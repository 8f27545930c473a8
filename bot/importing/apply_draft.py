"""Applies a draft to the database: all of it, or nothing."""

from collections import Counter
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy.orm import Session

from bot.config import Settings
from bot.importing.analysis import Analysis, ChatOverride, analyse_draft
from bot.importing.diff import FIELDS_OF_KIND, RENUMBERED, ChangedAction, Differences
from bot.importing.diff_headings import AS_AT, SECTION_TITLE
from bot.importing.drafting.draft import PlanDraft
from bot.importing.plan_writer import PlanWriter
from bot.importing.questions import Question
from bot.importing.questions.store import link_answered_accounts, move_answers
from bot.importing.versions import Source, save_version
from bot.plan.reading import EVERY_BOARD
from bot.services import plan_roles
from bot.services.digests import digests
from bot.services.prompts import welcomes
from models.people import Board, BoardChannel, Workspace
from models.plans import Plan
from models.queries import actions as actions_query
from models.queries import boards as boards_query
from models.queries import people as people_query

RESTORED = "back"
PROJECT = "project"
CHANGE_KINDS = ("new", "gone", RESTORED, RENUMBERED, *FIELDS_OF_KIND, PROJECT, SECTION_TITLE, AS_AT)
DEFAULT_BOARD = "Improvement board"


@dataclass(frozen=True)
class BoardDefaults:
    """What a new board starts with; times of day are in `timezone`."""

    timezone: str
    country: str
    digest_rule: str
    prompt_days: tuple[int, ...]
    prompt_time: time
    quiet_from: time
    quiet_until: time
    weekly_budget: int
    recent_days: int
    repeat_days: int
    late_repeat_days: int

    def as_columns(self) -> dict[str, Any]:
        """The columns of a new board, whose prompt schedule (`ladder`) applies from the beginning."""
        return {**self.__dict__, "prompt_days": list(self.prompt_days), "ladder": list(self.prompt_days)}


@dataclass(frozen=True)
class ImportResult:
    """What was applied. counts: kinds of change with how many. overrides: what stays as it is in chat.
    unlinked: initials without a chat account, with how many actions they own. channels: of the board.
    other_plans: titles of the workspace's other plans, for a new plan only. version: its number among the
    plan's versions, 0 when it was the same as the latest one.
    """

    plan: str
    is_new: bool
    differences: Differences
    counts: tuple[tuple[str, int], ...] = ()
    overrides: tuple[ChatOverride, ...] = ()
    open_questions: tuple[Question, ...] = ()
    unlinked: tuple[tuple[str, int], ...] = ()
    channels: tuple[str, ...] = ()
    other_plans: tuple[str, ...] = ()
    version: int = 0


def apply(
    session: Session,
    workspace: Workspace,
    draft: PlanDraft,
    *,
    defaults: BoardDefaults,
    channel: str | None,
    now: datetime,
    source: Source | None = None,
    boards: Container[int] = EVERY_BOARD,
) -> ImportResult:
    """Apply the draft, as it was read, with the answers there are. channel: "#name" or an id, added to the
    plan's board; None leaves the board as it is. source: where the draft came from.
    boards: as in analyse_draft.
    """
    existing = boards_query.plan_by_title(session, workspace.id, draft.title)
    if existing is not None:
        actions_query.lock_plan_actions(session, existing.id)
    analysis = analyse_draft(session, workspace, draft, boards)
    plan = analysis.plan or _new_plan(session, workspace, analysis.draft, defaults, channel, now)
    origin = source or Source()
    counts = count_changes(analysis.differences)
    others = tuple(title for title in boards_query.plan_titles(session, workspace.id) if title != plan.title)
    _update_plan(session, plan, analysis, now)
    _add_channel(session, plan.board, channel)
    PlanWriter(session, plan, analysis, origin, now).write()
    plan_roles.give_roles_of_plan(session, plan, origin.person, is_new=analysis.plan is None)
    link_answered_accounts(session, workspace.id, analysis)
    welcomes.send_waiting(session, workspace.id, now)
    version = save_version(session, plan, analysis.raw, origin, dict(counts), now)
    unlinked = people_query.unlinked_owners(session, workspace.id, plan.board_id)
    return ImportResult(
        plan.title,
        analysis.plan is None,
        analysis.differences,
        counts,
        analysis.overrides,
        analysis.open_questions,
        unlinked,
        tuple(each.name for each in plan.board.channels),
        others if analysis.plan is None else (),
        version.number if version else 0,
    )


def _update_plan(session: Session, plan: Plan, analysis: Analysis, now: datetime) -> None:
    """A newer version may have another title: the answers move to it."""
    if plan.title != analysis.raw.title:
        move_answers(session, plan.workspace_id, plan.title, analysis.raw.title)
        plan.title = analysis.raw.title
        session.flush()
    plan.as_at, plan.imported_at = analysis.draft.as_at or plan.as_at, now
    plan.problems = len(analysis.open_questions)


def _new_plan(
    session: Session,
    workspace: Workspace,
    draft: PlanDraft,
    defaults: BoardDefaults,
    channel: str | None,
    now: datetime,
) -> Plan:
    name = board_name(channel)
    board = boards_query.board_by_name(session, workspace.id, name)
    if board is None:
        board = Board(workspace_id=workspace.id, name=name, **defaults.as_columns())
        digests.schedule_next(board, now)
        session.add(board)
    plan = Plan(workspace_id=workspace.id, board=board, title=draft.title, imported_at=now)
    session.add(plan)
    session.flush()
    return plan


def board_name(channel: str | None) -> str:
    """The name of a board from its channel: "#improvement-board" gives "Improvement board"."""
    words = (channel or "").lstrip("#").replace("-", " ").replace("_", " ").strip()
    is_id = words[:1] in {"C", "G"} and words.isupper()
    return words.capitalize() if words and not is_id else DEFAULT_BOARD


def _add_channel(session: Session, board: Board, channel: str | None) -> None:
    name = (channel or "").strip().lstrip("#")
    if not name or any(name in {each.name, each.channel_id} for each in board.channels):
        return
    is_id = name[:1] in {"C", "G"} and name.isupper()
    board.channels.append(
        BoardChannel(workspace_id=board.workspace_id, name=name, channel_id=name if is_id else None)
    )
    session.flush()


def board_defaults(settings: Settings) -> BoardDefaults:
    return BoardDefaults(
        timezone=settings.timezone,
        country=settings.country,
        digest_rule=settings.digest_rule,
        prompt_days=settings.prompt_days,
        prompt_time=settings.prompt_time,
        quiet_from=settings.quiet_from,
        quiet_until=settings.quiet_until,
        weekly_budget=settings.weekly_budget,
        recent_days=settings.recent_days,
        repeat_days=settings.repeat_days,
        late_repeat_days=settings.late_repeat_days,
    )


def count_changes(differences: Differences) -> tuple[tuple[str, int], ...]:
    """How many changes there are of each kind, in the order of CHANGE_KINDS. An action that changed in two
    ways counts in both. Call it before applying: afterwards nothing differs any more.
    """
    counts = Counter(kind for changed in differences.changed for kind in change_kinds(changed))
    counts |= Counter({"new": len(differences.new), "gone": len(differences.gone)})
    counts[RESTORED] += len(differences.revived)
    counts[PROJECT] = len(differences.projects)
    counts.update(each.kind for each in differences.headings)
    return tuple((kind, counts[kind]) for kind in CHANGE_KINDS if counts[kind])


def change_kinds(changed: ChangedAction) -> tuple[str, ...]:
    back = (RESTORED,) if changed.action.gone_at is not None else ()
    return (*back, *changed.kinds)
