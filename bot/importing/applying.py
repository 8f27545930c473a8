"""Takes a draft into the database: all of it, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from bot.importing import dates_of_action
from bot.importing.differences import REDATED, REOWNED, RESTATED, Changed, Differences, compare, fingerprint
from bot.importing.drafts import ActionDraft, PlanDraft, ProjectDraft
from bot.importing.people_of_plan import PeopleOfPlan
from bot.services import digests, standing
from models.people import Board, BoardChannel, Workspace
from models.plans import Action, ActionOwner, Plan, Project, Section
from models.queries import actions as actions_query
from models.queries import importing as query
from models.queries import people as people_query
from models.records import StatusChange

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

    def as_columns(self) -> dict[str, Any]:
        return {**self.__dict__, "prompt_days": list(self.prompt_days)}


@dataclass(frozen=True)
class Applied:
    """What was taken in. kept: refs whose status the document changed but chat had spoken of since.

    unlinked: initials no chat account stands behind, with how many actions they own.
    """

    plan: str
    is_new: bool
    differences: Differences
    kept: tuple[str, ...] = ()
    unlinked: tuple[tuple[str, int], ...] = ()
    channels: tuple[str, ...] = ()
    other_plans: tuple[str, ...] = field(default=())


def preview(session: Session, workspace: Workspace, draft: PlanDraft) -> Differences:
    """What applying would change, without changing anything."""
    plan = actions_query.plan_titled(session, workspace.id, draft.title)
    return compare(query.actions_of_plan(session, plan.id) if plan else [], draft)


def apply(
    session: Session,
    workspace: Workspace,
    draft: PlanDraft,
    *,
    defaults: BoardDefaults,
    channel: str | None,
    now: datetime,
) -> Applied:
    """Take the draft in. channel: "#name" or an id, added to the plan's board; None leaves it as it is."""
    plan = actions_query.plan_titled(session, workspace.id, draft.title)
    is_new = plan is None
    others = tuple(title for title in query.plan_titles(session, workspace.id) if title != draft.title)
    if plan is None:
        plan = _new_plan(session, workspace, draft, defaults, channel, now)
    plan.as_at, plan.imported_at, plan.problems = draft.as_at or plan.as_at, now, len(draft.problems)
    _add_channel(session, plan.board, channel)
    actions_query.hold_plan(session, plan.id)
    found = compare(query.actions_of_plan(session, plan.id), draft)
    kept = _Taking(session, plan, draft, now).take(found)
    unlinked = people_query.unlinked_owners(session, workspace.id, plan.board_id)
    return Applied(
        plan.title,
        is_new,
        found,
        tuple(kept),
        tuple((person.initials, count) for person, count in unlinked),
        tuple(channel.name for channel in plan.board.channels),
        others if is_new else (),
    )


def _new_plan(
    session: Session,
    workspace: Workspace,
    draft: PlanDraft,
    defaults: BoardDefaults,
    channel: str | None,
    now: datetime,
) -> Plan:
    name = board_name(channel)
    board = people_query.board_named(session, workspace.id, name)
    if board is None:
        board = Board(workspace_id=workspace.id, name=name, **defaults.as_columns())
        digests.schedule(board, now)
        session.add(board)
    plan = Plan(workspace_id=workspace.id, board=board, title=draft.title, imported_at=now)
    session.add(plan)
    session.flush()
    return plan


def board_name(channel: str | None) -> str:
    """What a board is called after its channel: "#improvement-board" is the "Improvement board"."""
    words = (channel or "").lstrip("#").replace("-", " ").replace("_", " ").strip()
    is_id = words[:1] in {"C", "G"} and words.isupper()
    return words.capitalize() if words and not is_id else DEFAULT_BOARD


def _add_channel(session: Session, board: Board, channel: str | None) -> None:
    name = (channel or "").strip().lstrip("#")
    if not name or any(name in {known.name, known.channel_id} for known in board.channels):
        return
    is_id = name[:1] in {"C", "G"} and name.isupper()
    board.channels.append(
        BoardChannel(workspace_id=board.workspace_id, name=name, channel_id=name if is_id else None)
    )
    session.flush()


