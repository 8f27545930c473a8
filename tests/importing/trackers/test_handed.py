"""The trackers of tests/importing/trackers/handed, each read as a careful officer would read it."""

import pytest

from bot.plan.rag import Colour
from tests.importing.trackers.reading import days, doubts, handed, lines, starts, titles

SIGNS, LIFT, HALL = "Order new door signs", "Renew the lift contract", "Repaint hall B"


def test_a_priority_is_never_the_title() -> None:
    draft = handed("01")
    assert titles(draft) == [SIGNS, LIFT, HALL]
    assert [each.ref for each in draft.actions] == ["1", "2", "3"]
    assert [each.priority for each in draft.actions] == ["High", "Low", "High"]


def test_a_month_and_a_day_are_no_year() -> None:
    assert [days(each) for each in handed("04").actions] == [
        ["2027-05-09"], ["2027-05-14"], ["2027-06-30"], ["2027-03-31"]
    ]  # fmt: skip


def test_a_column_that_only_fits_month_first() -> None:
    draft = handed("05")
    assert [days(each) for each in draft.actions] == [
        ["2027-05-04"],
        ["2027-05-14"],
        ["2027-05-28"],
        ["2027-06-07"],
    ]
    assert [each.first_day for each in draft.actions] == [None] * 4
    assert draft.actions[0].due[0].text == "05/04/2027"


def test_dates_that_a_spreadsheet_swapped_are_asked_about_by_column() -> None:
    swapped = [each for each in handed("06").problems if each.doubt == "dates-swapped"]
    assert [(each.field, each.text) for each in swapped] == [
        ("due", "Plan, row 2; Plan, row 3"), ("start", "Plan, row 2; Plan, row 3")
    ]  # fmt: skip


def test_a_revised_date_counts_and_the_first_is_kept() -> None:
    draft = handed("08")
    assert [days(each) for each in draft.actions] == [["2027-09-30"], ["2027-05-21"]]
    assert [str(each.first_day) for each in draft.actions] == ["2026-05-14", "None"]
    assert draft.actions[0].extra == {"Due date": "14/05/2026"}


def test_the_date_raised_is_not_due() -> None:
    draft = handed("10")
    assert [days(each) for each in draft.actions] == [["2027-05-14"], ["2027-05-21"]]
    assert {str(each.raised_on) for each in draft.actions} == {"2026-03-02"}


@pytest.mark.parametrize("name", ["11", "12"])
def test_headings_are_known_by_their_words(name: str) -> None:
    assert lines(handed(name)) == [
        f"1 {SIGNS}; AB; 2027-05-14; in-progress", f"2 {LIFT}; CD; 2027-05-21; complete"
    ]  # fmt: skip


def test_refs_below_a_blank_heading() -> None:
    assert [each.ref for each in handed("13").actions] == ["2.1", "2.2", "3.1"]


def test_columns_without_a_field_are_kept() -> None:
    (action,) = handed("14").actions
    assert action.extra == {
        "Raised by": "CD", "Likelihood": "3", "Mitigation in place": "Temporary signs",
        "Comments": "Quote received",
        "Evidence": "Folder 7", "Assurance": "Audit", "Cost code": "4471", "RAG": "Amber",
    }  # fmt: skip
    assert (action.category, str(action.raised_on), action.declared) == (
        "Estates",
        "2027-03-02",
        Colour.AMBER,
    )


def test_owners_in_brackets() -> None:
    assert [each.owners for each in handed("15").actions] == [
        ("Ann Example",), ("Ann Example", "Bob Example"), ("Ann", "Bob"), ("AB", "CD")
    ]  # fmt: skip


def test_a_column_of_colours_declares_them() -> None:
    assert [each.declared for each in handed("17").actions] == [Colour.RED, Colour.GREEN]


def test_a_heading_in_two_rows() -> None:
    draft = handed("20")
    assert lines(draft) == [
        f"1 {SIGNS}; AB; 2027-05-14; in-progress",
        f"2 {LIFT}; CD; 2027-05-21; in-progress",
    ]
    assert [starts(each) for each in draft.actions] == [["2027-03-01"], ["2027-03-08"]]


