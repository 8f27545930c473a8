"""The July 2021 plan reads the same from every form it is kept in, apart from what a form truly lacks.

To add a form: its file, and what it lacks, each as narrow as can be.
"""

from datetime import date
from functools import cache

import pytest

from bot.importing.drafting.draft import PlanDraft
from bot.importing.pipeline import read_plan
from tests.importing.comparison import AllowedDifference, compare_problems, differences
from tests.paths import SHARED_PLANS, tracker_or_skip

TODAY = date(2026, 3, 18)
SECTIONS_AS_PRINTED = AllowedDifference(
    "section [12] title",
    "each form prints its own heading for the section",
    lambda one, other: one.split()[0] == other.split()[0] or one.startswith("MTFS"),
)
MEASURES_OF_SAVINGS = AllowedDifference(
    "project 1/[1-7] measures",
    "the workbook has no room for a savings project's performance measures; the others print one or two",
    lambda one, other: one == () and len(other) in {1, 2},
)
DESCRIPTIONS = AllowedDifference(
    "project 1/[1-7] description",
    "the workbook has no room for the description of a savings project",
    lambda one, other: not one and len(other) > 0,
)
# By form: what may differ from the workbook.
FORMS: dict[str, tuple[AllowedDifference, ...]] = dict.fromkeys(
    ("cip-2021-07.docx", "cip-2021-07.pdf"), (SECTIONS_AS_PRINTED, MEASURES_OF_SAVINGS, DESCRIPTIONS)
)


@cache
def read(name: str) -> PlanDraft:
    return read_plan(tracker_or_skip().parent / name, today=TODAY)


def tracker() -> PlanDraft:
    return read(tracker_or_skip().name)


@pytest.mark.parametrize("form", FORMS)
def test_every_field_agrees(form: str) -> None:
    if not (SHARED_PLANS / form).exists():
        pytest.skip(f"{form} is not on this machine")
    allowed = FORMS[form]
    found = differences(tracker(), read(form))
    assert [each for each in found if not any(may.covers(each) for may in allowed)] == []
    unneeded = [may.why for may in allowed if not any(may.covers(each) for each in found)]
    assert unneeded == []


@pytest.mark.parametrize("form", FORMS)
def test_the_same_problems_are_reported(form: str) -> None:
    only_there, only_here = compare_problems(tracker(), read(form))
    assert only_there == []
    assert only_here == []


@pytest.mark.parametrize("form", FORMS)
def test_counts(form: str) -> None:
    draft = read(form)
    for section, projects, actions in (("1", 7, 32), ("2", 5, 23)):
        assert len([each for each in draft.projects if each.section == section]) == projects
        assert len([each for each in draft.actions if each.section == section]) == actions
    assert sum(len(each.measures) for each in draft.projects if each.section == "1") == 12


def test_a_word_document_tells_table_and_row_and_a_pdf_the_page() -> None:
    where = {form: [each.where for each in read(form).problems if each.field == "status"] for form in FORMS}
    assert where["cip-2021-07.docx"][0] == "table 2, row 3, column 5"
    assert where["cip-2021-07.pdf"][0] == "page 1, row 3, column 5"
