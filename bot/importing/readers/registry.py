"""The forms a plan may come in, and where each is read.

A reader is loaded when its form first comes: the libraries behind some are heavy, and the bot itself needs
none of them (see reading_apart).
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePath
from typing import Any

from bot.errors import UnreadableFileError
from bot.importing.table.tables import ParsedDocument

# Told of every page read: how many, and of how many.
ProgressCallback = Callable[[int, int], None]


@dataclass(frozen=True)
class FileFormat:
    """A reader's module in this room, and its function from a file's bytes to a Document.

    reports_progress: the function takes page by page and also takes a Told.
    """

    module: str
    function: str
    reports_progress: bool = False

    def read(self, content: bytes, on_progress: ProgressCallback) -> ParsedDocument:
        """Raises UnreadableFileError with what to do about the file."""
        function: Any = getattr(import_module(f"bot.importing.readers.{self.module}"), self.function)
        document = function(content, on_progress) if self.reports_progress else function(content)
        assert isinstance(document, ParsedDocument)
        return document


_WORKBOOK = FileFormat("xlsx_files", "read_xlsx")
_CSV = FileFormat("csv_files", "read_csv")
_HTML = FileFormat("html_files", "read_html")
_TEXT = FileFormat("text_files", "read_text")

READERS: dict[str, FileFormat] = {
    ".xlsx": _WORKBOOK,
    ".xlsm": _WORKBOOK,
    ".docx": FileFormat("docx_files", "read_docx"),
    ".pdf": FileFormat("pdf_files", "read_pdf", reports_progress=True),
    ".csv": _CSV,
    ".tsv": _CSV,
    ".html": _HTML,
    ".htm": _HTML,
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


def explain_unsupported(ending: str) -> str:
    """Say which forms can be read instead. ending: in small letters, "" for none."""
    named = (
        f"Files ending in {ending} cannot be read" if ending else "A file without an ending cannot be read"
    )
    return f"{named}. These can: {', '.join(READERS)}.{_ADVICE.get(ending, '')}"


def ignore_progress(_done: int, _of: int) -> None:
    """Tell nobody of the pages read."""


def read_document(
    name: str, content: bytes, on_progress: ProgressCallback = ignore_progress
) -> ParsedDocument:
    """Read a file by the ending of its name; raises UnreadableFileError with what to do instead."""
    ending = PurePath(name).suffix.casefold()
    form = READERS.get(ending)
    if form is None:
        raise UnreadableFileError(explain_unsupported(ending))
    if not content.strip():
        raise UnreadableFileError("This file is empty.")
    return form.read(content, on_progress)


def read_file(path: Path) -> ParsedDocument:
    """Read a file from disk; raises UnreadableFileError when it is not there or cannot be taken in."""
    return read_document(path.name, read_content(path))


def read_content(path: Path) -> bytes:
    """Fetch a file from disk; raises UnreadableFileError when it is not there, or of no form that is read."""
    if path.suffix.casefold() not in READERS:
        raise UnreadableFileError(explain_unsupported(path.suffix.casefold()))
    try:
        return path.read_bytes()
    except FileNotFoundError as problem:
        raise UnreadableFileError(f"There is no file {path}. Check the name and try again.") from problem
    except OSError as problem:
        raise UnreadableFileError(f"The file {path} could not be opened: {problem.strerror}.") from problem
