"""A delivery plan in running text: overviews found by their labels, milestones by how they are printed."""

from datetime import date
from functools import cache

import pytest

from bot.importing.drafting.draft import PlanDraft
from bot.importing.layout.prose_overviews import collect_vocabulary, mend_line
from bot.importing.pipeline import read_plan
from bot.plan.statuses import Status
from tests.importing.texts import action_of, plan_in
from tests.importing.workbooks import TODAY, messages
from tests.paths import seed_or_skip

TEXT = """Corporate Plan for the town 2020-2024

Homes Delivery Plan 2026 - 2029

March 2026

Better Letting of Homes\t25
Kinder Lettings Teams\t26
Drier Homes for All\t27

1. SAVINGS PROJECTS

Better Letting of Ho\tomes
Project Manager: Ann Example Ref HOU SAV01\t
Description\t
We let homes sooner. It saves rent.\t
Finance - £000s\t
2026/27\t2027/28\t2028/29
1,200\t\t0
High level milestones\t
 Agree the new standard Ann Example in progress 01/04/26 Train every team on it not started 31/10/26 \t
Key Risks\t
 Staff leave before it is done Tenants are not asked in time \t
Equality done

Project Manager: Bo S\ttings Teams\tRef HOU SAV02
Finance - £000s
2026/27\t2027/28\t2028/29
£272,000\t126,000\t1.719
Performance metrics
Days to let
High level milestones

- Ask tenants what they want
 Head of Lettings, completed
- Publish what they said 1st May 2026, Head of Letters
- Write the plan
  - with tenants
  - with staff

Bo Sample, for completion by end of 2026/27

Key Risks

- None of it is read

2. GROWTH PROJECTS

Drier Homes for All
Project Manager: Bo Sample Ref HOU GRO01
Finance - £000s 2026/27 2027/28 2028/29 8,341 77 85 High level milestones
Growth applied to the budgets 01/04/26
Key Risks
N/A

ACTION PLAN

Fill this in later.
"""


@cache
def sample() -> PlanDraft:
    return plan_in(TEXT)


def test_overviews_are_projects() -> None:
    draft = sample()
    assert (draft.title, draft.as_at) == ("Homes Delivery Plan 2026-2029", date(2026, 3, 31))
    assert [(each.number, each.title) for each in draft.sections] == [
        ("1", "Savings projects"),
        ("2", "Growth projects"),
    ]
    first, second, third = draft.projects
    assert (first.title, first.manager, first.finance_ref) == (
        "Better Letting of Homes",
        "Ann Example",
        "HOU SAV 01",
    )
    assert first.savings == {"2026/27": 1200.0, "2027/28": None, "2028/29": 0.0}
    assert first.description == "We let homes sooner. It saves rent."
    assert first.risks == ("Staff leave before it is done", "Tenants are not asked in time")
    assert (second.title, second.risks) == ("Kinder Lettings Teams", ("None of it is read",))
    assert (second.manager, second.measures) == ("Bo Sample", ("Days to let",))
    assert second.savings == {"2026/27": 272.0, "2027/28": None, "2028/29": None}
    assert (third.savings, third.growth) == ({}, {"2026/27": 8341.0, "2027/28": 77.0, "2028/29": 85.0})


def test_milestones_in_running_text() -> None:
    draft = sample()
    agree, train = draft.actions[:2]
    assert (agree.title, agree.owners) == ("Agree the new standard", ("Ann Example",))
    assert agree.status is Status.IN_PROGRESS
    assert (train.title, train.due[0].date) == ("Train every team on it", date(2026, 10, 31))
    assert [action_of(draft, ref).status for ref in ("2.1", "2.2")] == [Status.COMPLETE, Status.NOT_STARTED]
    assert action_of(draft, "2.1").owners == ("Head of Lettings",)
    assert action_of(draft, "2.2").due[0].date == date(2026, 5, 1)
    assert [step.title for step in action_of(draft, "2.3").milestones] == ["with tenants", "with staff"]


def test_what_is_doubtful_is_reported() -> None:
    draft = sample()
    doubts = messages(draft, "savings")
    assert any("in pounds among thousands" in each for each in doubts)
    assert any("would be \u00a3126 million" in each for each in doubts)
    assert any("three decimals" in each for each in doubts)
    assert any("lost its bullets" in each for each in messages(draft, "title"))
    assert any("numbered within their project" in each for each in messages(draft, "ref"))
    assert any("table of contents" in each for each in messages(draft, "project"))
    assert any("cut off" in each for each in messages(draft, "manager"))


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("Adoles\tscent teams", "Adolescent teams"),
        ("plan for sup\tport", "plan for support"),
        ("support\tinclusion", "support inclusion"),
        ("Ann\tExample", "Ann Example"),
        ("2020\t-21\t", "2020-21"),
        ("\t\t", ""),
    ],
)
def test_torn_words_are_mended(line: str, whole: str) -> None:
    assert mend_line(line, collect_vocabulary(["adolescent support inclusion"])) == whole


@cache
def february() -> PlanDraft:
    path = seed_or_skip("dashboards-and-delivery-plan-2021-04.txt")
    return read_plan(path, today=TODAY)


def test_the_february_2021_delivery_plan() -> None:
    draft = february()
    assert draft.as_at == date(2021, 2, 28)
    assert [len([each for each in draft.projects if each.section == number]) for number in ("9", "10")] == [
        12,
        6,
    ]
    refs = [each.finance_ref.removeprefix("CFE ") for each in draft.projects]
    assert refs == [
        "SAV 02", "SAV 03", "SAV 04", "SAV 05", "SAV 06", "SAV 07", "", "SAV 09", "SAV 10", "SAV 12",
        "SAV 13", "SAV 14", "GRO 01", "GRO 02", "GRO 03", "GRO 04", "GRO 07", "GRO 08",
    ]  # fmt: skip
    assert all(each.title and len(each.manager.split()) == 2 for each in draft.projects)
    assert len(draft.actions) == 56
    assert sum(bool(each.risks) for each in draft.projects) == 15


def test_figures_of_the_february_plan() -> None:
    money = {each.finance_ref.removeprefix("CFE "): each for each in february().projects}
    assert list(money["SAV 05"].savings.values()) == [794, 1654, 1385]
    assert list(money["SAV 09"].savings.values()) == [660, 240, 0]
    assert list(money["GRO 01"].growth.values()) == [8341, 77, 85]
    assert list(money["GRO 02"].growth.values()) == [2031, 0, 0]
    assert list(money["SAV 12"].savings.values()) == [82, None, None]
    assert (money["SAV 13"].savings["2021/22"], money["GRO 08"].growth["2021/22"]) == (None, None)
    assert not any(each.savings for each in money.values() if "GRO" in each.finance_ref)
    printed = [each.text for each in february().problems if each.field in {"savings", "growth"}]
    assert {"126,000", "1.719", "\u00a3272,000"} <= set(printed)


def test_milestones_of_the_february_plan() -> None:
    first = [each for each in february().actions if (each.section, each.project) == ("9", "1")]
    assert [each.due[0].date for each in first] == [
        date(2021, 4, 1), date(2021, 10, 31), date(2021, 12, 1), date(2022, 4, 1),
    ]  # fmt: skip
    assert [each.status for each in first] == [Status.IN_PROGRESS] * 2 + [Status.NOT_STARTED] * 2
    assert all(len(each.owners) == 1 for each in first)
    doubtful = [each for each in february().problems if each.field == "title"]
    assert len(doubtful) > 10
