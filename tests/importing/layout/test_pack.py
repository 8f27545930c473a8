"""The July 2021 plan out of a committee pack in text: as in the workbook, where the text can tell."""

from datetime import date
from functools import cache
from typing import Any

import pytest

from bot.importing.drafting.draft import PlanDraft
from bot.importing.pipeline import read_plan
from bot.plan.text import letters_only
from tests.importing.comparison import AllowedDifference, differences
from tests.importing.readers.test_formats_agree import DESCRIPTIONS, MEASURES_OF_SAVINGS, SECTIONS_AS_PRINTED
from tests.paths import seed_or_skip, tracker_or_skip

TODAY = date(2026, 3, 18)


def undated(one: Any, other: Any) -> bool:
    return not any(step.due for step in (*one, *other))


ALLOWED_DIFFERENCES = (
    SECTIONS_AS_PRINTED,
    MEASURES_OF_SAVINGS,
    DESCRIPTIONS,
    AllowedDifference(
        "project 2/2 description", "the workbook leaves out a line below the title", lambda one, _: not one
    ),
    AllowedDifference(
        "action 1/2.3 title", "the workbook leaves out a line", lambda one, other: other.startswith(one)
    ),
    AllowedDifference(
        "action 2/3.3 title", "a comma", lambda one, other: letters_only(one) == letters_only(other)
    ),
    AllowedDifference(
        r"action 2/(2\.[345]|3\.([5678]|10)) milestones",
        "plain paragraphs on paper are bullets in the workbook; none has a date of its own",
        undated,
    ),
    AllowedDifference(
        r"action 2/(2\.[345]|3\.([5678]|10)) detail", "the same paragraphs", lambda one, _: not one
    ),
    AllowedDifference(
        "action 2/1.3 milestones [0-2] owners", "the pack has an owner for each", lambda one, _: not one
    ),
)
# What a page break shifted so that the text cannot tell, by ref: the fields, each of which must be reported.
DOUBTFUL = {
    "1.2": {"success_measures"},
    "1.3": {"success_measures"},
    "2.2": {"success_measures"},
    "2.3": {"success_measures"},
    "2.4": {"success_measures"},
    "2.5": {"success_measures"},
    "3.4": {"owners", "due"},
    "3.5": {"owners", "due"},
    "4.1": {"owners", "due"},
    "4.3": {"owners", "due"},
}


@cache
def pack() -> PlanDraft:
    return read_plan(seed_or_skip("scrutiny-pack-2021-09.txt"), today=TODAY)


@pytest.mark.parametrize(("section", "projects", "actions"), [("1", 7, 32), ("2", 5, 23)])
def test_counts(section: str, projects: int, actions: int) -> None:
    assert len([each for each in pack().projects if each.section == section]) == projects
    assert len([each for each in pack().actions if each.section == section]) == actions
    assert (pack().as_at, len(pack().sections)) == (date(2021, 7, 31), 2)


def test_it_agrees_with_the_workbook_but_for_what_is_doubtful() -> None:
    found = differences(read_plan(tracker_or_skip(), today=TODAY), pack())
    left = [each for each in found if not any(may.covers(each) for may in ALLOWED_DIFFERENCES)]
    fields: dict[str, set[str]] = {}
    for each in left:
        _, where, field, *rest = each.path.split()
        fields.setdefault(where.removeprefix("2/"), set()).add(rest[-1] if field == "milestones" else field)
    named = {ref: {field for field in every if not field.isdecimal()} for ref, every in fields.items()}
    assert named == DOUBTFUL
    assert [may.why for may in ALLOWED_DIFFERENCES if not any(may.covers(each) for each in found)] == []


def test_every_doubt_is_reported_with_its_line() -> None:
    doubts = [each for each in pack().problems if "page break" in each.message]
    for ref, fields in DOUBTFUL.items():
        for field in fields:
            assert any(each.field == field and ref in each.message for each in doubts), (ref, field)
    assert all(each.where.startswith("line ") for each in doubts)


def test_growth_is_distinguished_from_savings() -> None:
    last = next(each for each in pack().projects if each.finance_ref == "CFE GRO 04")
    assert last.savings == {}
    assert last.growth == {"2021/22": 866.0, "2022/23": 0.0, "2023/24": 0.0}
    sixth = next(each for each in pack().projects if each.finance_ref == "CFE SAV 09")
    assert sixth.savings == {"2021/22": 660.0, "2022/23": None, "2023/24": None}
