"""A tracker as JSON: the shape docs/export.md describes. No key is ever left out, and none is added."""

import json
from datetime import date
from typing import Any

from bot.plan.due_dates import DueDate
from bot.reporting.tracker import (
    Tracker,
    TrackerAction,
    TrackerChange,
    TrackerRemovedAction,
    TrackerSection,
    TrackerStep,
)

VERSION = 1


def write_json(tracker: Tracker) -> bytes:
    """Write the plan with its history: dates in ISO form, blanks as null, money in thousands of pounds."""
    shape = {
        "version": VERSION,
        "plan": {
            "title": tracker.title,
            "part": tracker.part or None,
            "board": tracker.board,
            "as_at": _iso(tracker.as_at),
            "exported_at": tracker.exported_at.isoformat(),
        },
        "legend": list(tracker.legend),
        "sections": [{"number": each.number, "title": each.title} for each in tracker.sections],
        "projects": [project for each in tracker.sections for project in _projects(each)],
        "actions": [_action(each, action) for each in tracker.sections for action in each.actions],
        "gone": [_removed_action(each) for each in tracker.removed],
        "history": [_change(each) for each in tracker.history],
    }
    return (json.dumps(shape, ensure_ascii=False, indent=2) + "\n").encode()


def _projects(section: TrackerSection) -> list[dict[str, Any]]:
    return [
        {
            "section": section.number,
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
        for project in section.projects
    ]


def _action(section: TrackerSection, action: TrackerAction) -> dict[str, Any]:
    last = action.last_word
    return {
        "section": section.number,
        "project": action.project or None,
        "ref": action.ref,
        "title": action.title,
        "detail": action.detail,
        "owners": list(action.owners),
        "due": [_due(each) for each in action.due],
        "next_due": _iso(action.next_due),
        "status": action.status.value,
        "status_text": action.status_text,
        "colour": action.rag.colour.value,
        "declared": action.rag.declared.value if action.rag.declared else None,
        "reason": action.rag.reason,
        "last_word": {"text": last.text, "by": last.by, "on": _iso(last.on)} if last else None,
        "milestones": [_step(each) for each in action.steps],
        "tags": list(action.tags),
        "delivered_through": list(action.delivered_through),
        "success_measures": list(action.success_measures),
        "priority": action.priority,
        "category": action.category,
        "raised_on": _iso(action.raised_on),
        "closed_on": _iso(action.closed_on),
        "percent": action.percent,
        "extra": dict(action.extra),
    }


def _step(step: TrackerStep) -> dict[str, Any]:
    return {
        "label": step.label,
        "title": step.title,
        "detail": step.detail,
        "owners": list(step.owners),
        "due": [_due(each) for each in step.due],
        "status": step.status.value,
    }


def _due(due: DueDate) -> dict[str, Any]:
    return {
        "text": due.text,
        "date": _iso(due.date),
        "precision": due.precision.value,
        "role": due.role.value,
        "confirmed": due.confirmed,
    }


def _removed_action(gone: TrackerRemovedAction) -> dict[str, Any]:
    return {
        "ref": gone.ref,
        "title": gone.title,
        "owners": list(gone.owners),
        "status": gone.status.value,
        "gone_on": _iso(gone.removed_on),
        "reason": gone.reason,
        "last_word": gone.last_word,
    }


def _change(change: TrackerChange) -> dict[str, Any]:
    return {
        "at": change.at.isoformat(),
        "ref": change.ref,
        "milestone": change.step or None,
        "by": change.by,
        "where": change.where,
        "from_status": change.from_status.replace(" ", "-"),
        "to_status": change.to_status.replace(" ", "-"),
        "declared": change.declared.lower() or None,
        "old_due": _iso(change.old_due),
        "new_due": _iso(change.new_due),
        "note": change.note,
        "reason": change.reason,
        "evidence": change.evidence,
        "route_to_green": change.route_to_green,
        "help_needed": change.help_needed,
        "taken_back": change.undone,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
