"""The real July 2021 tracker, where it lies beside the repository: counts and every awkward cell."""

from datetime import date
from typing import Any

import pytest

from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.importing.drafting.json_out import draft_json
from bot.importing.pipeline import read_plan
from bot.plan.due_dates import Precision, Role
from bot.plan.statuses import Status
from tests.paths import tracker_or_skip

DONE, GOING, NOT = Status.COMPLETE, Status.IN_PROGRESS, Status.NOT_STARTED


@pytest.fixture(scope="module")
def draft() -> PlanDraft:
    return read_plan(tracker_or_skip(), today=date(2026, 3, 18))


def action(draft: PlanDraft, section: str, ref: str) -> ActionDraft:
    found = [each for each in draft.actions if (each.section, each.ref) == (section, ref)]
    assert len(found) == 1
    return found[0]


def days(action: ActionDraft) -> list[str]:
    return [due.date.isoformat() if due.date else due.role.value for due in action.due]


def messages_about(draft: PlanDraft, where: str, field: str) -> list[str]:
    return [
        problem.message for problem in draft.problems if problem.where == where and problem.field == field
    ]


def test_counts(draft: PlanDraft) -> None:
    for section, projects, actions in (("1", 7, 32), ("2", 5, 23)):
        assert len([each for each in draft.projects if each.section == section]) == projects
        assert len([each for each in draft.actions if each.section == section]) == actions
    assert draft.as_at == date(2021, 7, 31)
    assert draft.title.endswith("Improvement Plan 2021-24")
    assert [section.number for section in draft.sections] == ["1", "2"]
    assert [section.title.split()[0] for section in draft.sections] == ["MTFS", "Practice"]
    statuses = [each.status for each in draft.actions if each.section == "1"]
    assert [statuses.count(status) for status in (DONE, GOING, NOT)] == [10, 15, 7]


def test_projects(draft: PlanDraft) -> None:
    first = [each for each in draft.projects if each.section == "1"]
    assert [each.number for each in first] == ["1", "2", "3", "4", "5", "6", "7"]
    assert [each.finance_ref for each in first] == [
        "CFE SAV 02", "CFE SAV 04", "CFE SAV 05", "CFE SAV 0", "CFE SAV 07", "CFE SAV 09", "CFE GRO 04",
    ]  # fmt: skip
    assert all(len(each.manager.split()) == 2 and "manager" not in each.title.lower() for each in first)
    assert first[2].savings == {"2021/22": 794.0, "2022/23": 1654.0, "2023/24": 1385.0}
    assert first[5].savings == {"2021/22": 660.0, "2022/23": None, "2023/24": None}
    second = [each for each in draft.projects if each.section == "2"]
    assert all(not each.manager and not each.savings for each in second)
    assert [len(each.measures) for each in second] == [0, 1, 0, 0, 0]
    assert any(
        "cut off" in message for message in messages_about(draft, "1. MTFS, row 30, column E", "finance_ref")
    )


def test_three_dates_for_three_bullets_and_two_statuses(draft: PlanDraft) -> None:
    for ref, owners in (("1.2", ("IL",)), ("3.2", ("PB",))):
        found = action(draft, "1", ref)
        assert found.owners == owners
        assert found.status is GOING
        assert [step.status for step in found.milestones] == [DONE, GOING, NOT]
        assert [due.role for due in found.due] == [Role.MILESTONE] * 3
        assert [step.due for step in found.milestones] == [(due,) for due in found.due]
    assert days(action(draft, "1", "1.2")) == ["2021-04-01", "2021-07-31", "2021-10-31"]
    assert messages_about(draft, "1. MTFS, row 7, column E", "status")


def test_dates_without_steps(draft: PlanDraft) -> None:
    assert days(action(draft, "1", "2.2")) == ["2021-09-30", "2022-03-31"]
    assert days(action(draft, "1", "2.3")) == ["2021-06-30"]
    assert [step.label for step in action(draft, "1", "2.3").milestones] == ["a.", "b.", "c.", "d."]
    assert days(action(draft, "1", "4.2")) == ["2021-04-30", "ongoing"]
    assert [due.role for due in action(draft, "1", "4.4").due] == [Role.START, Role.ONGOING]
    assert action(draft, "1", "4.4").owners == ("JM", "SC")
    assert days(action(draft, "1", "6.1")) == ["2020-11-30"]
    assert days(action(draft, "1", "6.6")) == ["2021-12-31"]


def test_dates_that_fit_no_steps_stay_with_the_action(draft: PlanDraft) -> None:
    found = action(draft, "1", "3.3")
    assert days(found) == ["2021-06-30", "ongoing", "2021-10-31"]
    assert found.owners == ("ST", "SH")
    assert [step.status for step in found.milestones] == [GOING, GOING, GOING, NOT]
    assert messages_about(draft, "1. MTFS, row 28, column D", "due")
    assert days(action(draft, "1", "3.1")) == ["ongoing", "ongoing"]
    assert action(draft, "1", "3.1").status is DONE


