"""A plan's table cut by page breaks, its columns shifted: placed where numbers fit, reported where not."""

import pytest

from bot.importing.drafting.draft import PlanDraft
from bot.importing.layout.cell_allocation import AllocationDoubt, allocate_lines
from bot.importing.table.blocks import Para
from tests.importing.texts import action_of, plan_in, tabbed
from tests.importing.workbooks import messages

HEADING = "Ref | Actions | Delivered through | Owner | By when | Success measures"
PAGES = "\n\n".join(
    (
        "# Better Homes Plan 2026-29\n\nMarch 2026\n\n## 2. Practice",
        tabbed(
            HEADING,
            "1 | <b>Safer repairs</b> | | | |",
            "1.1 | <p><b>Answer damp reports</b></p> <p>1.1.1 Visit every home with</p> "
            "| <p>\u2713 Repairs plan</p> | RM | 30/04/26 | Homes are dry and",
        ),
        tabbed(
            "1.2 | <p>mould in a week</p> <p>1.1.2 Report monthly</p> <p><b>Train inspectors</b></p> "
            "<p>a) pick a course b) book it</p> | <p>\u2713 Visits plan</p> <p>\u2713 Training plan</p> "
            "| ST | 31/05/26 | <p>warm.</p> <p>Inspectors feel able</p>",
            "--- | --- | --- | --- | --- | ---",
            "1.3 | <b>Ask tenants</b> Ring ten a week | Survey plan | KC | 30/06/26 | Tenants are heard",
        ),
        "Page 3",
        tabbed(
            "| <p>and write to ten</p> <p><b>1.4 Fix lifts</b></p> <p><b>1.5 Fix doors</b></p> "
            "| <p>Lift plan</p> <p>Door plan</p> | <p>RM</p> <p>ST</p> | <p>01/07/26</p> <p>02/07/26</p> |",
            "<p>2.</p> <p>2.1</p> <p>2.2</p> <p>2.3</p> | <p>Better offices</p> <p>Move</p> <p>Paint</p> "
            "<p>Open</p> | | <p>RM</p> <p>KC</p> | <p>01/08/26</p> <p>02/08/26</p> <p>03/08/26</p> |",
        ),
    )
)


@pytest.fixture(scope="module")
def draft() -> PlanDraft:
    return plan_in(PAGES)


def test_rows_cut_in_two_are_made_whole(draft: PlanDraft) -> None:
    assert [each.ref for each in draft.actions] == ["1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "2.3"]
    assert [(each.number, each.title) for each in draft.projects] == [
        ("1", "Safer repairs"),
        ("2", "Better offices"),
    ]
    first = action_of(draft, "1.1")
    assert first.title == "Answer damp reports"
    assert [step.printed for step in first.milestones] == [
        "1.1.1 Visit every home with mould in a week",
        "1.1.2 Report monthly",
    ]
    assert first.success_measures == ("Homes are dry and warm.",)
    assert [step.printed for step in action_of(draft, "1.2").milestones] == ["a) pick a course", "b) book it"]
    assert action_of(draft, "1.3").detail == "Ring ten a week and write to ten"


def test_values_are_placed_where_their_number_fits(draft: PlanDraft) -> None:
    assert action_of(draft, "1.1").delivered_through == ("Repairs plan", "Visits plan")
    assert action_of(draft, "1.2").delivered_through == ("Training plan",)
    assert [action_of(draft, ref).owners for ref in ("1.4", "1.5")] == [("RM",), ("ST",)]
    assert [action_of(draft, ref).due[0].text for ref in ("2.1", "2.2", "2.3")] == [
        "01/08/26", "02/08/26", "03/08/26",
    ]  # fmt: skip


def test_what_does_not_fit_is_reported_and_not_guessed(draft: PlanDraft) -> None:
    assert not any(action_of(draft, ref).owners for ref in ("2.1", "2.2", "2.3"))
    owners = messages(draft, "owners")
    assert any("2.1, 2.2 and 2.3 into one row" in each and "none was taken" in each for each in owners)
    assert action_of(draft, "1.2").owners == ("ST",)
    assert any("beside the end of 1.1 and beside 1.2" in each for each in owners)
    assert any("beside the end of 1.1 and beside 1.2" in each for each in messages(draft, "due"))
    assert any("shared out in order" in each for each in messages(draft, "delivered_through"))
    assert any("1.2 and 1.3 may each belong" in each for each in messages(draft, "success_measures"))
    wheres = {each.where for each in draft.problems if "page break" in each.message}
    assert wheres <= {"line 11", "line 17", "line 18"}


@pytest.mark.parametrize(
    ("values", "new", "above", "expected"),
    [
        ("", 2, "x", ("", ["", ""], AllocationDoubt.NONE)),
        ("ab", 0, "x", ("ab", [], AllocationDoubt.NONE)),
        ("a", 1, "x", ("", ["a"], AllocationDoubt.EITHER)),
        ("a", 1, "", ("", ["a"], AllocationDoubt.ORDER)),
        ("ab", 2, "x", ("", ["a", "b"], AllocationDoubt.NONE)),
        ("abc", 2, "x", ("a", ["b", "c"], AllocationDoubt.ORDER)),
        ("abc", 1, "x", ("", ["abc"], AllocationDoubt.ORDER)),
        ("abc", 1, "", ("a", ["bc"], AllocationDoubt.ORDER)),
        ("a", 2, "x", ("", ["", ""], AllocationDoubt.UNPLACED)),
        ("ab", 2, None, ("", ["a", "b"], AllocationDoubt.NONE)),
        ("a", 3, None, ("", ["", "", ""], AllocationDoubt.UNPLACED)),
    ],
)
def test_sharing(
    values: str, new: int, above: str | None, expected: tuple[str, list[str], AllocationDoubt]
) -> None:
    shares = allocate_lines(
        tuple(map(Para, values)), new, above=None if above is None else tuple(map(Para, above))
    )
    words = ["".join(para.text for para in cell) for cell in (shares.above, *shares.new)]
    assert (words[0], words[1:], shares.doubt) == expected
