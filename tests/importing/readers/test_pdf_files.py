from collections.abc import Callable

import pytest
from fpdf import FPDF
from fpdf.enums import EncryptionMethod

from bot.errors import UnreadableFileError
from bot.importing.pipeline import read_plan_bytes
from bot.importing.readers.pdf_files import read_pdf
from bot.importing.table.tables import TableRow
from tests.importing.papers import pdf_bytes
from tests.importing.workbooks import TODAY

WIDTHS = (10, 60, 20, 25, 25)
HEADING = ["Ref", "Action", "Owner", "By when", "Status"]
WORDS = "Agree with every partner how the work is shared and who is told of it when it changes"


def rows_of(content: bytes) -> list[TableRow]:
    return [row for table in read_pdf(content).tables for row in table.rows]


def test_a_table_over_three_pages_is_one_table() -> None:
    rows = [[f"1.{n}", f"{WORDS} number {n}", "RM, ST", "31/03/2027", "In progress"] for n in range(1, 25)]
    content = pdf_bytes("= Our plan", "July 2026", [HEADING, *rows], head="Draft 3 for the board", size=12)
    progress: list[tuple[int, int]] = []
    (table,) = read_pdf(content, lambda done, of: progress.append((done, of))).tables
    assert [row.cells for row in table.rows[2:]] == [tuple(HEADING), *map(tuple, rows)]
    assert progress == [(n, len(progress)) for n in range(1, len(progress) + 1)]
    assert len(progress) >= 3


def split_row(cut: str, rest: str) -> bytes:
    """A row at the foot of a page and the next page's first, whose ref is blank."""
    pages = FPDF()
    for texts in (HEADING, ["1.1", cut, "RM", "31/03/2027", "In progress"]), (["", rest, "", "", ""],):
        pages.add_page()
        pages.set_font("Helvetica", size=10)
        with pages.table(first_row_as_headings=False, col_widths=WIDTHS, text_align="LEFT") as table:
            for row in texts:
                table.row(list(row))
    return bytes(pages.output())


def as_wrapped(text: str) -> list[str]:
    """The lines of a text in the second column."""
    pages = FPDF()
    pages.add_page()
    pages.set_font("Helvetica", size=10)
    lines = pages.multi_cell(pages.epw * WIDTHS[1] / sum(WIDTHS), text=text, dry_run=True, output="LINES")
    assert isinstance(lines, list)
    return lines


def test_a_row_cut_by_a_page_is_joined() -> None:
    first, *rest = as_wrapped(WORDS)
    _, row = rows_of(split_row(first, " ".join(rest)))
    assert row.cells == ("1.1", WORDS, "RM", "31/03/2027", "In progress")


def test_a_row_without_a_ref_that_no_page_cut_stays_a_row() -> None:
    draft = read_plan_bytes("x.pdf", split_row("Agree the work", "Publish it"), today=TODAY)
    (action,) = draft.actions
    assert [step.title for step in action.milestones] == ["Publish it"]
    assert any("no ref" in each.message for each in draft.problems)


def test_headings_head_sections_and_running_heads_are_dropped() -> None:
    rows = [["1.1", "Do it", "RM", "31/03/2027", "In progress"], ["2.1", "Do more", "ST", "", "Complete"]]
    parts = ("# 1. Savings", [HEADING, *rows], "# 2. Practice", [HEADING, *rows])
    content = pdf_bytes("= Our plan", *parts, head="Draft")
    draft = read_plan_bytes("x.pdf", content, today=TODAY)
    assert draft.title == "Our plan"
    assert [(each.number, each.title) for each in draft.sections] == [("1", "Savings"), ("2", "Practice")]
    assert [(each.section, each.ref) for each in draft.actions] == [
        ("1", "1.1"), ("1", "2.1"), ("2", "1.1"), ("2", "2.1"),
    ]  # fmt: skip
    assert not [each for each in draft.problems if "Page" in each.text]


def test_merged_cells_go_on_down() -> None:
    pages = FPDF()
    pages.add_page()
    pages.set_font("Helvetica", size=10)
    with pages.table(first_row_as_headings=False, text_align="LEFT") as table:
        table.row(HEADING)
        first = table.row()
        first.cell("1.1", rowspan=2)
        for text in ("Do it", "RM", "31/03/2027", "Complete"):
            first.cell(text)
        table.row(["Do more", "ST", "30/04/2027", "Complete"])
        last = table.row()
        last.cell("1.2")
        last.cell("All of it", colspan=4)
    rows = rows_of(bytes(pages.output()))
    assert (rows[2].cells, rows[2].merged_columns) == (
        ("1.1", "Do more", "ST", "30/04/2027", "Complete"),
        frozenset({0}),
    )
    assert rows[3].cells == ("1.2", "All of it")


def locked() -> bytes:
    pages = FPDF()
    pages.set_encryption("owner", "secret", encryption_method=EncryptionMethod.AES_128)
    pages.add_page()
    return bytes(pages.output())


def blank(count: int) -> bytes:
    pages = FPDF()
    for _ in range(count):
        pages.add_page()
    return bytes(pages.output())


def crowded() -> bytes:
    pages = FPDF()
    pages.add_page()
    pages.set_font("Helvetica", size=1)
    pages.cell(text="x" * 20_001)
    return bytes(pages.output())


def prose() -> bytes:
    return pdf_bytes("= Our plan", "A plan in words, without a table.")


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "locked": (locked, "locked with a password"),
    "none": (lambda: b"just text", "not a PDF at all"),
    "cut": (lambda: prose()[:700], "damaged"),
    "large": (lambda: b"%PDF" + b"a" * 20_000_000, "20 MB"),
    "many pages": (lambda: blank(201), "has 201 pages"),
    "crowded": (crowded, "too many pieces"),
    "pictures": (lambda: blank(1), "pictures of pages"),
    "no table": (prose, "no table with ruled lines"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_refused(kind: str) -> None:
    content, sentence = REFUSED[kind]
    with pytest.raises(UnreadableFileError, match=sentence):
        read_pdf(content())
