"""A line as the forms of days are looked for in it: lower case, single spaces, months and weekdays by their
full English names, numbers in figures. Each word keeps its place in the text.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.plan.text import plain_marks

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
CARDINALS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_LATER_ORDINALS = (
    *("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth"),
    *("eighteenth", "nineteenth", "twentieth"),
)
_TENS = {"twenty": 20, "thirty": 30}
# Welsh months, also as they are changed after "i" and "o".
_WELSH_MONTHS = {
    "ionawr": 1, "chwefror": 2, "mawrth": 3, "fawrth": 3, "ebrill": 4, "mai": 5, "fai": 5, "mehefin": 6,
    "fehefin": 6, "gorffennaf": 7, "orffennaf": 7, "awst": 8, "medi": 9, "fedi": 9, "hydref": 10,
    "tachwedd": 11, "dachwedd": 11, "rhagfyr": 12, "ragfyr": 12,
}  # fmt: skip
_WELSH_WEEKDAYS = {
    "llun": 0, "lun": 0, "mawrth": 1, "fawrth": 1, "mercher": 2, "fercher": 2, "iau": 3, "gwener": 4,
    "wener": 4, "sadwrn": 5, "sul": 6,
}  # fmt: skip
_SHORT_WEEKDAYS = {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4,
    "sat": 5, "sun": 6,
}  # fmt: skip
_OTHER_SPELLINGS = {
    "wensday": "wednesday", "wendsday": "wednesday", "wendesday": "wednesday", "xmas": "christmas",
    "diwedd": "end", "canol": "mid", "dechrau": "early",
    "heddiw": "today", "yfory": "tomorrow", "sept": "september", "2moro": "tomorrow",
    "tomo": "tomorrow", "tmrw": "tomorrow", "midday": "noon",
}  # fmt: skip
# Words of their own, though one letter off a name.
_OWN_WORDS = {"sundry", "sundae", "manday", "augusta", "auguste", "juny", "septembre"}
_TYPO_NAMES = (*(name for name in (*MONTHS, *WEEKDAYS) if len(name) > 5), "march", "april", "tomorrow")  # noqa: PLR2004
_MIN_TYPO, _MAX_TYPO = 5, 11
_TOKEN = re.compile(r"[0-9]++|[^\W\d_]++|->|=>|[^\s]")
_ARROWS = {"\u2192": "->", "\u21d2": "->", "\u27a1": "->", "=>": "->"}


@dataclass(frozen=True)
class DayToken:
    """One word, number or mark. start, end: its place in the text; raw: as typed, in lower case; joined:
    nothing stands between it and the one before.
    """

    start: int
    end: int
    raw: str
    word: str
    joined: bool


@dataclass(frozen=True)
class NormalLine:
    """text: the normal form; starts, ends: where each token begins and ends in it."""

    tokens: list[DayToken]
    text: str
    starts: list[int]
    ends: list[int]

    def token_at(self, place: int) -> int:
        """The number of the token that the place of the normal form lies in or comes after."""
        return bisect_right(self.starts, place) - 1

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The place in the text of what stands at start:end of the normal form."""
        return self.tokens[self.token_at(start)].start, self.tokens[self.token_at(end - 1)].end


def normalise_line(text: str) -> NormalLine:
    tokens = _join_words(_split_tokens(plain_marks(text)))
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    length = 0
    for token in tokens:
        if parts and not token.joined:
            parts.append(" ")
            length += 1
        starts.append(length)
        parts.append(token.word)
        length += len(token.word)
        ends.append(length)
    return NormalLine(tokens, "".join(parts), starts, ends)


def _split_tokens(text: str) -> list[DayToken]:
    tokens: list[DayToken] = []
    last = -1
    for found in _TOKEN.finditer(text):
        raw = found[0].lower()
        tokens.append(DayToken(found.start(), found.end(), raw, _normal_word(raw), found.start() == last))
        last = found.end()
    return tokens


@lru_cache(maxsize=4096)
def _normal_word(raw: str) -> str:
    if raw in _ARROWS:
        return _ARROWS[raw]
    if not raw.isalpha():
        return raw
    if raw in _SHORT_WEEKDAYS:
        return WEEKDAYS[_SHORT_WEEKDAYS[raw]]
    if raw in _WELSH_MONTHS:
        return MONTHS[_WELSH_MONTHS[raw] - 1]
    if raw in _LATER_ORDINALS or raw == "thirtieth":
        return f"{_LATER_ORDINALS.index(raw) + 11 if raw in _LATER_ORDINALS else 30}th"
    short = next((month for month in MONTHS if raw == month[:3]), None)
    return short or _OTHER_SPELLINGS.get(raw) or _without_typo(raw)


def _without_typo(raw: str) -> str:
    """The month or weekday that the word is one letter off; two letters that changed places count as one."""
    if not _MIN_TYPO <= len(raw) <= _MAX_TYPO or raw in _OWN_WORDS or raw in MONTHS or raw in WEEKDAYS:
        return raw
    near = [
        name
        for name in _TYPO_NAMES
        if name[0] == raw[0]
        and raw != f"{name}s"
        and OSA.distance(name, raw, score_cutoff=1) == 1
        # Short names have too many neighbours: "match", "marsh".
        and (len(name) > _MIN_TYPO or sorted(name) == sorted(raw))
    ]
    return near[0] if len(near) == 1 else raw


def _join_words(tokens: list[DayToken]) -> list[DayToken]:
    """Make one token of a name in two words and of a number in several: dydd Gwener, thirty first."""
    joined: list[DayToken] = []
    place = 0
    while place < len(tokens):
        taken, word = _join_at(tokens, place, joined[-1].word if joined else "")
        first, last = tokens[place], tokens[place + taken - 1]
        joined.append(first if taken == 1 else DayToken(first.start, last.end, word, word, first.joined))
        place += taken
    return joined


def _join_at(tokens: list[DayToken], place: int, before: str) -> tuple[int, str]:
    """How many tokens belong together here, and what they are."""
    raw = tokens[place].raw
    following = [token.raw for token in tokens[place + 1 : place + 4]]
    if raw in {"dydd", "ddydd"} and following and following[0] in _WELSH_WEEKDAYS:
        return 2, WEEKDAYS[_WELSH_WEEKDAYS[following[0]]]
    if raw not in _TENS:
        return 1, raw
    if (
        before in MONTHS
        and raw == "twenty"
        and following[:1] == ["twenty"]
        and (unit := _unit(following[1:]))
    ):
        return 3, str(2020 + unit)
    dash = following[:1] == ["-"]
    rest = following[1:] if dash else following
    if rest and rest[0] in ORDINALS[:9]:
        number = _TENS[raw] + ORDINALS.index(rest[0]) + 1
        return 2 + dash, f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }".replace(" ", "")
    if (unit := _unit(rest)) and len(rest) > 1 and _normal_word(rest[1]) in MONTHS:
        return 2 + dash, str(_TENS[raw] + unit)
    return 1, raw


def _unit(words: list[str]) -> int:
    """1 to 9 for a number in words; 0 for anything else."""
    return CARDINALS.index(words[0]) + 1 if words and words[0] in CARDINALS[:9] else 0
