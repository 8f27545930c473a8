import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from bot.errors import UnreadableFileError
from bot.importing.readers.xlsx_files import read_xlsx
from bot.importing.table.tables import Table
from tests.importing.workbooks import saved, workbook_bytes


def single_table(book: Workbook) -> Table:
    (table,) = read_xlsx(saved(book)).tables
    return table


def test_values_as_people_see_them() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["5.2", 7, 1.1, 126.4, date(2026, 3, 31), datetime(2026, 3, 31, 9, 0), True, "=1+1"])  # noqa: DTZ001 - a workbook's times have no zone
    sheet["H1"].data_type = "s"
    sheet.append([1.1, datetime(2026, 4, 1)])  # noqa: DTZ001 - a workbook's times have no zone
    sheet["A2"].number_format = "0.00"
    sheet["B2"].number_format = "mmm-yy"
    first, second = single_table(book).rows
    assert first.cells == ("5.2", "7", "1.1", "126.4", "31/03/2026", "31/03/2026", "True", "=1+1")
    assert second.cells == ("1.10", "April 2026")


def test_merged_cells_carry_down_only() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["Title"], ["1.1", "Do", "RM"], [None, "More", None], [None, "Yet more", "ST"]):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A2:A4")
    rows = single_table(book).rows
    assert rows[0].cells == ("Title",)
    assert [row.cells for row in rows[2:]] == [("1.1", "More"), ("1.1", "Yet more", "ST")]
    assert [row.merged_columns for row in rows[2:]] == [frozenset({0}), frozenset({0})]
    assert rows[2].filled_columns == [1]


def test_hidden_rows_and_columns_are_read_and_reported() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["1.1", "Do"])
    sheet.append(["1.2", "Do more"])
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    document = read_xlsx(saved(book))
    assert len(document.tables[0].rows) == 2
    assert [problem.field for problem in document.problems] == ["rows", "columns"]
    assert document.problems[0].message.endswith("rows 2.")


def test_a_hidden_sheet_is_reported_and_not_read() -> None:
    book = Workbook()
    book.create_sheet("Lists").sheet_state = "hidden"
    document = read_xlsx(saved(book))
    assert len(document.tables) == 1
    assert document.problems[0].text == "Lists"


def test_a_formula_without_a_result_is_reported() -> None:
    book = Workbook()
    book.worksheets[0].append(["1.1", "=TODAY()+5"])
    problem = read_xlsx(saved(book)).problems[0]
    assert problem.where == "Sheet, cell B1"
    assert "formula" in problem.message


def test_control_characters_and_far_planes() -> None:
    text = "tick \u2713 \U0001f600 \U0002070e _x000D_\u202ereversed"
    book = Workbook()
    book.worksheets[0].append([text])
    assert single_table(book).rows[0].cells == ("tick \u2713 \U0001f600 \U0002070e reversed",)


def test_a_stray_cell_far_down_or_right() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["1.1", "Do"])
    sheet["A1000000"].font = Font(bold=True)
    assert len(single_table(book).rows) == 1
    sheet["DD1"] = "far"
    document = read_xlsx(saved(book))
    assert document.problems[0].field == "columns"
    sheet["A1000000"] = "text"
    document = read_xlsx(saved(book))
    assert len(document.tables[0].rows) == 1
    assert [each.text for each in document.problems if each.field == "rows"] == ["A1000000"]
    for row in range(30_000, 30_030):
        sheet[f"A{row}"] = "more"
    with pytest.raises(UnreadableFileError, match="below row 20,000"):
        read_xlsx(saved(book))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        (b"PK\x03\x04 not really", "none"),
        (b"just text", "none"),
        (b"a" * 20_000_001, "20 MB"),
    ],
)
def test_what_is_no_workbook(content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFileError, match=sentence):
        read_xlsx(content)


def repacked(change: Callable[[str, bytes], bytes]) -> bytes:
    """A small workbook with its parts changed."""
    source = zipfile.ZipFile(
        io.BytesIO(workbook_bytes({"Plan": [["Ref", "Action", "Owner"], ["1.1", "Do", "RM"]]}))
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in source.namelist():
            packed.writestr(name, change(name, source.read(name)))
    return target.getvalue()


def test_a_zip_bomb_is_not_opened() -> None:
    bomb = repacked(lambda name, part: part if "sheet1" not in name else b" " * 61_000_000 + part)
    assert len(bomb) < 200_000
    with pytest.raises(UnreadableFileError, match="60 MB"):
        read_xlsx(bomb)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_entities_are_refused(part: str) -> None:
    declared = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]>'
    )

    def change(name: str, content: bytes) -> bytes:
        return (
            declared + content.partition(b"?>")[2]
            if name == part and b"?>" in content
            else (declared + content if name == part else content)
        )

    with pytest.raises(UnreadableFileError, match="damaged"):
        read_xlsx(repacked(change))


HOSTILE_PART = '<?xml version="1.0" encoding="{}"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'


@pytest.mark.parametrize(
    "part",
    [
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/_rels/workbook.xml.rels",
        "xl/sharedStrings.xml",
        "docProps/app.xml",
        "customXml/item1.xml",
        "xl/drawings/vmlDrawing1.vml",
        "xl/media/image1.svg",
        "xl/sheet",
        "XL/SHEET.BIN",
    ],
)
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "cp037", "cp500", "utf-7"],
)
def test_a_document_type_is_refused_in_any_part(part: str, encoding: str) -> None:
    hostile = HOSTILE_PART.format(encoding).encode(encoding)
    if encoding == "utf-7":
        hostile = HOSTILE_PART.format(encoding).replace("<!", "+ADwAIQ-").encode()
    target = io.BytesIO(repacked(lambda name, content: hostile if name == part else content))
    with zipfile.ZipFile(target, "a") as packed:
        if part not in packed.namelist():
            packed.writestr(part, hostile)
    with pytest.raises(UnreadableFileError, match="declares a document type"):
        read_xlsx(target.getvalue())


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-16", "us-ascii", "ISO-8859-1"])
def test_the_encodings_of_office_programs_are_read(encoding: str) -> None:
    def change(name: str, content: bytes) -> bytes:
        text = re.sub(r"<\?xml[^>]*\?>", "", content.decode())
        declared = f'<?xml version="1.0" encoding="{encoding}"?>{text}'
        return declared.encode(encoding) if "sheet1" in name else content

    assert read_xlsx(repacked(change)).tables


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml"]
)
def test_damaged_parts(part: str) -> None:
    with pytest.raises(UnreadableFileError, match="damaged"):
        read_xlsx(repacked(lambda name, content: content[: len(content) // 2] if name == part else content))


def test_a_merge_of_the_whole_sheet_costs_nothing() -> None:
    def change(name: str, content: bytes) -> bytes:
        merge = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        return content.replace(b"</sheetData>", merge) if "sheet1" in name else content

    assert len(read_xlsx(repacked(change)).tables[0].rows) == 2


def test_a_workbook_saved_again_reads_the_same() -> None:
    content = workbook_bytes({"Plan": [["Ref", "Action"], ["1.10", "Do"]]})
    again = saved(load_workbook(io.BytesIO(content)))
    assert read_xlsx(content).tables == read_xlsx(again).tables
