"""The awkward cells of a plan, each reported in a sentence an officer understands."""

from datetime import date
from pathlib import Path

import pytest

from bot.errors import UnreadableFileError
from bot.importing.pipeline import read_plan, read_plan_bytes
from bot.importing.table.problems import Severity
from bot.plan.due_dates import Role
from bot.plan.statuses import Status
from tests.importing.workbooks import HEADING, TODAY, Cells, csv_bytes, messages, plan_of, workbook_bytes


def test_a_flat_csv() -> None:
    rows = [
        ["Status", "Section", "Project", "Due", "Ref", "Owner", "Action"],
        ["Done", "1. Savings", "2 Fewer agencies", "31/03/2026", "2.1", "RM", "Agree rates"],
        ["WIP", "1. Savings", "Fewer agencies", "June 26", "2.2", "RM, ST", "Move staff"],
        ["", "S2", "", "", "2.1", "KC", "Train leads"],
    ]
    draft = read_plan_bytes("our_plan.csv", csv_bytes(rows), today=TODAY)
    assert (draft.title, draft.as_at) == ("our plan", None)
    assert [(each.number, each.title) for each in draft.sections] == [("1", "Savings"), ("2", "")]
    assert [(each.section, each.number, each.title) for each in draft.projects] == [
        ("1", "2", "Fewer agencies")
    ]
    assert [(each.section, each.project, each.ref, each.owners) for each in draft.actions] == [
        ("1", "2", "2.1", ("RM",)),
        ("1", "2", "2.2", ("RM", "ST")),
        ("2", None, "2.1", ("KC",)),
    ]
    assert [each.status for each in draft.actions] == [
        Status.COMPLETE,
        Status.IN_PROGRESS,
        Status.NOT_STARTED,
    ]
    assert draft.problems[0].where == "row 3, column A"
    assert messages(draft, "as_at")


def test_title_rows_blank_rows_and_repeated_headings() -> None:
    sheet: Cells = [
        ["Better Homes Plan 2026-29 \u2013 Savings (March 2026)"],
        ["As at", date(2026, 3, 15)],
        [],
        ["1.", "Fewer voids - Project manager: Ann Example", "", "", "Finance ref: HOU 01"],
        ["Savings identified \u00a3000s", "2026/27: 1,200", "2027/28:", "2028/29: tbc"],
        HEADING,
        ["1.1", "Agree the standard", "RM", "01/04/26", "Complete"],
        [],
        ["2.", "Faster repairs", "", "", "Finance ref: HOU 02"],
        ["", "2026/27", "2027/28"],
        ["Savings", "40.5", "(10)"],
        ["Performance measures", "Days to repair\nRepairs right first time"],
        HEADING,
        ["2.1", "Book by text", "ST", "01/05/26", "Not started"],
    ]
    draft = read_plan_bytes(
        "x.xlsx", workbook_bytes({"1. Savings": sheet, "Notes": [["Hello"]]}), today=TODAY
    )
    assert draft.title == "Better Homes Plan 2026-29 \u2013 Savings"
    assert draft.as_at == date(2026, 3, 31)
    first, second = draft.projects
    assert (first.number, first.title, first.manager, first.finance_ref) == (
        "1",
        "Fewer voids",
        "Ann Example",
        "HOU 01",
    )
    assert first.savings == {"2026/27": 1200.0, "2027/28": None, "2028/29": None}
    assert second.savings == {"2026/27": 40.5, "2027/28": -10.0}
    assert second.measures == ("Days to repair", "Repairs right first time")
    assert [(each.project, each.ref) for each in draft.actions] == [("1", "1.1"), ("2", "2.1")]
    assert messages(draft, "savings") == [
        "\u201ctbc\u201d is not an amount in thousands of pounds. It was left blank.",
        (
            "Project 2 has a minus for 2027/28, unlike others. A saving with a minus is a cost. "
            "It was kept as printed."
        ),
    ]
    assert messages(draft, "sheet") == ["This sheet has no headings of a plan and was not read."]


