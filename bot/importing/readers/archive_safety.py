"""Check a .xlsx or .docx before it is opened: both are archives of XML, and both can be made to harm."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from bot.errors import UnreadableFileError
from bot.sentences import sentence

_MAX_BYTES = 20_000_000
_MAX_UNPACKED_BYTES = 60_000_000
_MAX_PARTS = 2_000
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"
# A document type declares entities, which no office program writes; in any width of letters, and in the
# codes of mainframes, where "!" stands in either of two places.
_DECLARATIONS = tuple(
    "<!DOCTYPE".encode(encoding)
    for encoding in ("ascii", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "cp037", "cp500")
)
# Office programs write UTF-8 or UTF-16. In others, such as UTF-7, a declaration would not be seen.
_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"'>]{0,40})""")
_PLAIN_ENCODINGS = {b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"}
_PROLOGUE_LENGTH = 1_000
_MACROS = "vbaproject.bin"
_READ_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    OSError,
    NotImplementedError,
    EOFError,
    RuntimeError,
)


@dataclass(frozen=True)
class ArchiveFormat:
    """A format that is an archive of XML.

    name: what people call such a file. ending, old_ending: of its name, with the dot. program: what opens
    it. parts: what one that is too large should be split into. macros: whether it may hold some; they are
    never run.
    """

    name: str
    ending: str
    old_ending: str
    program: str
    parts: str
    macros: bool


WORKBOOK = ArchiveFormat("workbook", ".xlsx", ".xls", "Excel or LibreOffice", "sheets", macros=True)
WORD = ArchiveFormat("document", ".docx", ".doc", "Word or LibreOffice", "pages", macros=False)


def damaged_file_error(kind: ArchiveFormat) -> UnreadableFileError:
    """The error for what opens as an archive but holds no readable document."""
    return UnreadableFileError(
        sentence("readers.damaged_archive", name=kind.name, program=kind.program, ending=kind.ending)
    )


def refuse_unsafe(content: bytes, kind: ArchiveFormat) -> None:
    """Raise UnreadableFileError for what must not even be opened: locked files, macros, archives that unpack
    to far too much, XML with entities.
    """
    if len(content) > _MAX_BYTES:
        raise UnreadableFileError(
            f"This {kind.name} is larger than 20 MB. Save the plan's {kind.parts} on their own."
        )
    if content.startswith(_OLE_SIGNATURE):
        raise UnreadableFileError(
            f"This {kind.name} is locked with a password, or was saved in the old {kind.old_ending} form. "
            f"Take the password off, save it as {kind.ending} and try again."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except _READ_ERRORS as problem:
        raise UnreadableFileError(
            f"This file ends like a {kind.name} but is none. Save it as {kind.ending} and try again."
        ) from problem
    _refuse_parts(parts, kind)
    _refuse_declarations(content, parts, kind)


def _refuse_parts(parts: list[zipfile.ZipInfo], kind: ArchiveFormat) -> None:
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED_BYTES:
        raise UnreadableFileError(
            f"This {kind.name} unpacks to more than 60 MB, which no plan does, so it was not opened. "
            f"Save the plan's {kind.parts} on their own, without pictures, and try again."
        )
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFileError(f"This {kind.name} is locked with a password. Take it off and try again.")
    if not kind.macros and any(part.filename.casefold().endswith(_MACROS) for part in parts):
        raise UnreadableFileError(
            f"This {kind.name} holds macros, so it was not opened. Save it as {kind.ending} without macros "
            "and try again."
        )


def _refuse_declarations(content: bytes, parts: list[zipfile.ZipInfo], kind: ArchiveFormat) -> None:
    """In any part: what a part is is said by other parts, not by its name."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = any(_has_declaration(_read_part(archive, part)) for part in parts)
    except _READ_ERRORS as problem:
        raise damaged_file_error(kind) from problem
    if found:
        raise UnreadableFileError(
            sentence("readers.declares_type", name=kind.name, program=kind.program, ending=kind.ending)
        )


def _has_declaration(part: bytes) -> bool:
    if any(declaration in part for declaration in _DECLARATIONS):
        return True
    encoding = _ENCODING.search(part[:_PROLOGUE_LENGTH].replace(b"\0", b""))
    return encoding is not None and encoding[1].lower() not in _PLAIN_ENCODINGS


def _read_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """Read a part, but never more than the size that it declares and one byte."""
    with archive.open(part) as source:
        return source.read(part.file_size + 1)
