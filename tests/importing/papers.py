"""Make small Word documents and PDFs in memory."""

import io
from collections.abc import Sequence

import docx
from docx.document import Document as WordDocument
from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

Rows = Sequence[Sequence[str]]


def word_bytes(*parts: str | Rows) -> bytes:
    """A document of paragraphs ("# " heads a section, "= " is the title) and tables."""
    document = docx.Document()
    for part in parts:
        if isinstance(part, str):
            add_paragraph(document, part)
        else:
            add_table(document, part)
    return saved_word(document)


def add_paragraph(document: WordDocument, text: str) -> None:
    marks = {"=": 0, "#": 1, "##": 2}
    mark, _, words = text.partition(" ")
    if mark in marks:
        document.add_heading(words, marks[mark])
    else:
        document.add_paragraph(text)


def add_table(document: WordDocument, rows: Rows) -> None:
    table = document.add_table(0, max(map(len, rows)))
    for row in rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=False):
            cell.text = text


def saved_word(document: WordDocument) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


class Pages(FPDF):
    """A PDF with a running head and page numbers."""

    head = ""

    def header(self) -> None:
        if self.head:
            self.set_font("Helvetica", size=8)
            self.cell(text=self.head, new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        if self.head:
            self.set_y(-12)
            self.set_font("Helvetica", size=8)
            self.cell(text=f"Page {self.page_no()} of 9")


def pdf_bytes(
    *parts: str | Rows,
    head: str = "",
    widths: Sequence[int] | None = None,
    repeat: bool = True,
    size: int = 9,
) -> bytes:
    """A PDF of lines ("# " heads a section, "= " is the title) and ruled tables that break over pages.

    repeat: whether each page repeats a table's heading.
    """
    pages = Pages(orientation="landscape")
    pages.head = head
    pages.add_page()
    for part in parts:
        if isinstance(part, str):
            mark, _, words = part.partition(" ")
            sizes = {"=": 22, "#": 14}
            pages.set_font("Helvetica", style="B" if mark in sizes else "", size=sizes.get(mark, size))
            pages.multi_cell(0, text=words if mark in sizes else part, new_x="LMARGIN", new_y="NEXT")
            pages.ln(3)
        else:
            _add_ruled(pages, part, widths, size, repeat=repeat)
    return bytes(pages.output())


def _add_ruled(pages: FPDF, rows: Rows, widths: Sequence[int] | None, size: int, *, repeat: bool) -> None:
    pages.set_font("Helvetica", size=size)
    with pages.table(
        borders_layout=TableBordersLayout.ALL,
        col_widths=widths,
        headings_style=FontFace(emphasis="BOLD"),
        num_heading_rows=1 if repeat else 0,
        first_row_as_headings=repeat,
        text_align="LEFT",
        line_height=size * 0.5,
    ) as table:
        for row in rows:
            table.row([*row, *[""] * (max(map(len, rows)) - len(row))])
    pages.ln(4)
