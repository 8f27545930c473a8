"""The sample plan reads back as it was meant, on whatever day someone tries it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

import sample
from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.importing.people_import import read_people
from bot.importing.pipeline import read_plan
from bot.importing.table.problems import Severity
from bot.plan.due_dates import Role
from bot.plan.owners import PersonRole, initials_of
from bot.plan.statuses import Status
from sample.workbook import fill_in_dates, plan_title, printed_date

TODAY = date(2026, 3, 18)
UNLINKED = "GN"


def draft_on(folder: Path, today: date) -> PlanDraft:
    path = folder / "plan.xlsx"
    sample.write_sample(path, today=today)
    return read_plan(path, today=today)


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> PlanDraft:
    return draft_on(tmp_path_factory.mktemp("sample"), TODAY)


def action(draft: PlanDraft, section: str, ref: str) -> ActionDraft:
    return next(each for each in draft.actions if (each.section, each.ref) == (section, ref))


def days(action: ActionDraft, today: date = TODAY) -> list[int | None]:
    return [(due.date - today).days if due.date else None for due in action.due]


def open_days(draft: PlanDraft, today: date) -> set[int]:
    """How many days from today the open actions and steps are due."""
    found = set()
    for each in draft.actions:
        pairs = [(due, each.status) for due in each.due if due.role is Role.DUE]
        pairs += [
            (due, step.status) for step in each.milestones for due in step.due if due.role is Role.MILESTONE
        ]
        found |= {(due.date - today).days for due, status in pairs if due.date and status.is_open}
    return found


def test_counts(draft: PlanDraft) -> None:
    assert draft.title == "Wexbourne Children's Services Improvement Plan 2025-28"
    assert draft.as_at == date(2026, 2, 28)
    assert [(each.number, each.title) for each in draft.sections] == [
        ("1", "Savings and growth"), ("2", "Practice priorities"),
    ]  # fmt: skip
    assert [each.number for each in draft.projects] == ["1", "2", "3", "4", "5"] * 2
    assert [sum(each.section == section for each in draft.actions) for section in ("1", "2")] == [23, 20]
    statuses = [each.status for each in draft.actions]
    assert statuses.count(Status.COMPLETE) == 10
    assert len({each.ref for each in draft.actions if each.section == "1"} & {
        each.ref for each in draft.actions if each.section == "2"
    }) == 18  # fmt: skip


def test_projects(draft: PlanDraft) -> None:
    first = draft.projects[:5]
    assert [each.manager for each in first] == ["HT", "NV", "CG", "LD", "LD"]
    assert [each.finance_ref[-2:] for each in first] == ["01", "02", "03", " 0", "01"]
    assert first[0].savings == {"2025/26": 410.0, "2026/27": 620.0, "2027/28": 1150.0}
    assert first[3].savings == {"2025/26": 150.0, "2026/27": None, "2027/28": None}
    assert [len(each.measures) for each in draft.projects[5:]] == [0, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("section", "ref", "owners", "due", "status"),
    [
        ("1", "1.1", ("JW",), [-95], Status.COMPLETE),
        ("1", "1.2", ("HT",), [-70, 14, 95], Status.IN_PROGRESS),
        ("1", "2.2", ("NV", "KO"), [-12, 75], Status.IN_PROGRESS),
        ("1", "2.5", ("KO",), [None], Status.IN_PROGRESS),
        ("1", "3.1", ("CG", "MB"), [None, None], Status.COMPLETE),
        ("1", "3.3", ("MB", "EF"), [-23], Status.IN_PROGRESS),
        ("1", "3.5", ("MB",), [0], Status.IN_PROGRESS),
        ("1", "4.2", ("DS",), [-46, None], Status.IN_PROGRESS),
        ("1", "4.3", ("DS", "PY"), [7], Status.IN_PROGRESS),
        ("1", "5.2", (UNLINKED,), [-6], Status.IN_PROGRESS),
        ("1", "5.4", ("PY", "LD"), [43], Status.NOT_STARTED),
        ("2", "3.5", (), [], Status.NOT_STARTED),
        ("2", "4.2", (), [None], Status.NOT_STARTED),
        ("2", "5.1", ("SP", "DS"), [-50, -45, -20, 7, 30, 60], Status.IN_PROGRESS),
        ("2", "5.2", ("EF",), [3, 28], Status.IN_PROGRESS),
    ],
)
def test_actions(
    draft: PlanDraft, section: str, ref: str, owners: tuple[str, ...], due: list[int | None], status: Status
) -> None:
    found = action(draft, section, ref)
    assert (found.owners, days(found), found.status) == (owners, due, status)


def test_steps(draft: PlanDraft) -> None:
    assert [step.label for step in action(draft, "2", "5.1").milestones] == [
        "(i)", "(ii)(a)", "(ii)(b)", "(ii)(c)", "(iii)", "(iv)",
    ]  # fmt: skip
    assert [step.owners for step in action(draft, "2", "3.4").milestones] == [("HT",), ("CG",)]
    assert [len(step.due) for step in action(draft, "1", "5.3").milestones] == [1, 1]
    assert action(draft, "2", "1.1").tags == ("Inspection recommendation",)


def test_people(draft: PlanDraft) -> None:
    people = read_people(sample.PEOPLE)
    assert not people.problems
    known = {row.initials: row for row in people.rows}
    assert len(known) == 14
    assert all(row.email == f"{row.initials.lower()}@example.gov.uk" for row in people.rows)
    assert all(initials_of(row.name) == row.initials != row.name for row in people.rows)
    assert len({row.name for row in people.rows}) == 14
    roles = [row.role for row in people.rows]
    assert roles.count(PersonRole.PLAN_MANAGER) == roles.count(PersonRole.BOARD_CHAIR) == 1
    named = {owner for each in draft.actions for owner in each.owners}
    assert named - known.keys() == {UNLINKED}
    assert {each.manager for each in draft.projects if each.manager} <= {
        row.initials for row in people.rows if row.role is PersonRole.LEAD
    }


def test_what_was_said(draft: PlanDraft) -> None:
    said = sample.scripted_updates(TODAY)
    assert said == sorted(said)
    assert len(said) >= 9
    assert said[0][0] == date(2026, 3, 10)
    assert said[-1][0] < TODAY
    for _, initials, line in said:
        section, ref = line.split()[1].split("/")
        found = action(draft, section, ref)
        lead = next(
            each.manager for each in draft.projects if (each.section, each.number) == (section, found.project)
        )
        assert initials in {*found.owners, lead}


@settings(max_examples=15, deadline=None)
@given(today=st.dates(date(2024, 1, 1), date(2060, 12, 31)))
def test_any_day(tmp_path_factory: pytest.TempPathFactory, today: date) -> None:
    draft = draft_on(tmp_path_factory.mktemp("any"), today)
    assert len(draft.actions) == 43
    assert not [each for each in draft.problems if each.severity is Severity.ERROR]
    assert draft.title == plan_title(today)
    assert draft.as_at is not None
    assert draft.as_at < today <= draft.as_at + timedelta(days=31)
    assert printed_date(today).split()[1] == str(draft.as_at.year)
    assert {-23, -16, -12, -9, -6, -4, 0, 1, 2, 3, 7, 14} <= open_days(draft, today)
    assert max(open_days(draft, today)) > 200
    assert sample.scripted_updates(today)


def test_the_same_day_gives_the_same_plan(tmp_path: Path) -> None:
    assert draft_on(tmp_path, TODAY) == draft_on(tmp_path, TODAY)


def test_the_workbook_is_as_messy_as_a_real_one(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    sample.write_sample(path, today=TODAY)
    first, second = load_workbook(path).worksheets
    rows = [[cell.value for cell in row] for row in first.iter_rows()]
    assert [row[0] for row in rows].count("Ref") == 5
    assert sum(not any(row) for row in rows) == 5
    assert {"2.", "5"} <= {row[0] for row in rows}
    assert second["D1"].value == "Lead (s)"


def test_ways_of_writing_dates() -> None:
    assert fill_in_dates("{day:-9} {full:+0} {dots:+14}", TODAY) == "09/03/26 18/03/2026 01.04.26"
    assert fill_in_dates("{month:-3} {mon:+10} {span:+9}", TODAY) == "December 2025 Jan 27 Dec-Feb 2027"
