"""The colour that a document declares: a word, a letter or a sign for Red, Amber, Green, Blue or Grey."""

import re

from bot.plan.rag import Colour
from bot.plan.text import letters_only

_NAMES: dict[Colour, tuple[str, ...]] = {
    Colour.RED: ("red", "r", "coch"),
    Colour.AMBER: (
        "amber",
        "a",
        "yellow",
        "y",
        "orange",
        "ambr",
        "oren",
        "melyn",
        "redamber",
        "ambergreen",
        "ag",
        "ra",
    ),
    Colour.GREEN: ("green", "g", "gwyrdd"),
    Colour.BLUE: ("blue", "b", "glas"),
    Colour.GREY: ("grey", "gray", "llwyd"),
}
_SIGNS = {
    "\U0001f534": Colour.RED, "\U0001f7e5": Colour.RED, "\u2764": Colour.RED,
    "\U0001f7e0": Colour.AMBER, "\U0001f7e1": Colour.AMBER, "\U0001f7e7": Colour.AMBER,
    "\U0001f7e8": Colour.AMBER, "\U0001f7e2": Colour.GREEN, "\U0001f7e9": Colour.GREEN,
    "\U0001f535": Colour.BLUE, "\U0001f7e6": Colour.BLUE, "\u26aa": Colour.GREY, "\u26ab": Colour.GREY,
}  # fmt: skip
_BY_NAME = {name: colour for colour, names in _NAMES.items() for name in names}
_LEADING = re.compile(r"[\s(\[]*+(?P<word>[A-Za-z]{3,6})(?P<rest>[\s:;,.()\]/-]*+)", re.IGNORECASE)
_MAX_LENGTH = 40


def read_declared(text: str) -> Colour | None:
    """The colour that the whole text is: "Red", "r", "AMBER", a coloured circle; None for anything else."""
    short = text.strip()
    if not short or len(short) > _MAX_LENGTH:
        return None
    return _SIGNS.get(short.replace("\ufe0f", "")) or _BY_NAME.get(letters_only(short))


def leading_declared(text: str) -> tuple[Colour | None, str]:
    """The colour that the text begins with, and what follows it: "Green - on track" is Green and "on track".
    Without one, None and the whole text. A single letter is no colour here.
    """
    for sign, shown in _SIGNS.items():
        if sign in text:
            return shown, text.replace(sign, " ").replace("\ufe0f", " ").strip(" -:")
    found = _LEADING.match(text)
    colour = _BY_NAME.get(found["word"].casefold()) if found else None
    if found is None or colour is None or (not found["rest"] and found.end() < len(text)):
        return None, text
    return colour, text[found.end() :].strip()
