"""Writes a draft to the database: sections, projects, actions, and the change recorded for each action."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from bot.importing import action_dates
from bot.importing.analysis import Analysis
from bot.importing.diff import (
    REDATED,
    RENUMBERED,
    REOWNED,
    RESTATED,
    RETITLED,
    ChangedAction,
    GoneAction,
    ResolutionKind,
    fingerprint,
)
from bot.importing.diff_headings import GONE
from bot.importing.drafting.draft import ActionDraft, ProjectDraft
from bot.importing.plan_people import PlanPeople
from bot.importing.versions import Source
from bot.plan.statuses import Status
from bot.sentences import sentence
from bot.services.scheduling import closing, next_prompts
from models.outbox import StatusChange
from models.plans import Action, ActionOwner, Plan, Project, Section
from models.queries import imports as query

_STATUS_OF = {ResolutionKind.COMPLETE: Status.COMPLETE, ResolutionKind.DROPPED: Status.DROPPED}


def describe_change(changed: ChangedAction, source: Source) -> str:
    """The note of a recorded change: one line, "" when its status and date say everything. Call it before
    the action is changed.
    """
    owners = [each.get("owners", []) for each in (changed.before, changed.after)]
    return sentence(
        "importing.change_note",
        answered_by=source.by if source.answering else None,
        is_back=changed.action.gone_at is not None,
        old_ref=changed.old_ref if RENUMBERED in changed.kinds else None,
        owners=owners if REOWNED in changed.kinds else None,
        old_title=changed.before.get("title", "") if RETITLED in changed.kinds else None,
    )


class PlanWriter:
    """Writes one draft over one plan; what its steps share."""

    def __init__(
        self, session: Session, plan: Plan, analysis: Analysis, source: Source, now: datetime
    ) -> None:
        self.session, self.plan, self.draft, self.now = session, plan, analysis.draft, now
        self.differences, self.source = analysis.differences, source
        self.overrides = (
            {(each.action_id, each.kind) for each in analysis.overrides} if not source.answering else set()
        )
        self.people = PlanPeople(session, plan.workspace_id)
        self.batch = uuid4().hex
        self.sections: dict[str, Section] = {}
        self.projects: dict[tuple[str, str], Project] = {}
        self._positions = {
            (draft.section, draft.ref): position for position, draft in enumerate(self.draft.actions)
        }

    def write(self) -> None:
        """Apply the differences."""
        for draft in self.draft.actions:
            for initials in draft.owners:
                self.people.find_or_add(initials)
        self.sections = self._sections()
        self.projects = self._projects()
        for position, draft in self.differences.new:
            self._add(draft, position)
        for changed in self.differences.changed:
            self._change(changed)
        for gone in self.differences.gone:
            self._drop(gone)
        for action in self.differences.revived:
            self._revive(action)
        self._reposition()
        self.session.flush()

    def _sections(self) -> dict[str, Section]:
        sections = {section.number: section for section in query.sections_of_plan(self.session, self.plan.id)}
        for position, draft in enumerate(self.draft.sections):
            section = sections.get(draft.number)
            if section is None:
                section = sections[draft.number] = Section(
                    workspace_id=self.plan.workspace_id, plan_id=self.plan.id, number=draft.number, title=""
                )
                self.session.add(section)
            section.title, section.position = draft.title or section.title, position
        self.session.flush()
        return sections

    def _projects(self) -> dict[tuple[str, str], Project]:
        number_of = {section.id: section.number for section in self.sections.values()}
        every = query.projects_of_plan(self.session, self.plan.id)
        projects = {(number_of[project.section_id], project.number): project for project in every}
        for position, draft in enumerate(self.draft.projects):
            key = (draft.section, draft.number)
            if key not in projects:
                projects[key] = Project(
                    workspace_id=self.plan.workspace_id,
                    section_id=self.sections[draft.section].id,
                    number=draft.number,
                    title="",
                )
                self.session.add(projects[key])
            self._fill_project(projects[key], draft, position)
        for change in self.differences.projects:
            if change.kind == GONE:
                projects[change.section, change.number].gone_at = self.now
        self.session.flush()
        return projects

    def _fill_project(self, project: Project, draft: ProjectDraft, position: int) -> None:
        project.title, project.manager, project.finance_ref = draft.title, draft.manager, draft.finance_ref
        project.savings, project.growth = dict(draft.savings), dict(draft.growth)
        project.measures, project.risks = list(draft.measures), list(draft.risks)
        project.description = draft.description
        project.lead, project.position, project.gone_at = self.people.find_lead(draft), position, None

    def _add(self, draft: ActionDraft, position: int) -> None:
        action = Action(
            workspace_id=self.plan.workspace_id,
            plan=self.plan,
            status=draft.status,
            created_at=self.now,
            position=position,
        )
        self._fill(action, draft)
        self.session.add(action)
        self.session.flush()
        self._set_owners(action, draft.owners)
        action_dates.write_dates(self.session, action, draft, now=self.now, chat_updated_ids=set())
        self._refresh_prompts(action)

    def _fill(self, action: Action, draft: ActionDraft) -> None:
        action.section, action.ref = self.sections[draft.section], draft.ref
        action.project = self.projects.get((draft.section, draft.project)) if draft.project else None
        action.title, action.detail = draft.title, draft.detail
        action.status_text = draft.status_text
        action.tags, action.delivered_through = list(draft.tags), list(draft.delivered_through)
        action.success_measures = list(draft.success_measures)
        self._fill_more(action, draft)
        action.imported = fingerprint(draft)

    def _fill_more(self, action: Action, draft: ActionDraft) -> None:
        """What the document says besides. Its colour counts until somebody has said anything in chat. A file
        that the bot exported has none of it, and so changes none.
        """
        if not self.draft.columns:
            return
        action.priority, action.category = draft.priority, draft.category
        action.raised_on, action.closed_on = draft.raised_on, draft.closed_on
        action.percent, action.extra = draft.percent, dict(draft.extra)
        if action.last_word_at is None:
            action.declared = draft.declared

    def _set_owners(self, action: Action, owners: Sequence[str]) -> None:
        wanted = {self.people.find_or_add(initials).id: position for position, initials in enumerate(owners)}
        action.owners[:] = [owner for owner in action.owners if owner.person_id in wanted]
        for owner in action.owners:
            owner.position = wanted.pop(owner.person_id)
        for person_id, position in wanted.items():
            person = next(each for each in map(self.people.find_or_add, owners) if each.id == person_id)
            action.owners.append(
                ActionOwner(workspace_id=action.workspace_id, person=person, position=position)
            )
        self.session.flush()

    def _change(self, changed: ChangedAction) -> None:
        """Apply one changed action; what was updated in chat since stays."""
        action, draft = changed.action, changed.draft
        is_updated = action.last_word_at is not None
        before, from_status, status_text = action.next_due_on, action.status, action.status_text
        note = describe_change(changed, self.source)
        self._fill(action, draft)
        if REOWNED in changed.kinds:
            self._set_owners(action, draft.owners)
        redate = REDATED in changed.kinds and (action.id, REDATED) not in self.overrides
        updated_ids = self._steps_updated_in_chat(changed)
        action_dates.write_dates(
            self.session, action, draft, now=self.now, chat_updated_ids=updated_ids, redate=redate
        )
        answered = self.source.answering and RESTATED in changed.kinds
        if is_updated and not answered and not action.gone_reason:
            action.status_text = status_text
        else:
            action.status = draft.status
        action.gone_at, action.gone_reason = None, ""
        self._refresh_prompts(action)
        self._record_change(action, from_status, before, note)
        if answered:
            closing.close_prompts(self.session, action, "update", "", self.now)

    def _steps_updated_in_chat(self, changed: ChangedAction) -> Collection[int]:
        """The ids of milestones that keep their status from chat: all but those answered just now."""
        updated_ids = query.milestones_updated_in_chat(self.session, changed.action.id)
        if not self.source.answering:
            return updated_ids
        before = {tuple(each[:2]): each[-1] for each in changed.before.get("milestones", [])}
        after = {(step.label, step.title): step.status.value for step in changed.draft.milestones}
        restated = {name for name, status in after.items() if before.get(name) != status}
        return {
            each.id
            for each in changed.action.milestones
            if each.id in updated_ids and (each.label, each.title) not in restated
        }

    def _record_change(self, action: Action, from_status: Status, before: date | None, note: str) -> None:
        """Record what the import changed in the action's history, where people's updates are recorded too."""
        moved = action.next_due_on != before and action.next_due_on is not None and before is not None
        if action.status is from_status and not moved and not note:
            return
        self.session.add(
            StatusChange(
                workspace_id=action.workspace_id,
                action_id=action.id,
                batch=self.batch,
                at=self.now,
                person_id=self.source.person.id if self.source.person else None,
                source="import",
                from_status=from_status,
                to_status=action.status,
                from_declared=action.declared,
                to_declared=action.declared,
                old_due=before if moved else None,
                new_due=action.next_due_on if moved else None,
                note=note,
                reason=sentence("importing.moved_date") if moved else "",
            )
        )

    def _drop(self, gone_action: GoneAction) -> None:
        """Take an action out of the plan; it stays on record, with the reason where somebody gave one."""
        action, from_status = gone_action.action, gone_action.action.status
        action.gone_at = action.gone_at or self.now
        action.gone_reason = gone_action.resolution.reason if gone_action.resolution else ""
        if gone_action.resolution and gone_action.resolution.kind in _STATUS_OF:
            action.status = _STATUS_OF[gone_action.resolution.kind]
        self._refresh_prompts(action)
        self._record_change(action, from_status, None, action.gone_reason or sentence("importing.removed"))

    def _revive(self, action: Action) -> None:
        action.gone_at, action.gone_reason = None, ""
        if action.project is not None:
            action.project.gone_at = None
        self._refresh_prompts(action)
        self._record_change(action, action.status, None, sentence("importing.retained"))

    def _refresh_prompts(self, action: Action) -> None:
        self.session.flush()
        next_prompts.refresh_due_columns(action)
        next_prompts.plan_next_prompts(action, self.plan.board, now=self.now, catch_up=True)

    def _reposition(self) -> None:
        """Keep the document's order, so that lists follow it."""
        for action in query.actions_of_plan(self.session, self.plan.id):
            if action.gone_at is None:
                action.position = self._position_of(action)
                if action.position < len(self.draft.actions):
                    self._fill_more(action, self.draft.actions[action.position])

    def _position_of(self, action: Action) -> int:
        """What the document lacks comes after all that it has."""
        return self._positions.get((action.section.number, action.ref), len(self._positions))
