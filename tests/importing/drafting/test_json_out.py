import json
from datetime import date

from bot.importing.drafting.draft import ActionDraft, MilestoneDraft, PlanDraft, ProjectDraft, SectionDraft
from bot.importing.drafting.json_out import draft_json
from bot.importing.table.problems import Diagnostic, Severity
from bot.plan.due_dates import DueDate, Precision, Role
from bot.plan.statuses import Status

DUE = DueDate("June 26 (TBC)", date(2026, 6, 30), Precision.MONTH, Role.MILESTONE, confirmed=False)
DRAFT = PlanDraft(
    "A plan",
    None,
    (SectionDraft("1", "Savings"),),
    (
        ProjectDraft(
            "1", "5", "Fewer agency staff", "RM", "FIN 3", {"2026/27": 12.5, "2027/28": None}, ("Cost",)
        ),
    ),
    (
        ActionDraft(
            "1", "5", "5.2", "Agree rotas", ("RM",), (DUE,), Status.IN_PROGRESS, "Drafting",
            (
                MilestoneDraft("a)", "Draft", "with staff", ("ST",), (DUE,), Status.COMPLETE),
                MilestoneDraft("", "Agree"),
            ),
            ("Inspection",), ("Workforce plan",), ("Fewer gaps",), "row 4", "More words",
        ),
    ),
    (Diagnostic("row 4", "due", "June 26 (TBC)", "Not confirmed.", Severity.INFO),),
)  # fmt: skip


def test_every_key_and_no_other() -> None:
    due = {
        "text": "June 26 (TBC)",
        "date": "2026-06-30",
        "precision": "month",
        "role": "milestone",
        "confirmed": False,
    }
    assert draft_json(DRAFT) == {
        "plan": {"title": "A plan", "as_at": None},
        "projects": [
            {
                "section": "1",
                "number": "5",
                "title": "Fewer agency staff",
                "manager": "RM",
                "finance_ref": "FIN 3",
                "savings": {"2026/27": 12.5, "2027/28": None},
                "measures": ["Cost"],
                "growth": {},
                "description": "",
                "risks": [],
            }
        ],
        "actions": [
            {
                "section": "1",
                "project": "5",
                "ref": "5.2",
                "title": "Agree rotas",
                "owners": ["RM"],
                "due": [due],
                "status": "in-progress",
                "status_text": "Drafting",
                "milestones": [
                    {"title": "a) Draft", "owners": ["ST"], "due": [due], "status": "complete"},
                    {"title": "Agree", "owners": [], "due": [], "status": "not-started"},
                ],
                "tags": ["Inspection"],
                "delivered_through": ["Workforce plan"],
                "success_measures": ["Fewer gaps"],
                "declared": None,
                "priority": "",
                "category": "",
                "raised_on": None,
                "closed_on": None,
                "percent": None,
                "extra": {},
            }
        ],
        "problems": [
            {
                "where": "row 4",
                "field": "due",
                "text": "June 26 (TBC)",
                "message": "Not confirmed.",
                "severity": "info",
            }
        ],
    }
    assert json.loads(json.dumps(draft_json(DRAFT))) == draft_json(DRAFT)
