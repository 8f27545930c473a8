"""How far a due date moves, where only that is said: `push back a fortnight`, `another month`."""

import re
from dataclasses import dataclass

from bot.plan.text import plain_marks
from handlers.command_parser.lexemes import clean
from handlers.command_parser.moves import is_placeholder, split_reason

_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "couple": 2}
_DAYS = {"day": 1, "week": 7, "wk": 7, "fortnight": 14}
_MAX_COUNT = 26
_AMOUNT = (
    r"(?:(?:about|around|by|for|out|back|on|roughly)\s++){0,3}+"
    r"(?:(?P<extra>\+(?=\s?[0-9])|another|an extra|a further|(?:a few |some )?more|give (?:me|us)"
    r"|an additional)\s*+)?+"
    r"(?:(?P<count>[0-9]{1,2}|one|two|three|four|five|six|(?:a\s++)?couple(?: of)?|an?)\s++)?+"
    r"(?:(?:more|extra|further|whole|full)\s++){0,2}+"
    r"(?P<unit>day|week|wk|fortnight|month|mth)s?+(?:'s?)?+(?![\w-])"
)
_MOVES = (
    r"(?P<moves>(?:push|put|mov|slip|delay|extend|shift|bring|brought|knock|postpon|defer|set"
    r"|slid)[a-z]{0,4}\b"
    r"(?:\s++(?:it|this|that|them|the|date|deadline|due|its|back|out|on|by|to|forward|along"
    r"|\ue000++)){0,6}?\s++)"
)
_AFTER = (
    r"(?P<after>\s++(?:later|more|extra|longer|back|on|forward|earlier|sooner|grace|extension|slippage|over"
    r"|late)\b(?:\s++than (?:its|the) (?:due )?date)?)?+"
)
_SHIFT = re.compile(rf"(?:{_MOVES})?{_AMOUNT}{_AFTER}", re.IGNORECASE)
_EARLIER = re.compile(r"\b(?:forward|earlier|sooner)\b", re.IGNORECASE)
# "In two weeks" and "two weeks ago" are days, and "two weeks' leave" is none.
_NO_SHIFT = re.compile(r"\b(?:in|within|last|next|past|every|each|per|this|for the|of)\s*+\Z", re.IGNORECASE)
_MIN_WORDS = 2


@dataclass(frozen=True)
class DateShift:
    """How far a date moves: months, then days, both negative where it comes forward. because: "" for none."""

    months: int
    days: int
    because: str = ""


def find_shift(text: str) -> DateShift | None:
    """Of a text that names no day; None where it does not say that the date moves by so much."""
    plain = plain_marks(text)
    for found in _SHIFT.finditer(plain):
        is_said = found["moves"] or found["extra"] or found["after"] or "'s" in found[0]
        if is_said and not _NO_SHIFT.search(plain, 0, found.start()) and (count := _count_of(found)):
            sign = -1 if _EARLIER.search(found[0]) else 1
            unit = found["unit"].lower()
            months = sign * count if unit in {"month", "mth"} else 0
            return DateShift(months, sign * count * _DAYS.get(unit, 0), _find_reason(text[found.end() :]))
    return None


def _count_of(found: re.Match[str]) -> int:
    """0 where it is not said, or cannot be."""
    words = (found["count"] or "").lower().removeprefix("a ").removesuffix(" of")
    if words.isdigit():
        return int(words) if int(words) <= _MAX_COUNT else 0
    if not words and not (found["extra"] or found["unit"].lower() == "fortnight"):
        return 0
    return _COUNTS.get(words, 1)


def _find_reason(after: str) -> str:
    reason, rest = split_reason(after)
    reason = reason or clean(rest).lstrip("-( ")
    return "" if is_placeholder(reason) or len(reason.split()) < _MIN_WORDS else reason