def test_two_sheets_share_the_plan_title() -> None:
    title = ["Better Homes Plan \u2013 Money (1 March 2026)"]
    money: Cells = [title, list(HEADING), ["1.1", "Do", "RM", "01/04/26", "Done"]]
    practice: Cells = [HEADING, ["1.1", "Do well", "RM", "01/04/26", "Done"]]
    sheets = {"1. Money": money, "Practice": practice}
    draft = read_plan_bytes("x.xlsx", workbook_bytes(sheets), today=TODAY)
    assert (draft.title, draft.as_at) == ("Better Homes Plan", date(2026, 3, 1))
    assert [(each.number, each.title) for each in draft.sections] == [("1", "Money"), ("2", "Practice")]
    assert any("more than one section" in message for message in messages(draft, "ref"))
    given = read_plan_bytes(
        "x.xlsx", workbook_bytes(sheets), title="Ours", as_at=date(2026, 2, 1), today=TODAY
    )
    assert (given.title, given.as_at) == ("Ours", date(2026, 2, 1))


def test_sections_and_priorities_within_one_sheet() -> None:
    sheet = [
        HEADING,
        ["Section 1: Money"],
        ["Priority 1: Fewer agencies"],
        ["1.1", "Agree rates", "RM", "01/04/26", "Done"],
        ["Section 2: Practice"],
        ["1", "Better plans"],
        ["1.1", "Train leads", "ST", "01/05/26", "Done"],
    ]
    draft = read_plan_bytes("x.xlsx", workbook_bytes({"Plan": sheet}), today=TODAY)
    assert [(each.section, each.project, each.ref) for each in draft.actions] == [
        ("1", "1", "1.1"),
        ("2", "1", "1.1"),
    ]
    assert [each.title for each in draft.projects] == ["Fewer agencies", "Better plans"]
    assert [each.title for each in draft.sections] == ["Money", "Practice"]


def test_bare_numbers_may_be_actions() -> None:
    draft = plan_of(["1", "Agree rates", "RM", "01/04/26", "Done"], ["2", "Move staff", "", "", ""])
    assert [each.ref for each in draft.actions] == ["1", "2"]
    assert draft.projects == ()


def test_rows_without_a_ref_go_on_with_the_action_above() -> None:
    draft = plan_of(
        ["1.1", "Agree rates", "RM", "", ""],
        ["", "Draft", "", "01/04/26", "Complete"],
        ["", "Consult", "", "01/05/26", "In progress"],
    )
    (action,) = draft.actions
    assert [(step.title, step.due[0].text, step.status) for step in action.milestones] == [
        ("Draft", "01/04/26", Status.COMPLETE),
        ("Consult", "01/05/26", Status.IN_PROGRESS),
    ]
    assert messages(draft, "ref") == ["This row has no ref, so it was taken as part of 1.1."] * 2


def test_a_row_that_goes_on_below_another_heading() -> None:
    draft = plan_of(
        ["1.1", "Agree rates", "RM", "01/04/26"],
        HEADING,
        ["", "", "ST", "", "Complete"],
        heading=("Ref", "Action", "Owner", "By when"),
    )
    assert draft.actions[0].owners == ("RM", "ST")
    assert draft.actions[0].status is Status.COMPLETE


def test_no_column_of_refs() -> None:
    draft = plan_of(["Agree rates", "RM"], ["Move staff", "ST"], heading=("Action", "Owner"))
    assert [each.ref for each in draft.actions] == ["1", "2"]
    assert len(messages(draft, "ref")) == 1
    assert len(messages(draft, "status")) == len(messages(draft, "due")) == 1


