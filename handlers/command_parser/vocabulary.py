"""The words that decide what a clause says of an action. A word of none of these lists is a plain word."""

import tomllib
from enum import Enum, auto
from pathlib import Path
from typing import NamedTuple

from bot.plan.rag import Colour
from bot.plan.statuses import Status, read_status, status_words


class Kind(Enum):
    """What a phrase does in its clause.

    STATUS, COLOUR and BLOCKED say how an action is. DENIAL, SHARE, FUTURE, CONDITION, EXCEPTION and DOUBT
    take something from that. CORRECTION takes back what stands before it. FILLER says nothing, SUBJECT means
    the action itself, TAIL may follow a status. OUTSTANDING: something is left to do.
    """

    STATUS = auto()
    COLOUR = auto()
    BLOCKED = auto()
    DENIAL = auto()
    SHARE = auto()
    FUTURE = auto()
    CONDITION = auto()
    EXCEPTION = auto()
    DOUBT = auto()
    OUTSTANDING = auto()
    CORRECTION = auto()
    FILLER = auto()
    SUBJECT = auto()
    TAIL = auto()
    DAY = auto()
    BREAK = auto()
    REASON = auto()
    PLAIN = auto()


# They say how an action is.
SAYS = (Kind.STATUS, Kind.COLOUR, Kind.BLOCKED)


class Phrase(NamedTuple):
    """status, colour: what the phrase says. is_strong: also where other words follow it. is_alone: only as
    the whole clause. keeps_words: the phrase itself is worth keeping as a note ("nearly there").
    """

    kind: Kind
    status: Status | None = None
    colour: Colour | None = None
    is_strong: bool = False
    is_alone: bool = False
    keeps_words: bool = False


def _load() -> dict[str, dict[str, list[str]]]:
    """The lists of vocabulary.toml, by section and name."""
    tables = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {
        section: {
            name: [" ".join(each.split()) for each in words.split(",")] for name, words in lists.items()
        }
        for section, lists in tables.items()
    }


_LISTS = _load()
_STATUSES, _COLOURS = _LISTS["statuses"], _LISTS["colours"]
_COLOUR_LETTERS = {"r": Colour.RED, "a": Colour.AMBER, "g": Colour.GREEN}


def group(name: str) -> frozenset[str]:
    """The phrases of a group of vocabulary.toml. Raises KeyError for an unknown one."""
    return frozenset(_LISTS["groups"][name])


def _build() -> dict[str, Phrase]:
    """Every phrase. Where a phrase stands in several lists, a status counts before anything else."""
    phrases: dict[str, Phrase] = {}
    for kind, words in _LISTS["kinds"].items():
        for each in words:
            phrases.setdefault(each, Phrase(Kind[kind.upper()]))
    alone = frozenset(_STATUSES["alone"])
    for word in (" ".join(word.replace("-", " ").split()) for word in status_words()):
        phrases[word] = Phrase(Kind.STATUS, read_status(word), is_alone=word in alone)
    for status in Status:
        for each in _STATUSES.get(status.value, ()):
            phrases[each] = Phrase(Kind.STATUS, status, is_alone=each in alone)
    for each in _STATUSES["nearly"]:
        phrases[each] = Phrase(Kind.STATUS, Status.IN_PROGRESS, keeps_words=True)
    for each in _STATUSES["strong"]:
        phrases[each] = phrases[each]._replace(is_strong=True)
    return phrases | _build_colours()


def _build_colours() -> dict[str, Phrase]:
    strong = frozenset(_COLOURS["strong"])
    phrases = {
        each: Phrase(Kind.COLOUR, colour=colour, is_strong=each in strong)
        for colour in (Colour.RED, Colour.AMBER, Colour.GREEN)
        for each in _COLOURS[colour.value]
    }
    for letter, colour in _COLOUR_LETTERS.items():
        phrases[f"rag {letter}"] = phrases[f"{letter} rag"] = Phrase(Kind.COLOUR, colour=colour)
    return phrases


PHRASES = _build()
MAX_PHRASE_WORDS = max(len(each.split()) for each in PHRASES)
# The first words of the phrases of several words: anything else is looked up alone.
FIRST_WORDS = frozenset(each.split()[0] for each in PHRASES if " " in each)
COLOUR_OF_LETTER = _COLOUR_LETTERS