class _Taking:
    """One taking-in of one draft: what its steps share."""

    def __init__(self, session: Session, plan: Plan, draft: PlanDraft, now: datetime) -> None:
        self.session, self.plan, self.draft, self.now = session, plan, draft, now
        self.people = PeopleOfPlan(session, plan.workspace_id)
        self.batch = uuid4().hex

    def take(self, found: Differences) -> list[str]:
        """Apply the differences; returns the refs whose status was kept as chat has it."""
        for draft in self.draft.actions:
            for initials in draft.owners:
                self.people.named(initials)
        self.sections = self._sections()
        self.projects = self._projects()
        for position, draft in found.new:
            self._add(draft, position)
        kept = [each.draft.ref for each in found.changed if self._change(each)]
        for action in found.gone:
            self._drop(action)
        self._reposition()
        self.session.flush()
        return kept

    def _sections(self) -> dict[str, Section]:
        known = {section.number: section for section in query.sections_of_plan(self.session, self.plan.id)}
        for position, draft in enumerate(self.draft.sections):
            section = known.get(draft.number)
            if section is None:
                section = known[draft.number] = Section(
                    workspace_id=self.plan.workspace_id, plan_id=self.plan.id, number=draft.number, title=""
                )
                self.session.add(section)
            section.title, section.position = draft.title or section.title, position
        self.session.flush()
        return known

    def _projects(self) -> dict[tuple[str, str], Project]:
        number_of = {section.id: section.number for section in self.sections.values()}
        every = query.projects_of_plan(self.session, self.plan.id)
        known = {(number_of[project.section_id], project.number): project for project in every}
        for position, draft in enumerate(self.draft.projects):
            key = (draft.section, draft.number)
            if key not in known:
                known[key] = Project(
                    workspace_id=self.plan.workspace_id,
                    section_id=self.sections[draft.section].id,
                    number=draft.number,
                    title="",
                )
                self.session.add(known[key])
            self._fill_project(known[key], draft, position)
        self.session.flush()
        return known

    def _fill_project(self, project: Project, draft: ProjectDraft, position: int) -> None:
        project.title, project.manager, project.finance_ref = draft.title, draft.manager, draft.finance_ref
        project.savings, project.growth = dict(draft.savings), dict(draft.growth)
        project.measures, project.risks = list(draft.measures), list(draft.risks)
        project.description = draft.description
        project.lead, project.position = self.people.lead_of(draft), position

    def _add(self, draft: ActionDraft, position: int) -> None:
        action = Action(
            workspace_id=self.plan.workspace_id,
            plan=self.plan,
            ref=draft.ref,
            status=draft.status,
            created_at=self.now,
            position=position,
        )
        self._fill(action, draft)
        self.session.add(action)
        self.session.flush()
        self._set_owners(action, draft.owners)
        dates_of_action.write(self.session, action, draft, now=self.now, spoken=set())
        self._settle(action)

    def _fill(self, action: Action, draft: ActionDraft) -> None:
        action.section = self.sections[draft.section]
        action.project = self.projects.get((draft.section, draft.project)) if draft.project else None
        action.title, action.detail = draft.title, draft.detail
        action.status_text = draft.status_text
        action.tags, action.delivered_through = list(draft.tags), list(draft.delivered_through)
        action.success_measures = list(draft.success_measures)
        action.imported = fingerprint(draft)

    def _set_owners(self, action: Action, owners: Sequence[str]) -> None:
        wanted = {self.people.named(initials).id: place for place, initials in enumerate(owners)}
        action.owners[:] = [owner for owner in action.owners if owner.person_id in wanted]
        for owner in action.owners:
            owner.position = wanted.pop(owner.person_id)
        for person_id, place in wanted.items():
            person = next(each for each in map(self.people.named, owners) if each.id == person_id)
            action.owners.append(ActionOwner(workspace_id=action.workspace_id, person=person, position=place))
        self.session.flush()

    def _change(self, changed: Changed) -> bool:
        """Apply one changed action; returns whether its status was kept as chat has it."""
        action, draft = changed.action, changed.draft
        spoken = action.last_word_at is not None
        before = action.next_due_on
        status_text = action.status_text
        self._fill(action, draft)
        action.gone_at = None
        if REOWNED in changed.kinds:
            self._set_owners(action, draft.owners)
        told = query.milestones_spoken_of(self.session, action.id)
        dates_of_action.write(
            self.session, action, draft, now=self.now, spoken=told, redate=REDATED in changed.kinds
        )
        kept = spoken and RESTATED in changed.kinds and draft.status is not action.status
        if spoken:
            action.status_text = status_text
        from_status = action.status
        if not spoken:
            action.status = draft.status
        self._settle(action)
        self._write_down(action, from_status, before)
        return kept

    def _write_down(self, action: Action, from_status: Any, before: Any) -> None:
        """The record shows what an import changed, as it shows what people said."""
        moved = action.next_due_on != before and action.next_due_on is not None and before is not None
        if action.status is from_status and not moved:
            return
        self.session.add(
            StatusChange(
                workspace_id=action.workspace_id,
                action_id=action.id,
                batch=self.batch,
                at=self.now,
                source="import",
                from_status=from_status,
                to_status=action.status,
                from_declared=action.declared,
                to_declared=action.declared,
                old_due=before if moved else None,
                new_due=action.next_due_on if moved else None,
                reason="A newer version of the plan was imported." if moved else "",
            )
        )

    def _drop(self, action: Action) -> None:
        action.gone_at = self.now
        self._settle(action)

    def _settle(self, action: Action) -> None:
        self.session.flush()
        standing.refresh(action)
        standing.plan_next_prompts(action, self.plan.board, now=self.now, catch_up=True)

    def _reposition(self) -> None:
        """Keep the document's order, so that lists follow it."""
        for action in query.actions_of_plan(self.session, self.plan.id):
            if action.gone_at is None:
                action.position = self._place(action)

    def _place(self, action: Action) -> int:
        places = getattr(self, "_places", None)
        if places is None:
            places = self._places = {
                (draft.section, draft.ref): place for place, draft in enumerate(self.draft.actions)
            }
        return places.get((action.section.number, action.ref), len(places))
