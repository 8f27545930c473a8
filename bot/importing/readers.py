"""Which reader takes which file. A reader is a function from the file's bytes to a Document."""

from collections.abc import Callable
from pathlib import Path, PurePath

from bot.errors import UnreadableFileError
from bot.importing.csv_files import read_csv
from bot.importing.docx_files import read_docx
from bot.importing.pdf_files import read_pdf
from bot.importing.tables import Document
from bot.importing.xlsx_files import read_xlsx

Reader = Callable[[bytes], Document]

READERS: dict[str, Reader] = {
    ".xlsx": read_xlsx,
    ".xlsm": read_xlsx,
    ".docx": read_docx,
    ".pdf": read_pdf,
    ".csv": read_csv,
    ".tsv": read_csv,
}
_OLD = {".xls", ".xlsb", ".ods", ".numbers"}


def read_document(name: str, content: bytes) -> Document:
    """Read a file by the ending of its name; raises UnreadableFileError with what to do instead."""
    ending = PurePath(name).suffix.casefold()
    reader = READERS.get(ending)
    if reader is None:
        raise UnreadableFileError(_unsupported(ending))
    if not content.strip():
        raise UnreadableFileError("This file is empty.")
    return reader(content)


def read_file(path: Path) -> Document:
    """Read a file from disk; raises UnreadableFileError when it is not there or cannot be taken in."""
    if path.suffix.casefold() not in READERS:
        raise UnreadableFileError(_unsupported(path.suffix.casefold()))
    try:
        content = path.read_bytes()
    except FileNotFoundError as problem:
        raise UnreadableFileError(f"There is no file {path}. Check the name and try again.") from problem
    except OSError as problem:
        raise UnreadableFileError(f"The file {path} could not be opened: {problem.strerror}.") from problem
    return read_document(path.name, content)


def _unsupported(ending: str) -> str:
    named = (
        f"Files ending in {ending} cannot be read" if ending else "A file without an ending cannot be read"
    )
    advice = " Open it in your spreadsheet, save it as .xlsx and try again." if ending in _OLD else ""
    return f"{named}. These can: {', '.join(READERS)}.{advice}"
