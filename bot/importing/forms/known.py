"""The forms a plan may come in, and where each is read.

A reader is loaded when its form first comes: the libraries behind some are heavy, and the bot itself needs
none of them (see reading_apart).
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from bot.importing.table.tables import Document

# Told of every page read: how many, and of how many.
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Form:
    """A reader's module in this room, and its function from a file's bytes to a Document.

    in_pages: the function takes page by page and also takes a Told.
    """

    module: str
    function: str
    in_pages: bool = False

    def read(self, content: bytes, told: Told) -> Document:
        """Raises UnreadableFileError with what to do about the file."""
        function: Any = getattr(import_module(f"bot.importing.forms.{self.module}"), self.function)
        document = function(content, told) if self.in_pages else function(content)
        assert isinstance(document, Document)
        return document


_WORKBOOK = Form("xlsx_files", "read_xlsx")
_CSV = Form("csv_files", "read_csv")
_PAGE = Form("html_files", "read_html")
_TEXT = Form("text_files", "read_text")

READERS: dict[str, Form] = {
    ".xlsx": _WORKBOOK,
    ".xlsm": _WORKBOOK,
    ".docx": Form("docx_files", "read_docx"),
    ".pdf": Form("pdf_files", "read_pdf", in_pages=True),
    ".csv": _CSV,
    ".tsv": _CSV,
    ".html": _PAGE,
    ".htm": _PAGE,
    ".md": _TEXT,
    ".txt": _TEXT,
}
_ADVICE = {
    **dict.fromkeys(
        (".xls", ".xlsb", ".ods", ".numbers"), " Open it in your spreadsheet, save it as .xlsx and try again."
    ),
    **dict.fromkeys(
        (".doc", ".docm", ".dotx", ".dotm", ".odt", ".rtf", ".pages"),
        " Open it in Word or LibreOffice, save it as .docx and try again.",
    ),
}


def unsupported(ending: str) -> str:
    """Say which forms can be read instead. ending: in small letters, "" for none."""
    named = (
        f"Files ending in {ending} cannot be read" if ending else "A file without an ending cannot be read"
    )
    return f"{named}. These can: {', '.join(READERS)}.{_ADVICE.get(ending, '')}"
