"""Text that a spreadsheet would take for a formula, made harmless and back again."""

import re

_STARTS = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20"
_DANGEROUS = re.compile(rf"'*[{_STARTS}]")
_HARMLESS = re.compile(rf"'+[{_STARTS}]")


def harmless(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run: it stays text, also when it is saved again."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def restored(text: str) -> str:
    """Give back what `harmless` was given. Nothing else begins with an apostrophe before such a mark."""
    return text[1:] if _HARMLESS.match(text) else text
