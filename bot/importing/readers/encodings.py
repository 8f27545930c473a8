"""Turn a file's bytes into text, whatever it was saved with."""

import codecs
import re

from charset_normalizer import from_bytes

from bot.errors import UnreadableFileError

_MIN_ZEROS = 20
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED_ENCODING = re.compile(
    rb"(?:charset|encoding)\s*+=\s*+[\"']?+\s*+([A-Za-z0-9_-]{1,40})", re.IGNORECASE
)
_DECLARATION_BYTES = 2048


def decode(content: bytes, not_text: str, *, allow_declared: bool = False) -> str:
    """Turn bytes into text by their byte order mark, as UTF-8, or by the likeliest encoding.

    not_text: the sentence of the UnreadableFileError for what is no text. allow_declared: whether the
    text itself may say how it is encoded, as a web page does.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if content.count(0) * _MIN_ZEROS > len(content):
        raise UnreadableFileError(not_text)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return (_decode_as_declared(content) if allow_declared else "") or _guess_encoding(content)


def _decode_as_declared(content: bytes) -> str:
    match = _DECLARED_ENCODING.search(content[:_DECLARATION_BYTES])
    try:
        return content.decode(match[1].decode("ascii")) if match else ""
    except (LookupError, ValueError):
        return ""


def _guess_encoding(content: bytes) -> str:
    """Western Windows text is what council computers write; anything stranger is left to the detector."""
    try:
        windows = content.decode("cp1252")
    except UnicodeDecodeError:
        windows = ""
    if windows and not any("\x80" <= letter <= "\x9f" for letter in windows):
        return windows
    best = from_bytes(content).best()
    return str(best) if best else content.decode("cp1252", errors="replace")
