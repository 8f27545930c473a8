"""More trackers of the kinds that people keep, each unlike the handed ones in words, order and format."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from bot.importing.pipeline import read_plan_bytes
from bot.plan.rag import Colour
from tests.importing.trackers.reading import TODAY, days, lines, read_rows, starts, titles
from tests.importing.workbooks import saved

BOILER, ROOF = "Replace the boiler", "Mend the roof"
OPEN = f"1 {BOILER}; AB; 2027-05-14; in-progress"
CLOSED = f"2 {ROOF}; CD; 2027-05-21; complete"
_TASKS = "urn:oasis:names:tc:opendocument:xmlns"


def text(name: str, content: str) -> list[str]:
    return lines(read_plan_bytes(name, content.encode(), today=TODAY))


@pytest.mark.parametrize(
    ("heading", "order"),
    [
        ("No.,Action point,Lead person,Timescales,State", "12345"),
        ("S.No,Task name,Responsible party,Finish,Open/closed?", "12345"),
        ("Progress,Assignee,Target date (dd/mm/yyyy),What needs to be done,#", "53421"),
        ("Cyf,Cam gweithredu,Perchennog,Dyddiad cau,Statws", "12345"),
        ("ID,Agreed actions,Person in charge,Planned completion,Current position", "12345"),
    ],
)
def test_headings_in_many_words(heading: str, order: str) -> None:
    rows = (("1", BOILER, "AB", "14/05/2027", "Open"), ("2", ROOF, "CD", "21/05/2027", "Closed"))
    cells = [",".join(row["12345".index(place)] for place in order) for row in rows]
    assert text("x.csv", "\n".join([heading, *cells])) == [OPEN, CLOSED]


@pytest.mark.parametrize("column", ["Impact", "Level", "Severity", "Category", "Raised by", "Score"])
def test_a_few_values_over_and_over_are_no_title(column: str) -> None:
    values = ("High", "High", "Low", "High")
    rows = [(value, f"{BOILER} {place}", "AB", "14/05/2027") for place, value in enumerate(values)]
    draft = read_rows((column, "Issue", "Assigned to", "Target"), *rows)
    assert titles(draft) == [f"{BOILER} {place}" for place in range(4)]
    assert {*days(draft.actions[0])} == {"2027-05-14"}


def test_an_export_of_jira() -> None:
    draft = read_rows(
        (
            "Summary",
            "Issue key",
            "Issue Type",
            "Status",
            "Priority",
            "Assignee",
            "Created",
            "Due Date",
            "Resolved",
        ),
        (
            BOILER,
            "EST-12",
            "Task",
            "In Progress",
            "High",
            "Ann Example",
            "02/Mar/27 9:14 AM",
            "14/May/27",
            "",
        ),
        (ROOF, "EST-13", "Task", "Done", "Low", "Bob Example", "03/Mar/27 9:14 AM", "21/May/27", "20/May/27"),
    )
    assert titles(draft) == [BOILER, ROOF]
    assert [days(each) for each in draft.actions] == [["2027-05-14"], ["2027-05-21"]]
    assert [(str(each.raised_on), str(each.closed_on)) for each in draft.actions] == [
        ("2027-03-02", "None"), ("2027-03-03", "2027-05-20")
    ]  # fmt: skip


def test_an_export_of_trello() -> None:
    draft = read_rows(
        ("Card Name", "Card Description", "Labels", "Members", "Due Date", "List Name", "Board Name"),
        (BOILER, "Old one", "urgent", "Ann Example", "2027-05-14T00:00:00.000Z", "Doing", "Estates"),
        (ROOF, "", "", "Bob Example", "2027-05-21T00:00:00.000Z", "Done", "Estates"),
    )
    assert lines(draft) == [
        f"1 {BOILER}; Ann Example; 2027-05-14; in-progress", f"2 {ROOF}; Bob Example; 2027-05-21; complete"
    ]  # fmt: skip


def test_a_register_of_risks() -> None:
    draft = read_rows(
        ("Risk", "Likelihood", "Impact", "Score", "Mitigation", "Risk owner", "Review date"),
        ("Boiler fails in winter", "4", "5", "20", BOILER, "AB", "14/05/2027"),
        ("Roof leaks", "3", "3", "9", ROOF, "CD", "21/05/2027"),
    )
    assert titles(draft) == [BOILER, ROOF]
    assert [each.owners for each in draft.actions] == [("AB",), ("CD",)]
    assert draft.actions[0].extra["Risk"] == "Boiler fails in winter"


def test_names_across_the_top() -> None:
    draft = read_rows(
        ("Task", "AB", "CD", "EF", "Due"),
        (BOILER, "x", "", "", "14/05/2027"),
        (ROOF, "", "x", "x", "21/05/2027"),
    )
    assert [each.owners for each in draft.actions] == [("AB",), ("CD", "EF")]


def test_refs_within_the_words() -> None:
    draft = read_rows(
        ("Action", "Owner", "When"), (f"1.1 {BOILER}", "AB", "14/05/2027"), (f"1.2 {ROOF}", "CD", "")
    )
    assert [(each.ref, each.title) for each in draft.actions] == [("1.1", BOILER), ("1.2", ROOF)]


def test_labels_of_groups_below_a_blank_heading() -> None:
    draft = read_rows(
        ("", "Action", "Lead", "Deadline"),
        ("Estates", BOILER, "AB", "14/05/2027"),
        ("", ROOF, "CD", "21/05/2027"),
        ("Finance", "Close the ledger", "EF", "28/05/2027"),
    )
    assert [(each.number, each.title) for each in draft.sections] == [("1", "Estates"), ("2", "Finance")]
    assert [each.section for each in draft.actions] == ["1", "1", "2"]


@pytest.mark.parametrize(
    ("printed", "day", "first"),
    [
        ("was 14/05/2027 now 30/09/2027", "2027-09-30", "2027-05-14"),
        ("14/05/2027 \u2192 30/09/2027", "2027-09-30", "2027-05-14"),
        ("14/05/2027 (revised to 30/09/2027)", "2027-09-30", "2027-05-14"),
        ("14/05/2027 extended to 30/09/2027", "2027-09-30", "2027-05-14"),
        ("30/06/2027 subject to Cabinet 14/01/2027", "2027-06-30", "None"),
        ("subject to Cabinet 14/01/2027", None, "None"),
        ("Friday, May 14, 2027", "2027-05-14", "None"),
        ("Mon 03/05/27", "2027-05-03", "None"),
    ],
)
def test_which_date_counts(printed: str, day: str | None, first: str) -> None:
    (action,) = read_rows(("Action", "Owner", "Due"), (BOILER, "AB", printed)).actions
    assert days(action) == [day]
    assert str(action.first_day) == first


@pytest.mark.parametrize(
    ("printed", "status", "declared"),
    [
        ("Green - on track", "in-progress", Colour.GREEN),
        ("\U0001f534 Blocked", "in-progress", Colour.RED),
        ("\u2713", "complete", None),
        ("[x]", "complete", None),
        ("40 %", "in-progress", None),
        ("At risk", "in-progress", Colour.AMBER),
    ],
)
def test_statuses_and_colours_in_one_cell(printed: str, status: str, declared: Colour | None) -> None:
    (action,) = read_rows(("Action", "Owner", "Status"), (BOILER, "AB", printed)).actions
    assert (action.status.value, action.declared) == (status, declared)


def test_blue_counts_only_where_no_status_disagrees() -> None:
    draft = read_rows(
        ("Action", "Owner", "RAG", "Status"),
        (BOILER, "AB", "Blue", ""),
        (ROOF, "CD", "Blue", "In progress"),
        ("Sweep the yard", "CD", "Grey", "In progress"),
    )
    assert [(each.status.value, each.declared) for each in draft.actions] == [
        ("complete", Colour.BLUE), ("in-progress", None), ("in-progress", None)
    ]  # fmt: skip
    assert len([each for each in draft.problems if each.field == "declared"]) == 2


@pytest.mark.parametrize(
    ("printed", "owners"),
    [
        ("EXAMPLE, Ann", ("Ann Example",)),
        ("Head of HR & OD", ("Head of HR & OD",)),
        ("Director of Finance and Resources", ("Director of Finance and Resources",)),
        ("@ann", ("ann",)),
        ("ann@example.org", ("ann@example.org",)),
        ("Ann Example <ann@example.org>", ("Ann Example",)),
        ("Ann Example (Estates)", ("Ann Example",)),
        ("HR (AB)", ("AB",)),
    ],
)
def test_owners(printed: str, owners: tuple[str, ...]) -> None:
    assert read_rows(("Action", "Owner", "Due"), (BOILER, printed, "")).actions[0].owners == owners


def test_a_colour_that_only_the_background_shows() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Ref", "Action", "Owner", "Due date", "RAG"])
    for row, fill in enumerate(("FFFF0000", "FFFFC000", "FF00B050"), start=2):
        sheet.append([row - 1, f"{BOILER} {row}", "AB", date(2027, 5, 14)])
        sheet.cell(row, 5).fill = PatternFill("solid", fgColor=fill)
        sheet.cell(row, 2).fill = PatternFill("solid", fgColor="FFFF0000")
    draft = read_plan_bytes("x.xlsx", saved(book), today=TODAY)
    assert [each.declared for each in draft.actions] == [Colour.RED, Colour.AMBER, Colour.GREEN]


def test_two_rows_of_headings_with_a_revision() -> None:
    draft = read_rows(
        ("No", "What", "Who", "Dates", "", "", "Done"),
        ("", "", "", "Start", "Target", "Revised", ""),
        ("1", BOILER, "AB", "01/03/2027", "14/05/2027", "30/09/2027", "No"),
        ("2", ROOF, "CD", "08/03/2027", "21/05/2027", "", "Yes"),
    )
    assert [days(each) for each in draft.actions] == [["2027-09-30"], ["2027-05-21"]]
    assert [starts(each) for each in draft.actions] == [["2027-03-01"], ["2027-03-08"]]
    assert [each.status.value for each in draft.actions] == ["not-started", "complete"]


def test_check_lists_with_their_owners_and_days() -> None:
    content = (
        "# Yard list\n\n## Front\n- [ ] Sweep the yard - Ann Example - 14 May 2027\n"
        "* [X] Paint it, by 21 May 2027\n"
        "\n## Back\n- [ ] Test alarms: Owner: CD, due: 1 June 2027\n"
    )
    assert text("x.md", content) == [
        "1 Sweep the yard; Ann Example; 2027-05-14; not-started",
        "2 Paint it; ; 2027-05-21; complete",
        "1 Test alarms; CD; 2027-06-01; not-started",
    ]


def open_document(kind: str, body: str) -> bytes:
    spaces = " ".join(
        f'xmlns:{short}="{_TASKS}:{name}:1.0"'
        for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        content = (
            f"<office:document-content {spaces}><office:body>{body}</office:body></office:document-content>"
        )
        archive.writestr("content.xml", content)
    return target.getvalue()


def open_rows(*rows: tuple[str, ...]) -> str:
    cells = [
        "".join(
            f'<table:table-cell office:value-type="date" office:date-value="{cell}"/>'
            if cell.startswith("2027-")
            else f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>"
            for cell in row
        )
        for row in rows
    ]
    made = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    return f'<table:table table:name="Plan">{made}{blank}</table:table>'


HEAD = ("Ref", "Action", "Owner", "Due date", "Status")


@pytest.mark.parametrize("name", ["plan.ods", "plan.xlsx", "plan.csv"])
def test_a_spreadsheet_of_libre_office(name: str) -> None:
    rows = (HEAD, ("1", BOILER, "AB", "2027-05-14", "Open"), ("2", ROOF, "CD", "2027-05-21", "Closed"))
    sheet = f"<office:spreadsheet>{open_rows(*rows)}</office:spreadsheet>"
    assert lines(read_plan_bytes(name, open_document("spreadsheet", sheet), today=TODAY)) == [OPEN, CLOSED]


def test_a_text_of_libre_office() -> None:
    rows = (HEAD, ("1", BOILER, "AB", "14 May 2027", "Open"), ("2", ROOF, "CD", "21 May 2027", "Closed"))
    title = '<text:h text:outline-level="1">Roof plan</text:h><text:p>Date: 2 October 2026</text:p>'
    draft = read_plan_bytes(
        "plan.odt",
        open_document("text", f"<office:text>{title}{open_rows(*rows)}</office:text>"),
        today=TODAY,
    )
    assert lines(draft) == [OPEN, CLOSED]
    assert (draft.title, str(draft.as_at)) == ("Roof plan", "2026-10-02")


@pytest.mark.parametrize("name", ["plan.xlsx", "plan.docx", "plan.pdf"])
def test_separated_text_with_a_wrong_ending(name: str) -> None:
    content = f"{';'.join(HEAD)}\n1;{BOILER};AB;14/05/2027;Open\n2;{ROOF};CD;21/05/2027;Closed\n"
    assert text(name, content) == [OPEN, CLOSED]
