"""Read a file, by the ending of its name."""

from pathlib import Path, PurePath

from bot.errors import UnreadableFileError
from bot.importing.forms.known import READERS, Told, unsupported
from bot.importing.table.tables import Document


def nobody(_done: int, _of: int) -> None:
    """Tell nobody of the pages read."""


def read_document(name: str, content: bytes, told: Told = nobody) -> Document:
    """Read a file by the ending of its name; raises UnreadableFileError with what to do instead."""
    ending = PurePath(name).suffix.casefold()
    form = READERS.get(ending)
    if form is None:
        raise UnreadableFileError(unsupported(ending))
    if not content.strip():
        raise UnreadableFileError("This file is empty.")
    return form.read(content, told)


def read_file(path: Path) -> Document:
    """Read a file from disk; raises UnreadableFileError when it is not there or cannot be taken in."""
    return read_document(path.name, content_of(path))


def content_of(path: Path) -> bytes:
    """Fetch a file from disk; raises UnreadableFileError when it is not there, or of no form that is read."""
    if path.suffix.casefold() not in READERS:
        raise UnreadableFileError(unsupported(path.suffix.casefold()))
    try:
        return path.read_bytes()
    except FileNotFoundError as problem:
        raise UnreadableFileError(f"There is no file {path}. Check the name and try again.") from problem
    except OSError as problem:
        raise UnreadableFileError(f"The file {path} could not be opened: {problem.strerror}.") from problem
