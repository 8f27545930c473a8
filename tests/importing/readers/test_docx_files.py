import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from bot.errors import UnreadableFileError
from bot.importing.pipeline import read_plan_bytes
from bot.importing.readers.docx_files import read_docx
from bot.importing.table.tables import Table
from tests.importing.papers import add_table, saved_word, word_bytes
from tests.importing.workbooks import TODAY

HEADING = ["Ref", "Action", "Owner", "By when", "Status"]


def single_table(document: WordDocument) -> Table:
    (table,) = read_docx(saved_word(document)).tables
    return table


def cells(document: WordDocument) -> list[tuple[str, ...]]:
    return [row.cells for row in single_table(document).rows]


def test_merged_cells_stand_once_and_go_on_down() -> None:
    document = docx.Document()
    add_table(document, [["1.1", "Do", "RM", "x"], ["", "More", "", "y"], ["1.2", "All of it", "", "z"]])
    table = document.tables[0]
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(2, 1).merge(table.cell(2, 2))
    first, second, third = single_table(document).rows
    assert first.cells == ("1.1", "Do", "RM", "x")
    assert (second.cells, second.merged_columns) == (("1.1", "More", "", "y"), frozenset({0}))
    assert third.cells == ("1.2", "All of it", "", "z")


def test_a_table_in_a_cell_stands_between_the_words_around_it() -> None:
    document = docx.Document()
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "About"
    cell = table.cell(0, 1)
    cell.text = "Savings £000s"
    inner = cell.add_table(2, 2)
    for place, text in enumerate(["2026/27", "2027/28", "100", ""]):
        inner.cell(place // 2, place % 2).text = text
    cell.add_paragraph("Performance measures\n• Fewer calls")
    assert cells(document) == [
        ("About", "Savings £000s"), ("2026/27", "2027/28"), ("100",),
        ("", "Performance measures\n• Fewer calls"),
    ]  # fmt: skip
    assert single_table(document).where(2, 0) == "table 1, row 1, column 1"


def test_lists_in_cells_keep_their_marks() -> None:
    document = docx.Document()
    table = document.add_table(1, 2)
    for cell, style in zip(table.rows[0].cells, ("List Bullet", "List Number"), strict=True):
        cell.text = "Do"
        for words in ("First", "Second"):
            cell.add_paragraph(words, style=style)
    assert cells(document) == [("Do\n• First\n• Second", "Do\n1. First\n2. Second")]


LISTS = f"""<w:numbering {nsdecls("w")}>
<w:abstractNum w:abstractNumId="90">
 <w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl>
 <w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
 <w:lvl w:ilvl="2"><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="(%3)"/></w:lvl>
 <w:lvl w:ilvl="3"><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%4)"/></w:lvl>
</w:abstractNum>
<w:num w:numId="90"><w:abstractNumId w:val="90"/></w:num>
<w:num w:numId="91"><w:abstractNumId w:val="90"/>
 <w:lvlOverride w:ilvl="0"><w:startOverride w:val="3"/></w:lvlOverride></w:num>
</w:numbering>"""


def test_refs_numbered_by_word_itself() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    for entry in parse_xml(LISTS):
        numbering.append(entry)
    for depth, number in ((0, 90), (1, 90), (1, 90), (2, 90), (2, 90), (3, 90), (0, 90), (1, 90), (0, 91)):
        paragraph = document.add_table(1, 1).cell(0, 0).paragraphs[0]
        properties = paragraph.paragraph_format.element.get_or_add_pPr()
        mark = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
        properties.append(parse_xml(mark))
    marks = ["3", "3.1", "3.2", "(i)", "(ii)", "A)", "4", "4.1", "3"]
    assert [row[0] for row in cells(document)] == marks


def test_tracked_changes_are_read_as_accepted() -> None:
    document = docx.Document()
    table = document.add_table(2, 1)
    body = f"""<w:p {nsdecls("w")}><w:r><w:t xml:space="preserve">Agree </w:t></w:r>
<w:del w:id="1" w:author="RM"><w:r><w:delText>the old</w:delText></w:r></w:del>
<w:ins w:id="2" w:author="RM"><w:r><w:t>the new</w:t></w:r></w:ins><w:r><w:br/><w:t>rota</w:t></w:r>
<w:r><w:noBreakHyphen/><w:t>plan</w:t><w:instrText>PAGE</w:instrText></w:r></w:p>"""
    table.cell(0, 0).paragraphs[0].paragraph_format.element.addnext(parse_xml(body))
    gone = table.rows[1].cells[0].paragraphs[0].paragraph_format.element.getparent().getparent()
    gone.insert(0, parse_xml(f'<w:trPr {nsdecls("w")}><w:del w:id="3" w:author="RM"/></w:trPr>'))
    table.cell(1, 0).text = "A row taken out"
    assert cells(document) == [("Agree the new\nrota-plan",)]


def test_headings_are_sections_or_projects_by_the_refs_below_them() -> None:
    row = ["Do it", "RM", "31/03/2027", "In progress"]
    content = word_bytes(
        "= Our plan", "July 2026", "# 1. Savings",
        "## 1. Early help", [HEADING, ["1.1", *row], ["1.2", *row]],
        "## 2. Homes", [HEADING, ["2.1", *row]],
        "# 2. Practice", "A paragraph of running text that says what practice is.",
        "## Priority 4: Workforce", [HEADING, ["4.1", *row], ["4.2", *row]],
    )  # fmt: skip
    draft = read_plan_bytes("x.docx", content, today=TODAY)
    assert (draft.title, str(draft.as_at)) == ("Our plan", "2026-07-31")
    assert [(each.number, each.title) for each in draft.sections] == [("1", "Savings"), ("2", "Practice")]
    assert [(each.section, each.number, each.title) for each in draft.projects] == [
        ("1", "1", "Early help"), ("1", "2", "Homes"), ("2", "4", "Workforce"),
    ]  # fmt: skip
    assert [(each.section, each.project, each.ref) for each in draft.actions] == [
        ("1", "1", "1.1"), ("1", "1", "1.2"), ("1", "2", "2.1"), ("2", "4", "4.1"), ("2", "4", "4.2"),
    ]  # fmt: skip
    assert [(each.field, each.text) for each in draft.problems if each.field == "text"] == [
        ("text", "1 paragraph")
    ]


def test_a_table_split_in_two_keeps_its_heading() -> None:
    rows = [["1.1", "Do", "RM", "", ""], ["1.2", "Do more", "RM", "", ""]]
    content = word_bytes([HEADING, rows[0]], "", [rows[1]], [["Version", "Final"]])
    draft = read_plan_bytes("x.docx", content, today=TODAY)
    assert [each.ref for each in draft.actions] == ["1.1", "1.2"]
    unread = [each for each in draft.problems if "no place for these words" in each.message]
    assert [(each.where, each.text) for each in unread] == [("table 3, row 1", "Version Final")]


def repacked(change: Callable[[str, bytes], bytes], *added: tuple[str, bytes]) -> bytes:
    """A small document with its parts changed."""
    source = zipfile.ZipFile(io.BytesIO(word_bytes([HEADING, ["1.1", "Do", "RM", "", ""]])))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in source.namelist():
            packed.writestr(name, change(name, source.read(name)))
        for name, part in added:
            packed.writestr(name, part)
    return target.getvalue()


def in_body(change: Callable[[bytes], bytes]) -> bytes:
    return repacked(lambda name, part: change(part) if name == "word/document.xml" else part)


def with_entity(part: bytes) -> bytes:
    declared = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    return declared + part.partition(b"?>")[2]


def nested(part: bytes) -> bytes:
    depth = 5_000
    part = part.replace(b"<w:body>", b"<w:body>" + b"<w:sdt>" * depth)
    return part.replace(b"</w:body>", b"</w:sdt>" * depth + b"</w:body>")


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "locked": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "locked with a password"),
    "none": (lambda: b"just text", "is none"),
    "large": (lambda: b"a" * 20_000_001, "20 MB"),
    "bomb": (lambda: in_body(lambda part: b" " * 61_000_000 + part), "60 MB"),
    "many": (lambda: repacked(lambda _, part: part, *((f"x{n}", b"") for n in range(2_001))), "60 MB"),
    "entity": (lambda: in_body(with_entity), "damaged"),
    "wide entity": (lambda: in_body(lambda part: with_entity(part).decode().encode("utf-16")), "damaged"),
    "macros": (lambda: repacked(lambda _, part: part, ("word/vbaProject.bin", b"x")), "macros"),
    "cut": (lambda: in_body(lambda part: part[: len(part) // 2]), "damaged"),
    "deep": (
        lambda: in_body(lambda part: part.replace(b"<w:body>", b"<w:body>" + b"<w:sdt>" * 999)),
        "damaged",
    ),
    "another kind": (lambda: in_body(lambda _: b"<a/>"), "damaged"),
    "no table": (lambda: word_bytes("= Our plan", "A plan in words."), "no tables"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_refused(kind: str) -> None:
    content, sentence = HOSTILE[kind]
    with pytest.raises(UnreadableFileError, match=sentence):
        read_docx(content())


def test_a_million_rows_are_refused() -> None:
    row = b"<w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr>"
    content = in_body(lambda part: part.replace(b"</w:tbl>", row * 20_001 + b"</w:tbl>"))
    with pytest.raises(UnreadableFileError, match="more than any plan has"):
        read_docx(content)