def test_one_stray_cell_far_below_is_reported() -> None:
    draft = handed("21")
    assert titles(draft) == [SIGNS]
    assert [each.text for each in draft.problems if each.field == "rows"] == ["D1048000"]


def test_numbers_in_front_of_a_task_list() -> None:
    draft = handed("22")
    assert titles(draft) == ["Prepare the site", "Order the fence", "Put up the fence"]
    assert draft.projects == ()


def test_rows_numbered_ahead_are_reported_in_one_line() -> None:
    draft = handed("24")
    assert titles(draft) == [SIGNS]
    (reported,) = (each for each in draft.problems if each.field == "row")
    assert "29 rows down to row 31" in reported.message


def test_a_percentage_and_a_tick() -> None:
    draft = handed("25")
    assert [(each.status.value, each.percent) for each in draft.actions] == [
        ("complete", 100),
        ("in-progress", 40),
    ]


def test_a_task_name_comes_before_a_description() -> None:
    draft = handed("28")
    assert titles(draft) == [SIGNS, LIFT]
    assert draft.actions[1].extra == {"Description": "See the folder"}
    assert [each.priority for each in draft.actions] == ["Important", "Medium"]


def test_lone_lines_are_sections() -> None:
    draft = handed("32")
    assert [(each.number, each.title) for each in draft.sections] == [("1", "Estates"), ("2", "Finance")]
    assert [(each.section, each.ref) for each in draft.actions] == [("1", "1"), ("1", "2"), ("2", "3")]


def test_terms_and_the_like_are_asked() -> None:
    draft = handed("33")
    assert [days(each) for each in draft.actions] == [[None]] * 6
    assert doubts(draft) == ["date-unread"] * 6


def test_the_title_above_another_table() -> None:
    draft = handed("34")
    assert (draft.title, str(draft.as_at)) == ("Estates improvement plan", "2026-10-02")
    assert titles(draft) == [SIGNS, LIFT]


@pytest.mark.parametrize("name", ["Estates", "Finance"])
def test_a_title_keeps_its_words(name: str) -> None:
    draft = handed(f"38-action-plan-{name}")
    assert draft.title == f"Action plan: {name}"
    assert [each.title for each in draft.sections] == ["Part A", "Part B"]


def test_mixed_words_for_a_status() -> None:
    draft = handed("42")
    by_ref = {each.ref: each.status.value for each in draft.actions}
    assert {ref for ref, status in by_ref.items() if status == "complete"} == {"1", "2", "6", "7"}
    assert {ref for ref, status in by_ref.items() if status == "in-progress"} == {"3", "5", "8"}
    assert draft.actions[4].declared is Colour.RED
    assert [each.text for each in draft.problems if each.doubt] == ["Delayed"]


def test_what_stands_in_a_row_belongs_to_it() -> None:
    (action,) = handed("43").actions
    assert (action.title, action.owners, action.status.value) == ("Preparation", ("EF",), "in-progress")
    assert days(action)[0] == "2027-06-30"
    assert [
        (each.title, each.owners, [str(due.date) for due in each.due], each.status.value)
        for each in action.milestones
    ] == [
        (SIGNS, ("AB",), ["2027-05-14"], "complete"),
        (LIFT, ("CD",), [], "on-hold"),
        (HALL, ("GH",), ["2027-05-28"], "not-started"),
    ]


@pytest.mark.parametrize("name", ["45", "46"])
def test_files_are_read_by_their_content(name: str) -> None:
    (action,) = handed(name).actions
    assert (action.title, days(action)) == (SIGNS, ["2027-05-14"])


def test_the_head_of_a_sheet_is_no_project() -> None:
    draft = handed("47")
    assert (draft.title, draft.projects) == ("Estates log", ())
    assert titles(draft) == ["Order the fence", "Put up the fence"]
