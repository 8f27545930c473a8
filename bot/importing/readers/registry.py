"""The file formats of a plan, and the reader of each.

A reader is imported on the first file of its format: some need large libraries, which the bot itself never
loads (see bot.importing.isolated_reader).
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePath
from typing import Any

from bot.errors import UnreadableFileError
from bot.importing.readers.content_kind import find_ending, is_separated_text
from bot.importing.table.tables import ParsedDocument
from bot.sentences import sentence

# Called for every page read, with the number of pages read and that of all pages.
ProgressCallback = Callable[[int, int], None]


@dataclass(frozen=True)
class FileFormat:
    """A reader: its module in this package, and its function from a file's bytes to a ParsedDocument.

    reports_progress: the function reads page by page and also takes a ProgressCallback.
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
    ".ods": FileFormat("open_documents", "read_ods"),
    ".odt": FileFormat("open_documents", "read_odt"),
    ".pdf": FileFormat("pdf_files", "read_pdf", reports_progress=True),
    ".csv": _CSV,
    ".tsv": _CSV,
    ".html": _HTML,
    ".htm": _HTML,
    ".md": _TEXT,
    ".txt": _TEXT,
}
# What files of other forms should be saved as, by their ending.
_SAVE_AS = {
    **dict.fromkeys((".xls", ".xlsb", ".numbers"), ".xlsx"),
    **dict.fromkeys((".doc", ".docm", ".dotx", ".dotm", ".rtf", ".pages"), ".docx"),
}


# What no text is: a file so named that is one was saved with a wrong ending.
_BINARY = {".xlsx", ".xlsm", ".docx", ".pdf", ".ods", ".odt"}


def explain_unsupported(ending: str) -> str:
    """Say which formats can be read instead. ending: with the dot, in small letters; "" for none."""
    save_as = _SAVE_AS.get(ending, "")
    return sentence("readers.unsupported", ending=ending, supported=list(READERS), save_as=save_as)


def ignore_progress(_done: int, _of: int) -> None:
    """The ProgressCallback that does nothing."""


def read_document(
    name: str, content: bytes, on_progress: ProgressCallback = ignore_progress
) -> ParsedDocument:
    """Read a file by its content, or by the ending of its name where that does not tell; raises
    UnreadableFileError with what to do instead.
    """
    ending = find_ending(content) or PurePath(name).suffix.casefold()
    if ending in _BINARY and not find_ending(content) and is_separated_text(content):
        ending = ".csv"
    file_format = READERS.get(ending)
    if file_format is None:
        raise UnreadableFileError(explain_unsupported(ending))
    if not content.strip():
        raise UnreadableFileError("This file is empty.")
    return file_format.read(content, on_progress)


def read_file(path: Path) -> ParsedDocument:
    """Read a file from disk; raises UnreadableFileError when it is not there or cannot be read."""
    return read_document(path.name, read_content(path))


def read_content(path: Path) -> bytes:
    """A file's bytes; raises UnreadableFileError when it is not there, or of no supported format."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as problem:
        raise UnreadableFileError(f"There is no file {path}. Check the name and try again.") from problem
    except OSError as problem:
        raise UnreadableFileError(f"The file {path} could not be opened: {problem.strerror}.") from problem
    ending = find_ending(content) or path.suffix.casefold()
    if ending not in READERS:
        raise UnreadableFileError(explain_unsupported(ending))
    return content
