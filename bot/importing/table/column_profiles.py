"""What the cells below a heading hold: words, dates, refs, ticks, colours."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.importing.table.column_kinds import Column
from bot.plan.date_vocabulary import ONGOING, UNCONFIRMED, looks_like_a_date
from bot.plan.declared import read_declared
from bot.plan.owners import is_initials
from bot.plan.statuses import read_statuses
from bot.plan.text import letters_only, one_line

_MAX_CELLS, _MAX_READ = 300, 200
_NUMBER = re.compile(r"[\s\u00a3$-]*[0-9][0-9,.]*+\s*+%?+")
_DATE_SHAPE = re.compile(
    r"[0-9]{1,4} ?[/.-] ?(?:[0-9]{1,2}|[a-z]{3,9}) ?[/.-]"
    r"|[0-9](?:st|nd|rd|th)?[ -][a-z]{3}|[a-z]{3,9}\.?[ -]'?[0-9]",
    re.IGNORECASE,
)
_REF = re.compile(
    r"[#(]?(?:[a-z]{0,12}[ ._/-]?[0-9][0-9a-z]{0,8}(?:[._/-][0-9a-z]{1,8}){0,5}|[a-z]{1,2})[.):]?",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(r"[A-Z](?:\.|[^\W\d_]{1,30}(?:['\u2019-][A-Z]?[a-z]{1,30})?)")
_PLACE = re.compile(
    r"\b(?:street|road|lane|avenue|house|school|academy|college|hospital|ward|station|centre|hall|site|park|"
    r"north|south|east|west|team|council|trust|services?|department|board|committee|group)\b",
    re.IGNORECASE,
)
_TICKS = {
    "x", "y", "n", "yes", "no", "true", "false", "done", "tick", "ie", "nage", "\u2713", "\u2714",
    "\u2705", "\u2611", "\u2610", "\u2612", "\u2717", "\u2718", "\u274c", "\u25cf", "\u2022",
}  # fmt: skip
_LEVELS = {
    "high", "medium", "low", "med", "critical", "urgent", "normal", "important", "minor", "major",
    "moderate", "h", "m", "l", "veryhigh", "verylow", "must", "should", "could", "wont", "highest",
    "lowest", "p1", "p2", "p3", "p4", "extreme", "none", "uchel", "isel", "canolig", "severe",
    "significant",
}  # fmt: skip
_FEW, _SHORT_WORDS, _MANY_WORDS = 4, 2, 3


@dataclass(frozen=True)
class ColumnProfile:
    """The filled cells of one column, the first few hundred."""

    cells: tuple[str, ...]

    @cached_property
    def words(self) -> float:
        """Words in a cell, on average."""
        return sum(len(cell.split()) for cell in self.cells) / max(len(self.cells), 1)

    @cached_property
    def is_repeating(self) -> bool:
        """A few short values over and over."""
        different = len({cell.casefold() for cell in self.cells})
        return (
            len(self.cells) >= _FEW
            and different <= max(2, len(self.cells) // 3)
            and self.words <= _SHORT_WORDS
        )

    def share(self, *tests: str) -> float:
        """How many of the cells, from 0 to 1, pass one of these tests."""
        passed = sum(any(_TESTS[test](cell) for test in tests) for cell in self.cells)
        return passed / max(len(self.cells), 1)

    @cached_property
    def are_values(self) -> bool:
        """Whether nearly every cell is a number, a tick, a level or a date: never words."""
        return self.share("number", "tick", "level", "date shape", "colour") > 0.6  # noqa: PLR2004


def profile_of(cells: Iterable[str]) -> ColumnProfile:
    filled = (one_line(cell)[:_MAX_READ] for cell in cells)
    kept: list[str] = []
    for cell in filled:
        if cell and len(kept) < _MAX_CELLS:
            kept.append(cell)
    return ColumnProfile(tuple(kept))


def can_hold(profile: ColumnProfile, column: Column, rank: int) -> bool:
    """Whether the cells can be what the heading says. rank: how sure the heading is of it."""
    if not profile.cells:
        return column is not Column.ACTION
    test = _CAN_HOLD.get(column)
    return test is None or test(profile, rank)


def _can_be_dates(profile: ColumnProfile, rank: int) -> bool:
    return rank < _UNSURE or profile.share("date", "date shape") >= _HALF


def _can_be_refs(profile: ColumnProfile, rank: int) -> bool:
    if rank < _PLAIN_REF:
        return profile.words <= _FEW
    return profile.words <= _MANY_WORDS and profile.share("ref", "number") >= _HALF


def _can_be_ticks(profile: ColumnProfile, _: int) -> bool:
    return (
        profile.share("tick", "status", "number", "date shape") >= _HALF
        and profile.share("date shape") < _HALF
    )


def _are_people(profile: ColumnProfile) -> bool:
    return profile.share("initials") >= _HALF or (
        profile.words <= _MANY_WORDS and profile.share("proper name") >= _HALF
    )


def _can_be_actions(profile: ColumnProfile, rank: int) -> bool:
    """Words, mostly different; where the heading says only that it is an answer, more than Agreed."""
    if profile.are_values or profile.is_repeating or profile.share("initials") >= _HALF:
        return False
    return rank not in _RESPONSES or profile.words >= _SHORT_WORDS


_HALF, _UNSURE, _LESS_SURE, _LIST_NAMES, _PLAIN_REF = 0.5, 35, 60, 46, 13
_RESPONSES = (40, 47)
_DATES = (Column.DUE, Column.REVISED, Column.ORIGINAL, Column.START, Column.RAISED_ON, Column.CLOSED_ON)
_CAN_HOLD: dict[Column, Callable[[ColumnProfile, int], bool]] = {
    **dict.fromkeys(_DATES, _can_be_dates),
    Column.ACTION: _can_be_actions,
    Column.REF: _can_be_refs,
    Column.OWNER: lambda profile, rank: (
        rank < _LESS_SURE or (_are_people(profile) and not profile.are_values)
    ),
    Column.STATUS: lambda profile, rank: rank < _LIST_NAMES or profile.share("status", "tick") >= _HALF,
    Column.DONE: _can_be_ticks,
    Column.PERCENT: lambda profile, _: profile.share("number") >= _HALF,
    Column.PRIORITY: lambda profile, _: profile.words <= _MANY_WORDS,
    Column.SUCCESS: lambda profile, _: not profile.are_values and profile.share("status") < _HALF,
}


def is_tick(text: str) -> bool:
    return letters_only(text) in _TICKS or text.strip().strip("[]() ") in _TICKS


def is_level(text: str) -> bool:
    """Whether the text is a level of priority or the like: High, P1, Medium (2)."""
    return (letters_only(text) or text) in _LEVELS


def _is_date(text: str) -> bool:
    return bool(looks_like_a_date(text) or ONGOING.search(text) or UNCONFIRMED.search(text))


def _is_proper(text: str) -> bool:
    words = [word for word in text.split() if word[0].isalpha()]
    return bool(words) and all(word[0].isupper() for word in words)


def _is_full_name(text: str) -> bool:
    """Two or three words as a person's name has them: Ann Example, Cllr Example, A. Example."""
    words = text.split()
    return (
        len(words) in {_SHORT_WORDS, _MANY_WORDS}
        and all(_NAME_WORD.fullmatch(word) for word in words)
        and not _PLACE.search(text)
    )


_TESTS = {
    "number": lambda text: bool(_NUMBER.fullmatch(text)),
    "tick": is_tick,
    "level": is_level,
    "date": _is_date,
    "date shape": lambda text: bool(_DATE_SHAPE.search(text)) and len(text.split()) <= 5,  # noqa: PLR2004
    "ref": lambda text: bool(_REF.fullmatch(text)),
    "status": lambda text: bool(read_statuses(text).statuses),
    "colour": lambda text: read_declared(text) is not None,
    "initials": lambda text: all(is_initials(word) for word in re.split(r"[\s,/&+]+", text) if word),
    "proper name": _is_proper,
    "full name": _is_full_name,
}


def samples(cells: Sequence[str], count: int) -> list[str]:
    """The first few different cells."""
    return list(dict.fromkeys(one_line(cell) for cell in cells if cell.strip()))[:count]
