"""What is taken out of every interpolated value before anything else happens to it."""

import re
from typing import Any

from markupsafe import Markup

_SPACES = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
# What XML cannot carry, terminal controls, and marks that turn the direction of the text that follows them.
_ILLEGAL = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)


def clean(value: Any) -> Any:
    """The value as text that any platform can carry: no control characters, no lone surrogates, one line.

    Markup, made by the templates themselves, passes untouched. Raises ValueError for None: a template that
    interpolates a missing value is wrong.
    """
    if isinstance(value, Markup):
        return value
    if value is None:
        raise ValueError("a template was given nothing to say")
    text = str(value)
    # Whatever either pattern looks for is not printable.
    return text if text.isprintable() else _ILLEGAL.sub("", _SPACES.sub(" ", text))
