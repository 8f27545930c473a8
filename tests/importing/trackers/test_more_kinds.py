"""Trackers of more sectors, written before anybody looked at how they are read."""

from datetime import date

import pytest
from openpyxl import Workbook

from bot.importing.drafting.draft import PlanDraft
from bot.importing.pipeline import read_plan_bytes
from bot.importing.questions.column_questions import column_questions
from tests.importing.trackers.reading import TODAY, days, handed, lines, read_rows, starts, titles
from tests.importing.workbooks import saved

BAY, HYDRANTS = "Fit new bay doors", "Test the hydrants on Quay Road"


def read_text(name: str, content: str) -> PlanDraft:
    return read_plan_bytes(name, content.encode(), today=TODAY)


def test_a_check_list() -> None:
    draft = handed("37")
    assert draft.title == "Fence plan 2027"
    assert lines(draft) == [
        "1 Order the fence; Ann; 2027-05-14; complete",
        "2 Put up the fence; Bob; 2027-05-21; not-started",
    ]


def test_a_list_of_jobs() -> None:
    draft = read_rows(
        ("Job", "Station", "Assigned to", "Need by", "State"),
        (BAY, "Milltown", "Crew Manager Example", "03/04/2027", "Open"),
        (HYDRANTS, "Harbour", "B. Sample", "03/16/2027", "Closed"),
    )
    assert lines(draft) == [
        f"1 {BAY}; Crew Manager Example; 2027-03-04; in-progress",
        f"2 {HYDRANTS}; B. Sample; 2027-03-16; complete",
    ]
    assert [each.extra for each in draft.actions] == [{"Station": "Milltown"}, {"Station": "Harbour"}]


@pytest.mark.parametrize("heading", ["Trustee", "Councillor", "Resource", "Executive director"])
def test_a_heading_that_is_a_role_is_who_is_responsible(heading: str) -> None:
    draft = read_rows(("Action", heading, "Deadline"), (BAY, "A. Example", ""), (HYDRANTS, "Cllr Sample", ""))
    assert [each.owners for each in draft.actions] == [("A. Example",), ("Cllr Sample",)]


@pytest.mark.parametrize("cell", ["\u00a3400", "Two vans", "Staff time", "3 days"])
def test_resources_that_are_no_people_are_kept(cell: str) -> None:
    draft = read_rows(("Action", "Resource", "Deadline"), (BAY, cell, "14/05/2027"))
    assert [each.owners for each in draft.actions] == [()]
    assert draft.actions[0].extra == {"Resource": cell}


def test_people_below_a_strange_heading_are_asked_about() -> None:
    draft = read_rows(
        ("Action", "Watch", "Deadline"), (BAY, "Ann Example", "14/05/2027"), (HYDRANTS, "Bob Sample", "")
    )
    assert [each.owners for each in draft.actions] == [("Ann Example",), ("Bob Sample",)]
    assert [each.printed for each in column_questions(draft)] == ["Watch"]


def test_places_are_no_people() -> None:
    draft = read_rows(
        ("Action", "Where", "Deadline"),
        (BAY, "Quay Road", "14/05/2027"),
        (HYDRANTS, "Milltown Station", ""),
    )
    assert [each.owners for each in draft.actions] == [(), ()]


def test_a_response_is_what_will_be_done() -> None:
    draft = read_rows(
        ("Rec", "Recommendation", "Our response", "Accountable officer", "Target"),
        ("R1", "Crews should have better maps", "Load the new maps", "AB", "26 March 2027"),
        ("R2", "Radios failed in the basement", "Buy six leaky feeder kits", "CD", "30 April 2027"),
    )
    assert titles(draft) == ["Load the new maps", "Buy six leaky feeder kits"]
    assert draft.actions[0].extra == {"Recommendation": "Crews should have better maps"}


def test_a_response_of_one_word_is_not() -> None:
    draft = read_rows(
        ("Ref", "Recommendation", "Management response", "Officer", "Date"),
        ("1", "Count stock each month", "Agreed", "AB", "26/03/2027"),
        ("2", "Keep a register of keys", "Accepted", "CD", "30/04/2027"),
    )
    assert titles(draft) == ["Count stock each month", "Keep a register of keys"]


def test_one_table_writes_its_dates_one_way() -> None:
    draft = read_rows(
        ("Task", "Assigned to", "Created", "Due date", "Completed date"),
        (BAY, "AB", "11/13/2026", "02/05/2027", ""),
        (HYDRANTS, "CD", "11/02/2026", "12/04/2026", "12/01/2026"),
    )
    assert [days(each) for each in draft.actions] == [["2027-02-05"], ["2026-12-04"]]
    assert [each.raised_on for each in draft.actions] == [date(2026, 11, 13), date(2026, 11, 2)]
    assert draft.actions[1].closed_on == date(2026, 12, 1)


def test_columns_of_both_ways_stay_apart() -> None:
    draft = read_rows(
        ("Task", "Assigned to", "Created", "Due date"),
        (BAY, "AB", "11/13/2026", "02/05/2027"),
        (HYDRANTS, "CD", "11/14/2026", "28/04/2027"),
    )
    assert [days(each) for each in draft.actions] == [["2027-05-02"], ["2027-04-28"]]


def test_names_across_the_top_with_a_column_of_remarks() -> None:
    draft = read_rows(
        ("Step", "Due by", "Priya", "Tom", "Zoe", "Comment"),
        ("Book the hall", "08/01/2027", "x", "", "", ""),
        ("Order the trophies", "15/01/2027", "", "x", "x", "Ask the same shop"),
    )
    assert [each.owners for each in draft.actions] == [("Priya",), ("Tom", "Zoe")]
    assert draft.actions[1].extra == {"Comment": "Ask the same shop"}


