"""A draft as JSON: the format of `import --json`, whose keys are a fixed contract, and that of storage."""

import json
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from bot.importing.drafting.draft import ActionDraft, MilestoneDraft, PlanDraft, ProjectDraft
from bot.importing.table.problems import Diagnostic
from bot.plan.due_dates import DueDate


def draft_json(draft: PlanDraft) -> dict[str, Any]:
    """Give the draft as JSON values: dates in ISO form, blanks as null."""
    as_at = draft.as_at.isoformat() if draft.as_at else None
    return {
        "plan": {"title": draft.title, "as_at": as_at},
        "projects": [_project(project) for project in draft.projects],
        "actions": [_action(action) for action in draft.actions],
        "problems": [_problem(problem) for problem in draft.problems],
    }


def _project(project: ProjectDraft) -> dict[str, Any]:
    return {
        "section": project.section,
        "number": project.number,
        "title": project.title,
        "manager": project.manager,
        "finance_ref": project.finance_ref,
        "savings": dict(project.savings),
        "measures": list(project.measures),
        "growth": dict(project.growth),
        "description": project.description,
        "risks": list(project.risks),
    }


def _action(action: ActionDraft) -> dict[str, Any]:
    return {
        "section": action.section,
        "project": action.project,
        "ref": action.ref,
        "title": action.title,
        "owners": list(action.owners),
        "due": [_due(due) for due in action.due],
        "status": action.status.value,
        "status_text": action.status_text,
        "milestones": [_milestone(milestone) for milestone in action.milestones],
        "tags": list(action.tags),
        "delivered_through": list(action.delivered_through),
        "success_measures": list(action.success_measures),
        "declared": action.declared.value if action.declared else None,
        "priority": action.priority,
        "category": action.category,
        "raised_on": action.raised_on.isoformat() if action.raised_on else None,
        "closed_on": action.closed_on.isoformat() if action.closed_on else None,
        "percent": action.percent,
        "extra": dict(action.extra),
    }


def _milestone(milestone: MilestoneDraft) -> dict[str, Any]:
    return {
        "title": milestone.printed,
        "owners": list(milestone.owners),
        "due": [_due(due) for due in milestone.due],
        "status": milestone.status.value,
    }


def _due(due: DueDate) -> dict[str, Any]:
    return {
        "text": due.text,
        "date": due.date.isoformat() if due.date else None,
        "precision": due.precision.value,
        "role": due.role.value,
        "confirmed": due.confirmed,
    }


def _problem(problem: Diagnostic) -> dict[str, Any]:
    return {
        "where": problem.where,
        "field": problem.field,
        "text": problem.text,
        "message": problem.message,
        "severity": problem.severity.value,
    }


def to_json(draft: PlanDraft) -> str:
    """The draft with all its fields, for decode_json. Raises ValueError for text that is no valid Unicode."""
    text = json.dumps(draft, default=_check_text, ensure_ascii=False, separators=(",", ":"))
    text.encode()
    return text


def _check_text(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    raise TypeError(f"a draft holds no {type(value).__name__}")
