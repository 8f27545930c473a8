"""Loads a whole plan from the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.plan.date_format import with_readable_text
from bot.plan.due_dates import DueDate
from bot.plan.rag import legend
from bot.plan.wording import describe_place, join_words
from bot.reporting.tracker import (
    Tracker,
    TrackerAction,
    TrackerChange,
    TrackerLastWord,
    TrackerProject,
    TrackerRemovedAction,
    TrackerSection,
    TrackerStep,
)
from bot.services.actions import presenters
from models.outbox import StatusChange
from models.plans import Action, Milestone, Plan, Project, Section
from models.queries import exports, imports, ref_index


def gather_tracker(
    session: Session, plan: Plan, now: datetime, *, sections: Sequence[Section] | None = None
) -> Tracker:
    """The plan as it is now. sections: only these of it; None for the whole plan."""
    every = imports.actions_of_plan(session, plan.id)
    chosen = plan.sections if sections is None else sections
    section_ids = [section.id for section in chosen]
    wanted = [action for action in every if action.section_id in section_ids]
    shared = ref_index.shared_refs(session, plan.workspace_id)
    changes = exports.changes_of_plan(session, plan.id, section_ids)
    return Tracker(
        title=plan.title,
        board=plan.board.name,
        as_at=plan.as_at,
        reference=plan.as_at or plan.imported_at.date(),
        exported_at=_local_time(plan, now),
        sections=tuple(_section(plan, section, wanted, now) for section in chosen),
        history=tuple(_history(plan, wanted, changes, shared)),
        removed=tuple(
            _removed_action(plan, action, shared) for action in wanted if action.gone_at is not None
        ),
        legend=legend(presenters.rules_of(plan)),
        part="" if sections is None else join_words(f"section {section.number}" for section in chosen),
    )


def _local_time(plan: Plan, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(plan.board.timezone)).replace(tzinfo=None, microsecond=0)


def _section(plan: Plan, section: Section, actions: Sequence[Action], now: datetime) -> TrackerSection:
    current = [each for each in actions if each.section_id == section.id and each.gone_at is None]
    return TrackerSection(
        section.number,
        section.title,
        tuple(_project(each) for each in section.projects if each.gone_at is None),
        tuple(_action(plan, action, now) for action in current),
    )


def _project(project: Project) -> TrackerProject:
    return TrackerProject(
        project.number,
        project.title,
        project.manager,
        project.finance_ref,
        dict(project.savings),
        tuple(project.measures),
        dict(project.growth),
        project.description,
        tuple(project.risks),
    )


def _action(plan: Plan, action: Action, now: datetime) -> TrackerAction:
    steps = [step for step in action.milestones if step.gone_at is None]
    return TrackerAction(
        ref=action.ref,
        title=action.title,
        detail=action.detail,
        project=action.project.number if action.project else "",
        owners=tuple(owner.person.initials for owner in action.owners),
        due=_dates(plan, action, None),
        status=action.status,
        status_text=action.status_text,
        steps=tuple(_step(plan, action, step) for step in steps),
        tags=tuple(action.tags),
        delivered_through=tuple(action.delivered_through),
        success_measures=tuple(action.success_measures),
        priority=action.priority,
        category=action.category,
        raised_on=action.raised_on,
        closed_on=action.closed_on,
        percent=action.percent,
        extra=dict(action.extra),
        rag=presenters.reported_rag(action, plan, now),
        next_due=action.next_due_on,
        last_word=_last_word(plan, action),
    )


def _step(plan: Plan, action: Action, step: Milestone) -> TrackerStep:
    return TrackerStep(
        step.label,
        step.title,
        step.detail,
        tuple(step.owners),
        _dates(plan, action, step.id),
        step.status,
    )


def _dates(plan: Plan, action: Action, step_id: int | None) -> tuple[DueDate, ...]:
    as_at = plan.as_at or plan.imported_at.date()
    entries = [each for each in action.due_dates if each.milestone_id == step_id]
    return tuple(
        with_readable_text(
            DueDate(each.text, each.day, each.precision, each.role, each.confirmed), as_at=as_at
        )
        for each in entries
    )


def _last_word(plan: Plan, action: Action) -> TrackerLastWord | None:
    if action.last_word_at is None:
        return None
    return TrackerLastWord(
        action.last_word, action.last_word_by, _local_time(plan, action.last_word_at).date()
    )


def _history(
    plan: Plan, actions: Sequence[Action], changes: Sequence[StatusChange], shared: Collection[str]
) -> list[TrackerChange]:
    refs = {each.id: presenters.qualify_ref(each.ref, each.section.number, shared) for each in actions}
    undone = {change.undoes_id for change in changes}
    return [_change(plan, refs[each.action_id], each, undone=each.id in undone) for each in changes]


def _change(plan: Plan, ref: str, change: StatusChange, *, undone: bool) -> TrackerChange:
    step = change.milestone
    return TrackerChange(
        at=_local_time(plan, change.at),
        ref=ref,
        step=f"{step.label} {step.title}".strip() if step else "",
        by=change.person.initials if change.person else "",
        where="an import" if change.source == "import" else describe_place(change.place),
        from_status=change.from_status.words,
        to_status=change.to_status.words,
        declared=change.to_declared.words if change.to_declared else "",
        old_due=change.old_due,
        new_due=change.new_due,
        note=change.note,
        reason=change.reason,
        evidence=change.evidence,
        undone=undone,
        route_to_green=change.route_to_green,
        help_needed=change.help_needed,
    )


def _removed_action(plan: Plan, action: Action, shared: Collection[str]) -> TrackerRemovedAction:
    assert action.gone_at is not None
    return TrackerRemovedAction(
        presenters.qualify_ref(action.ref, action.section.number, shared),
        action.title,
        tuple(owner.person.initials for owner in action.owners),
        action.status,
        _local_time(plan, action.gone_at).date(),
        action.gone_reason,
        action.last_word,
    )