def merged_headings() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("Ref", "What has to happen", "People", None, "Timescale", None),
        (None, None, "Lead officer", "Support", "From", "To"),
        ("L1", "Extend Saturday opening", "AB", "CD", date(2027, 1, 9), date(2027, 3, 27)),
        ("L2", "Lend laptops to readers", "EF", None, date(2027, 2, 1), date(2027, 4, 30)),
    ):
        sheet.append(row)
    for cells in ("A1:A2", "B1:B2", "C1:D1", "E1:F1"):
        sheet.merge_cells(cells)
    return saved(book)


def test_headings_of_two_rows_with_merged_cells() -> None:
    draft = read_plan_bytes("library.xlsx", merged_headings(), today=TODAY)
    assert lines(draft) == [
        "L1 Extend Saturday opening; AB; 2027-03-27; not-started",
        "L2 Lend laptops to readers; EF; 2027-04-30; not-started",
    ]
    assert [starts(each) for each in draft.actions] == [["2027-01-09"], ["2027-02-01"]]


def test_headings_of_two_rows_that_each_could_be_one() -> None:
    draft = read_rows(
        ("", "Action", "", "Timing", "", "Responsibility"),
        ("No", "Description", "Priority", "Start date", "End date", "Name"),
        ("1", "Fix the lift", "High", "01/03/2027", "14/05/2027", "AB"),
        ("2", "Fix the ramp", "Low", "08/03/2027", "21/05/2027", "CD"),
    )
    assert lines(draft) == [
        "1 Fix the lift; AB; 2027-05-14; not-started", "2 Fix the ramp; CD; 2027-05-21; not-started"
    ]  # fmt: skip
    assert [each.priority for each in draft.actions] == ["High", "Low"]


def test_an_unread_column_right_of_the_lower_headings() -> None:
    draft = read_rows(
        ("Ref", "Task", "Timescale"), ("", "", "Start", "End", "Comments"),
        ("1", "Fix the lift", "01/03/2027", "14/05/2027", "Quick"),
        ("2", "Fix the ramp", "01/04/2027", "21/05/2027", ""),
    )  # fmt: skip
    assert [days(each) for each in draft.actions] == [["2027-05-14"], ["2027-05-21"]]
    assert draft.actions[0].extra["Comments"] == "Quick"


def test_an_action_without_a_ref_below_a_lone_line() -> None:
    draft = read_rows(
        ("Ref", "Action required", "Person responsible", "Timescale", "Progress"),
        ("Safe", "", "", "", ""),
        ("1", "Lock the medicine trolley", "AB", "31/01/2027", "Complete"),
        ("Well led", "", "", "", ""),
        ("", "Hold a meeting of residents", "CD", "", ""),
        ("4", "Check references", "EF", "28/02/2027", "Not started"),
    )
    assert [(each.number, each.title) for each in draft.sections] == [("1", "Safe"), ("2", "Well led")]
    assert [(each.section, each.title, each.owners) for each in draft.actions] == [
        ("1", "Lock the medicine trolley", ("AB",)),
        ("2", "Hold a meeting of residents", ("CD",)),
        ("2", "Check references", ("EF",)),
    ]
    assert not any(each.milestones for each in draft.actions)


def test_the_same_heading_means_the_same_in_every_table() -> None:
    def table(*rows: str) -> str:
        head = "| What will we do? | Who will do it? | When? | How far along? |\n|---|---|---|---|\n"
        return head + "".join(f"{row}\n" for row in rows)

    first = table(
        "| Rewrite the policy | AB | 29/01/2027 | Ongoing |",
        "| Put up posters | CD | 12/02/2027 | Complete |",
    )
    second = table(
        "| Book training | EF | 26/02/2027 | Waiting for a trainer |",
        "| Refresh the slides | AB | 12/03/2027 | Complete |",
    )
    draft = read_text("plan.md", f"# Safeguarding\n\n## Policies\n\n{first}\n## Training\n\n{second}")
    assert [each.status.value for each in draft.actions] == [
        "in-progress", "complete", "not-started", "complete"
    ]  # fmt: skip
    assert "Waiting for a trainer" in [each.text for each in draft.problems if each.doubt]


@pytest.mark.parametrize("line", ["Agreed 20 November 2026", "Last updated: 20 November 2026",
                                  "Approved on 20 November 2026"])  # fmt: skip
def test_the_day_of_a_plan_in_a_line_of_its_own(line: str) -> None:
    table = "| Action | Owner | When |\n|---|---|---|\n| Fix the lift | AB | Jan 8 |\n"
    draft = read_text("plan.md", f"# Lift plan\n\n{line}\n\n{table}")
    assert (draft.title, draft.as_at) == ("Lift plan", date(2026, 11, 20))
    assert days(draft.actions[0]) == ["2027-01-08"]


@pytest.mark.parametrize("label", ["Plan name", "Log name", "Plan title:"])
def test_labels_above_the_headings_need_no_colon(label: str) -> None:
    draft = read_rows(
        (label, "Induction review"), ("Owner", "Ann Example"), ("Date", "2 October 2026"), (),
        ("ID", "Task", "Assigned", "Due", "State"),
        ("1", "Fix the lift", "AB", "14/05/2027", "Open"),
    )  # fmt: skip
    assert (draft.title, draft.as_at) == ("Induction review", date(2026, 10, 2))
    assert lines(draft) == ["1 Fix the lift; AB; 2027-05-14; in-progress"]
