"""What a file is by its content, whatever its name ends in, and Strict Open XML as the usual form."""

import io
import re
import zipfile

_OFFICE_PARTS = (("xl/workbook.", ".xlsx"), ("word/document.", ".docx"))
_OPEN_DOCUMENTS = {
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.text": ".odt",
}
_START, _SAMPLE, _MIN_LINES = 512, 4_000, 1
_MAX_MIME = 200
_PAGE = re.compile(rb"\s*+(?:\xef\xbb\xbf)?+\s*+<(?:!doctype html|html|table)\b", re.IGNORECASE)
_STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAME = re.compile(rb"http://purl\.oclc\.org/ooxml/(?P<kind>[A-Za-z]{1,30})/(?P<rest>[A-Za-z/]{1,60})")
_MAX_PARTS = 2_000
_MAX_PART = 60_000_000
_READ_ERRORS = (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, RuntimeError)


def find_ending(content: bytes) -> str:
    """The ending that files of this content have; "" where that is not certain or does not matter."""
    if content.startswith(b"PK\x03\x04"):
        return _ending_of_archive(content)
    if content.startswith(b"%PDF-"):
        return ".pdf"
    return ".html" if _PAGE.match(content[:_START]) else ""


def is_separated_text(content: bytes) -> bool:
    """Whether the content is rows of cells with commas, semicolons or tabs between, whatever its name."""
    try:
        lines = [line for line in content[:_SAMPLE].decode("utf-8").splitlines() if line.strip()]
    except UnicodeDecodeError:
        return False
    return any(
        len(lines) > _MIN_LINES and lines[0].count(mark) > 1 and lines[1].count(mark) >= lines[0].count(mark)
        for mark in (",", ";", "\t")
    )


def _ending_of_archive(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            for start, ending in _OFFICE_PARTS:
                if any(name.startswith(start) for name in names):
                    return ending
            if "mimetype" in names and archive.getinfo("mimetype").file_size < _MAX_MIME:
                return _OPEN_DOCUMENTS.get(archive.read("mimetype").decode("ascii", "replace").strip(), "")
    except _READ_ERRORS:
        return ""
    return ""


def as_transitional(content: bytes) -> bytes:
    """The same archive with the names of the usual Open XML in place of those of Strict. Only after
    refuse_unsafe.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if not any(
            _STRICT in archive.read(name) for name in archive.namelist() if name.endswith("_rels/.rels")
        ):
            return content
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
            for part in archive.infolist():
                data = archive.read(part)
                is_markup = part.filename.endswith((".xml", ".rels"))
                written.writestr(part.filename, _STRICT_NAME.sub(_usual_name, data) if is_markup else data)
    return target.getvalue()


def _usual_name(found: re.Match[bytes]) -> bytes:
    rest = found["rest"]
    for camel, hyphened in (
        (b"extendedProperties", b"extended-properties"),
        (b"customProperties", b"custom-properties"),
    ):
        rest = rest.replace(camel, hyphened)
    return b"http://schemas.openxmlformats.org/" + found["kind"] + b"/2006/" + rest