@pytest.mark.parametrize(
    ("row", "field", "expected"),
    [
        (["1.1", "Do", "", "01/04/26", "Done"], "owners", "no owner"),
        (["1.1", "Do", "Lead TBC", "01/04/26", "Done"], "owners", "no owner yet"),
        (["1.1", "Do", "Ann Example", "01/04/26", "Done"], "owners", "name or a role"),
        (["1.1", "Do", "Head of Service", "01/04/26", "Done"], "owners", "name or a role"),
        (["1.1", "Do", "RM", "", "Done"], "due", "no date"),
        (["1.1", "Do", "RM", "31/02/26", "Done"], "due", "not a day in the calendar"),
        (["1.1", "Do", "RM", "end of term", "Done"], "due", "cannot be read as a date"),
        (["1.1", "Do", "RM", "TBC", "Done"], "due", "still to be confirmed"),
        (["1.1", "Do", "RM", "30/09/26 (TBC)", "Done"], "due", "until the date is confirmed"),
        (["1.1", "Do", "RM", "end of calendar year", "Done"], "due", "read as 31 December 2026"),
        (["1.1", "Do", "RM", "01/04/26", ""], "status", "no status"),
        (["1.1", "Do", "RM", "01/04/26", "Delayed"], "status", "not a status"),
        (["1.1", "Do", "RM", "01/04/26", "In consultation"], "status", "taken as in progress"),
        (["1.1", "Do", "RM", "01/04/26", "Complete In progress"], "status", "more than it has steps"),
        (["1.1", "Do, extended to 20/06/2026", "RM", "04/06/26", "WIP"], "due", "later than its date"),
        (["1.1", "Do", "RM", "01/02/26", "WIP"], "due", "before the plan's own date"),
        (["1.1", "Do\n2.1.1 Draft\n2.1.2 Consult", "RM", "01/04/26", "WIP"], "ref", "misnumbered"),
        (["1.1 (see note)", "Do", "RM", "01/04/26", "WIP"], "ref", "taken as the ref 1.1"),
        (["1.1", "", "RM", "01/04/26", "WIP"], "title", "nothing about what"),
        (["", "Do", "RM", "01/04/26", "WIP"], "ref", "given the ref 1"),
    ],
)
def test_awkward_cells_are_reported(row: list[str], field: str, expected: str) -> None:
    draft = plan_of(row, as_at=date(2026, 3, 1))
    assert len(draft.actions) == 1
    matching = [message for message in messages(draft, field) if expected in message]
    assert len(matching) == 1
    assert matching[0].endswith((".", "?"))


def test_a_plain_action_has_no_problems() -> None:
    assert plan_of(["1.1", "Do", "RM", "01/04/26", "In progress"], as_at=date(2026, 3, 1)).problems == ()


def test_the_place_of_a_problem() -> None:
    draft = plan_of(["1.1", "Do", "RM", "31/02/26", "Done"], as_at=date(2026, 3, 1))
    (problem,) = draft.problems
    assert (problem.where, problem.field, problem.text) == ("1. Savings, row 2, column D", "due", "31/02/26")
    assert problem.severity is Severity.ERROR


def test_repeated_refs() -> None:
    draft = plan_of(["1.1", "Do", "RM", "01/04/26", "Done"], ["1.1.", "Do again", "RM", "01/04/26", "Done"])
    assert [each.ref for each in draft.actions] == ["1.1", "1.1"]
    assert any("stands twice in section 1" in message for message in messages(draft, "ref"))


def test_amounts_outside_a_project() -> None:
    sheet: Cells = [["Savings", "2026/27: 40"], HEADING, ["1.1", "Do", "RM", "01/04/26", "Done"]]
    draft = read_plan_bytes("x.xlsx", workbook_bytes({"Plan": sheet}), today=TODAY)
    assert messages(draft, "savings") == ["These amounts stand outside any project, so they were not taken."]


def test_too_much_of_everything() -> None:
    row = ["1.1", "Do", "RM", "01/04/26", "Done"]
    with pytest.raises(UnreadableFileError, match="more than 3,000 actions"):
        read_plan_bytes("x.csv", csv_bytes([HEADING, *[row] * 3001]), today=TODAY)
    draft = read_plan_bytes("x.csv", csv_bytes([HEADING, row, *[["", "More and more"]] * 3000]), today=TODAY)
    assert len(draft.problems) == 2001
    assert "more problems" in draft.problems[-1].message
    assert any("too long already" in problem.message for problem in draft.problems)


def test_an_unreadable_start_is_reported() -> None:
    heading = ("Ref", "Action", "Owner", "Start", "Due", "Status")
    draft = plan_of(["1.1", "Do", "RM", "soon", "01/06/26", "WIP"], heading=heading)
    assert any("cannot be read as the start" in message for message in messages(draft, "due"))
    assert len(draft.actions[0].due) == 1


