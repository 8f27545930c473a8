"""Read a tracker of the tests, and tell what was read in a few words."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.importing.pipeline import read_plan_bytes
from bot.plan.due_dates import Role
from tests.importing.workbooks import csv_bytes

HANDED = Path(__file__).parent / "handed"
TODAY = date(2026, 11, 30)


def handed(name: str) -> PlanDraft:
    """Read the handed tracker whose name begins so."""
    (path,) = (each for each in sorted(HANDED.iterdir()) if each.name.startswith(name))
    return read_plan_bytes(path.name, path.read_bytes(), today=TODAY)


def read_rows(*rows: Sequence[str], name: str = "tracker.csv") -> PlanDraft:
    """Read these rows as a .csv file."""
    return read_plan_bytes(name, csv_bytes(rows), today=TODAY)


def days(action: ActionDraft) -> list[str | None]:
    return [
        due.date.isoformat() if due.date else None
        for due in action.due
        if due.role in {Role.DUE, Role.MILESTONE}
    ]


def starts(action: ActionDraft) -> list[str]:
    return [due.date.isoformat() for due in action.due if due.role is Role.START and due.date]


def lines(draft: PlanDraft) -> list[str]:
    """Each action on one line: "1 Order new door signs; AB; 2027-05-14; in-progress"."""
    return [
        "; ".join(
            [
                f"{each.ref} {each.title}",
                ",".join(each.owners),
                ",".join(map(str, days(each))),
                each.status.value,
            ]
        )
        for each in draft.actions
    ]


def doubts(draft: PlanDraft) -> list[str]:
    return [each.doubt.value for each in draft.problems if each.doubt]


def titles(draft: PlanDraft) -> list[str]:
    return [each.title for each in draft.actions]