def test_dates_in_the_words_of_a_step(draft: PlanDraft) -> None:
    found = action(draft, "1", "6.5")
    assert days(found) == ["2021-11-30"]
    assert found.due[0].precision is Precision.RANGE
    assert [step.due[0].date for step in found.milestones] == [date(2021, 9, 20), date(2021, 10, 22)]
    assert [step.due[0].role for step in found.milestones] == [Role.MILESTONE] * 2
    assert (found.status, found.status_text) == (GOING, "In consultation")


def test_what_is_reported_about_section_one(draft: PlanDraft) -> None:
    assert any(
        "20 June 2021" in message for message in messages_about(draft, "1. MTFS, row 51, column B", "due")
    )
    assert messages_about(draft, "1. MTFS, row 54, column E", "status") == [
        "6.6 has no status. It was taken as not started."
    ]
    late = [each.where for each in draft.problems if "before the plan's own date" in each.message]
    assert [where.split(", ")[1] for where in late if where.startswith("1.")] == [
        "row 27", "row 28", "row 42", "row 51",
    ]  # fmt: skip


def test_practice_priorities(draft: PlanDraft) -> None:
    assert [step.label for step in action(draft, "2", "1.2").milestones] == ["1.2.1", "1.2.2"]
    assert [step.detail.count("\n") + 1 for step in action(draft, "2", "1.2").milestones] == [5, 3]
    assert days(action(draft, "2", "1.3")) == ["2021-08-31", "2021-10-31", "2021-12-31"]
    assert action(draft, "2", "1.3").owners == ("SH", "KC")
    steps = action(draft, "2", "3.4").milestones
    assert [(step.label, step.owners) for step in steps] == [("a)", ("RM",)), ("b)", ("PB",))]
    assert [len(action(draft, "2", ref).tags) for ref in ("1.1", "5.1", "5.2", "1.2")] == [1, 1, 1, 0]
    assert len(action(draft, "2", "1.3").delivered_through) == 3
    assert len(action(draft, "2", "2.2").success_measures) == 2
    assert not action(draft, "2", "4.2").owners
    assert not action(draft, "2", "4.2").due


def test_a_step_that_only_heads_others(draft: PlanDraft) -> None:
    found = action(draft, "2", "5.1")
    labels = [step.label for step in found.milestones]
    assert labels == ["(i)", "(ii)(a)", "(ii)(b)", "(ii)(c)", "(iii)", "(iv)"]
    assert days(found) == ["2021-07-31", "2021-07-19", "2021-07-22", "2021-08-05", "2021-09-30", "2021-10-31"]
    assert [due.role for due in found.due] == [Role.MILESTONE] * 3 + [Role.START] + [Role.MILESTONE] * 2
    assert found.owners == ("EB", "DJ")


def test_unconfirmed_and_odd_refs(draft: PlanDraft) -> None:
    found = action(draft, "2", "5.2")
    assert [(due.date, due.confirmed) for due in found.due] == [
        (date(2021, 7, 31), True),
        (date(2021, 9, 30), False),
    ]
    assert [step.label for step in action(draft, "2", "3.9").milestones] == ["3.10.1", "3.10.2"]
    assert any(
        "3.10.1" in message
        for message in messages_about(draft, "2. Practice priorities, row 21, column B", "ref")
    )
    assert action(draft, "2", "3.10").owners == ("KC",)
    no_status = [each for each in draft.problems if "no status column" in each.message]
    assert len(no_status) == 1


def test_sixteen_refs_stand_in_both_sections(draft: PlanDraft) -> None:
    both = {each.ref for each in draft.actions if each.section == "1"} & {
        each.ref for each in draft.actions if each.section == "2"
    }
    assert len(both) == 16
    assert not [each for each in draft.problems if "stands twice" in each.message]


def test_json_has_the_agreed_shape(draft: PlanDraft) -> None:
    out: dict[str, Any] = draft_json(draft)
    assert out["plan"]["as_at"] == "2021-07-31"
    assert list(out) == ["plan", "projects", "actions", "problems"]
    one = next(each for each in out["actions"] if (each["section"], each["ref"]) == ("2", "1.2"))
    assert list(one) == [
        "section", "project", "ref", "title", "owners", "due", "status", "status_text", "milestones", "tags",
        "delivered_through", "success_measures", "declared", "priority", "category", "raised_on", "closed_on",
        "percent", "extra",
    ]  # fmt: skip
    assert one["milestones"][0]["title"].startswith("1.2.1 ")
    assert one["due"] == [
        {"text": "30/09/21", "date": "2021-09-30", "precision": "day", "role": "due", "confirmed": True}
    ]
