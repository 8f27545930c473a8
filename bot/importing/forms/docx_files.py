"""Read a Word document: its headings, and its tables as one table for each section."""

import io
import zipfile
import zlib
from collections.abc import Iterator

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn

from bot.errors import UnreadableFileError
from bot.importing.forms.archives import WORD, damaged, refuse_unsafe
from bot.importing.forms.docx_grids import blocks_of, read_grid
from bot.importing.forms.docx_marks import Marks
from bot.importing.forms.docx_styles import Styles
from bot.importing.forms.docx_text import text_of
from bot.importing.layout.parts import RUNNING_TEXT, Grid, Line, Part
from bot.importing.layout.sections import document_of
from bot.importing.table.problems import ProblemLog
from bot.importing.table.tables import Document

# What zipfile, the XML parser (a kind of SyntaxError) and python-docx raise for damaged documents.
_BROKEN = (
    OpcError, zipfile.BadZipFile, zlib.error, SyntaxError, EOFError, OSError, LookupError, ValueError,
    TypeError, AttributeError, NotImplementedError, RuntimeError,
)  # fmt: skip


def read_docx(content: bytes) -> Document:
    """Read the document; raises UnreadableFileError with what to do about the file."""
    refuse_unsafe(content, WORD)
    try:
        parts = list(_parts(docx.Document(io.BytesIO(content))))
    except _BROKEN as problem:
        raise damaged(WORD) from problem
    if not any(isinstance(part, Grid) for part in parts):
        raise UnreadableFileError(
            "This document has no tables. A plan in Word must be kept in a table, with a row of headings "
            "such as Ref, Action, Owner, By when and Status."
        )
    return document_of(parts, ProblemLog())


def _parts(document: WordDocument) -> Iterator[Part]:
    styles = Styles(document.styles.element)
    marks = Marks(document.part.numbering_part.element if _has_lists(document) else None, styles)
    tables = 0
    for block in blocks_of(document.element.body):
        if block.tag == qn("w:tbl"):
            tables += 1
            yield read_grid(block, marks, f"table {tables}")
        elif block.tag == qn("w:p"):
            text, level = marks.before(block) + text_of(block), styles.level_of(block)
            lines = text.split("\n") if level == RUNNING_TEXT else [text]
            yield from (Line(line, level, f"above table {tables + 1}") for line in lines)


def _has_lists(document: WordDocument) -> bool:
    return any(relation.reltype.endswith("/numbering") for relation in document.part.rels.values())
