"""What somebody sees who opens the workbook."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from sqlalchemy import select

from app import main
from bot.commands import UpdateStatus
from bot.database import Database
from bot.plan.refs import RefQuery
from bot.reporting.export import export
from bot.reporting.report_pages import format_moment
from bot.reporting.xlsx_style import set_sizes
from models import Plan
from tests.fixtures.commands import dispatch
from tests.fixtures.databases import fresh_url
from tests.fixtures.plans import NOW, asker

RUN = "=HYPERLINK(1)"


@pytest.fixture
def written(tmp_path: Path) -> tuple[Workbook, list[list[str]]]:
    """The test plan as a workbook and as .csv, after somebody left a note that is a formula."""
    database = Database(fresh_url("sqlite", tmp_path, "planned"), threads=1)
    with database.transaction() as session:
        update = UpdateStatus(refs=(RefQuery("1", "5.2"),), note=RUN)
        dispatch(session, asker("SS"), update, NOW)
        plan = session.scalars(select(Plan)).one()
        book = load_workbook(io.BytesIO(export(session, plan, "xlsx", NOW).content))
        text = export(session, plan, "csv", NOW).content.decode("utf-8-sig")
    database.close()
    return book, list(csv.reader(io.StringIO(text)))


def test_the_sheets_are_those_a_board_knows(written: tuple[Workbook, list[list[str]]]) -> None:
    book, _ = written
    assert book.sheetnames == ["1. MTFS savings", "2. Practice priorities", "History", "Colours"]
    sheet = book["1. MTFS savings"]
    assert [cell.value for cell in sheet[5]][:9] == [
        "Ref", "Actions", "Owner", "By when", "Progress", "Status", "Colour", "Why this colour", "Next due",
    ]  # fmt: skip
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C6", "A5:M13")
    assert sheet.print_title_rows == "$5:$5"
    assert sheet.column_dimensions["B"].width > 40
    late = next(row for row in sheet.iter_rows() if row[0].value == "5.2")
    assert late[3].value == datetime(2026, 2, 27)  # noqa: DTZ001 - a date in a cell has no timezone
    assert late[3].number_format == "dd/mm/yy"
    assert [cell.value for cell in late[5:8]] == ["In progress", "Red", "3 days late"]
    assert late[6].fill.fgColor.rgb != "00000000"


def test_nothing_in_a_file_can_be_run(written: tuple[Workbook, list[list[str]]]) -> None:
    book, rows = written
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    texts = [str(cell.value) for cell in cells if cell.value] + [cell for row in rows for cell in row]
    assert f"'{RUN}" in texts
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_every_colour_is_given_in_words(written: tuple[Workbook, list[list[str]]]) -> None:
    book, _ = written
    colours = [row[0].value for row in book["Colours"].iter_rows(min_row=2)]
    assert colours == ["Red", "Amber", "Green", "Blue", "Grey"]


def test_the_command_writes_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", fresh_url("sqlite", tmp_path, "planned"))
    run = CliRunner().invoke
    target = tmp_path / "tracker.xlsx"
    done = run(main, ["export", str(target)])
    assert done.output == f"Wrote Improvement plan 2026-29, 7 actions, to {target}.\n"
    assert load_workbook(target).sheetnames
    again = run(main, ["import", str(target), "--dry-run"])
    assert "Nothing changes: the plan is already as this file has it." in again.output
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".cip-")] == []
    for wrong, words in (
        (["export", str(tmp_path / "x.doc")], "Which form?"),
        (["export", "--plan", "Other", str(target)], "There is no plan “Other”. There is: Improvement plan"),
        (["export", str(tmp_path / "nowhere" / "x.csv")], "could not be written"),
    ):
        refused = run(main, wrong)
        assert (refused.exit_code, words in refused.output) == (2, True), refused.output


def test_days_and_moments_are_given_as_people_say_them() -> None:
    moment = datetime(2026, 3, 2, 0, 5, tzinfo=UTC)
    assert format_moment(moment) == "2 March 2026 at 12:05am"
    assert format_moment(moment + timedelta(hours=13)) == "2 March 2026 at 1:05pm"


def test_a_row_is_as_high_as_its_words_and_grows_with_them() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["1.1", "word " * 40],
        ["1.2", "short"],
        ["1.3", "a\nb\nc"],
        ["1.4", date(2026, 3, 31)],
        ["", ""],
    ):
        sheet.append(row)
    sheet["B2"].font = Font(bold=True, size=22)
    set_sizes(sheet, [9, 50])
    assert [sheet.row_dimensions[number].height for number in range(1, 5)] == [60, 30, 45, 15]
    assert {sheet.cell(number, 2).alignment.horizontal for number in range(1, 5)} == {"left"}
    target = io.BytesIO()
    book.save(target)
    with ZipFile(target) as parts:
        written = parts.read("xl/worksheets/sheet1.xml").decode()
    assert 'ht="60"' in written
    assert "customHeight" not in written


def test_a_plan_without_updates_says_so(tmp_path: Path) -> None:
    database = Database(fresh_url("sqlite", tmp_path, "planned"), threads=1)
    with database.transaction() as session:
        plan = session.scalars(select(Plan)).one()
        book = load_workbook(io.BytesIO(export(session, plan, "xlsx", NOW).content))
    database.close()
    assert [row[0].value for row in book["History"]] == [
        "Changed at",
        "Nothing has been said of this plan in chat yet.",
    ]


def test_every_font_has_a_name_and_a_size(written: tuple[Workbook, list[list[str]]]) -> None:
    cells = [cell for sheet in written[0] for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.font.name for cell in cells} == {"Calibri"}
    assert all(cell.font.sz for cell in cells)


def test_the_name_of_a_file_keeps_every_letter(planned: Database) -> None:
    with planned.transaction() as session:
        plan = session.scalars(select(Plan)).one()
        plan.title = "Łódź & Ærøskøbing: children's plan"
        assert export(session, plan, "csv", NOW).name == "lodz-aeroskobing-childrens-plan-2026-03-02.csv"
