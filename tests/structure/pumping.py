"""Texts that make a regular expression slow, if any do: what its repetitions take, over and over."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from tests.structure.backtracking import LETTERS, MANY, REPEATS, children, letters_of, takes

_ALPHABET = " \t\n-_.,;:/()[]<>@#'\"=+&|09azAZ\u00e9\u2019\u2013"
_FITTING: dict[str, list[str]] = {}
_SAMPLES, _MAX_LETTERS = 3, 12
# After the repetition: the end, and what hardly any pattern takes.
_TAILS = ("", "\x00", " \x00")


@dataclass(frozen=True)
class Pump:
    """A text of any length: what it begins with, what is repeated, and what it ends with."""

    before: str
    word: str
    tail: str
    is_bytes: bool = False

    def text(self, length: int) -> str | bytes:
        """Of about this length."""
        text = self.before + self.word * (length // len(self.word)) + self.tail
        return text.encode("latin-1", "replace") if self.is_bytes else text


def slow_texts(pattern: str | bytes, flags: int) -> list[Pump]:
    is_bytes = isinstance(pattern, bytes)
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    tree = _parser.parse(text, flags & ~int(c.SRE_FLAG_UNICODE))
    chance = random.Random(0)
    return [
        Pump(before, word, tail, is_bytes)
        for before, word in dict.fromkeys(_pumps(tree, chance))
        if word
        for tail in _TAILS
    ]


def _pumps(tree: Any, chance: random.Random) -> Iterator[tuple[str, str]]:
    """What to begin with, and what to repeat after it."""
    yield from (("", each) for each in sorted(set(letters_of(tree)))[:_MAX_LETTERS])
    for _ in range(_SAMPLES):
        whole = _sample(tree, chance)
        yield from (("", each) for each in (whole, whole[:-1], f"{whole} "))
    yield from _repeated(tree, "", chance)


def _repeated(tree: Any, before: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """The same for each unbounded repetition. before: what the steps before the tree take."""
    for op, argument in tree:
        if op in REPEATS and (argument[1] is c.MAXREPEAT or argument[1] > MANY):
            yield from ((before, _sample(argument[2], chance)) for _ in range(_SAMPLES))
        for child in children(op, argument):
            yield from _repeated(child, before, chance)
        before += _sample([(op, argument)], chance)


def _sample(tree: Any, chance: random.Random) -> str:
    """A text that the steps take, or nearly: what they look around for is left out."""
    return "".join(_sample_step(op, argument, chance) for op, argument in tree)


def _fitting(op: Any, argument: Any) -> list[str]:
    """The letters of the alphabet that one step takes. The same steps are in many patterns."""
    key = f"{op} {argument}"
    if key not in _FITTING:
        _FITTING[key] = [each for each in _ALPHABET if takes(op, argument, each, ignore_case=False)]
    return _FITTING[key]


def _sample_step(op: Any, argument: Any, chance: random.Random) -> str:
    if op is c.LITERAL:
        return chr(argument)
    if op in LETTERS:
        fitting = _fitting(op, argument)
        named = [chr(value) for kind, value in argument if kind is c.LITERAL] if op is c.IN else []
        return chance.choice(fitting or named or [""])
    if op in REPEATS:
        least, most, body = argument
        return "".join(_sample(body, chance) for _ in range(max(least, min(1, int(most)))))
    if op is c.BRANCH:
        return _sample(chance.choice(argument[1]), chance)
    if op in {c.SUBPATTERN, c.ATOMIC_GROUP}:
        return "".join(_sample(child, chance) for child in children(op, argument))
    return ""