def test_a_ref_under_another_project() -> None:
    sheet = [
        ["1", "Fewer agencies", "Finance ref: HOU 01"],
        HEADING,
        ["1.1", "Agree", "RM", "01/04/26", "Done"],
        ["2", "Fewer voids", "Finance ref: HOU 2"],
        HEADING,
        ["1.2", "Move", "RM", "01/04/26", "Done"],
    ]
    draft = read_plan_bytes("x.xlsx", workbook_bytes({"Plan": sheet}), today=TODAY)
    assert draft.actions[1].project == "2"
    assert any("stands under project 2" in message for message in messages(draft, "ref"))


def test_a_start_column_is_never_due() -> None:
    heading = ("Ref", "Action", "Owner", "Start date", "End date", "Status")
    draft = plan_of(["1.1", "Do", "RM", "01/04/26", "01/06/26", "WIP"], heading=heading)
    assert [(due.text, due.role) for due in draft.actions[0].due] == [
        ("01/06/26", Role.DUE),
        ("01/04/26", Role.START),
    ]


def test_columns_that_are_not_read_are_reported_once() -> None:
    heading = ("Ref", "Action", "Owner", "Comments")
    draft = plan_of(["1.1", "Do", "RM", "x"], heading, ["1.2", "Do", "RM", "y"], heading=heading)
    assert [each.text for each in draft.problems if each.field == "heading"] == ["D, \u201cComments\u201d"]


def test_formulas_stay_text() -> None:
    content = csv_bytes([HEADING, ["1.1", '=HYPERLINK("http://x")', "RM", "01/04/26", "+Done"]])
    draft = read_plan_bytes("x.csv", content, today=TODAY)
    assert draft.actions[0].title == '=HYPERLINK("http://x")'
    assert draft.actions[0].status is Status.COMPLETE


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("plan.pages", b"x", "cannot be read. These can: .xlsx"),
        ("plan.xls", b"x", "save it as .xlsx"),
        ("plan", b"x", "without an ending"),
        ("plan.csv", b" \n", "empty"),
        ("plan.csv", b"Name,Colour\nAnn,red\n", "looks for a row of headings such as Ref"),
        ("plan.csv", b"Ref,Action,Owner\n", "no actions below"),
    ],
)
def test_files_that_are_no_plan(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFileError, match=sentence) as raised:
        read_plan_bytes(name, content, today=TODAY)
    assert raised.value.sentence.endswith(".")


def test_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_bytes(csv_bytes([HEADING, ["1.1", "Do", "RM", "01/04/26", "Done"]]))
    assert read_plan(path, today=TODAY).actions[0].ref == "1.1"
    with pytest.raises(UnreadableFileError, match="There is no file"):
        read_plan(tmp_path / "other.csv", today=TODAY)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UnreadableFileError, match="could not be opened"):
        read_plan(tmp_path / "folder.csv", today=TODAY)
    with pytest.raises(UnreadableFileError, match=r"\.odt"):
        read_plan(tmp_path / "plan.odt", today=TODAY)


def test_a_finance_reference_cut_short_is_reported_whatever_another_section_has() -> None:
    """Both sections have a project 1."""

    def sheet(number: str, *refs: str) -> Cells:
        projects = [
            [f"{place} Project {place}", "", "Project manager: Ann", f"Finance Ref: {ref}"]
            for place, ref in enumerate(refs, 1)
        ]
        return [*projects, HEADING, ["1.1", f"Do {number}", "RM", "01/04/26", "Done"]]

    sheets = {"1. Money": sheet("one", "SAV 0", "SAV 02"), "2. Practice": sheet("two", "SAV 03", "SAV 04")}
    draft = read_plan_bytes("x.xlsx", workbook_bytes(sheets), today=TODAY)
    assert [project.finance_ref for project in draft.projects] == ["SAV 0", "SAV 02", "SAV 03", "SAV 04"]
    assert messages(draft, "finance_ref") == [
        "The finance reference of project 1 looks cut off. Check it in the budget papers."
    ]
