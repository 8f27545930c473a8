"""Phones, word processors and spreadsheets type their own quotes, dashes and spaces: here all are plain."""

import re

_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u0060\u00b4"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad\ufe58\ufe63\uff0d"
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
_SLASHES = "\u2044\u2215\uff0f"

_PLAIN = str.maketrans(
    {
        **dict.fromkeys(_SINGLE_QUOTES, "'"),
        **dict.fromkeys(_DOUBLE_QUOTES, '"'),
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_SPACES + _ZERO_WIDTH, " "),
        **dict.fromkeys(_SLASHES, "/"),
    }
)
_TYPOGRAPHIC = re.compile(f"[{''.join(map(chr, _PLAIN))}]")
_NON_ALPHANUMERIC = re.compile(r"[\W_]+")


def plain_marks(text: str) -> str:
    """Give the same text with plain quotes, dashes, slashes and spaces; every character keeps its place."""
    return text.translate(_PLAIN) if _TYPOGRAPHIC.search(text) else text


def one_line(text: str) -> str:
    """Give the text on one line, with single spaces."""
    return " ".join(text.split())


def letters_only(text: str) -> str:
    """Give the letters and digits alone, in lower case: "In-Progress " and "inprogress" become one key."""
    if text.isascii() and text.isalnum():
        return text.lower()
    return _NON_ALPHANUMERIC.sub("", plain_marks(text).casefold())


_FORMULA_STARTS = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(rf"'*[{_FORMULA_STARTS}]")
_ESCAPED_FORMULA = re.compile(rf"'+[{_FORMULA_STARTS}]")


def escape_formula(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run: it stays text, also when it is saved again."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_formula(text: str) -> str:
    """Give back what `escape_formula` was given. Nothing else begins with an apostrophe before such a
    mark.
    """
    return text[1:] if _ESCAPED_FORMULA.match(text) else text
