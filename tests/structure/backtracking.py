"""Which regular expressions may take more than linear time, judged by their shape.

A pattern is run in thought over a long run of one character: each unbounded repetition that takes that
character is one place where the run can be divided, and so is the beginning of a search. Two such places one
after the other, and something after them that may fail, are quadratic; one inside the other is exponential.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

# A bounded repetition of more is as good as unbounded.
MANY = 200
EXPONENTIAL = 9
_SAMPLES = " \t\na0_-.é"
_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    c.CATEGORY_DIGIT: str.isdecimal,
    c.CATEGORY_SPACE: str.isspace,
    c.CATEGORY_WORD: lambda letter: letter.isalnum() or letter == "_",
}
_NEGATED = {
    c.CATEGORY_NOT_DIGIT: c.CATEGORY_DIGIT,
    c.CATEGORY_NOT_SPACE: c.CATEGORY_SPACE,
    c.CATEGORY_NOT_WORD: c.CATEGORY_WORD,
}
REPEATS = {c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT}
LETTERS = {c.LITERAL, c.NOT_LITERAL, c.IN, c.ANY, c.ANY_ALL}


class Divisions(NamedTuple):
    """At how many places the run may have been divided before this point of the pattern.

    fresh: where none of it is consumed yet. after: where some of it is.
    """

    fresh: int = 0
    after: int = 0


def degree(pattern: str | bytes, flags: int, uses: Iterable[str]) -> tuple[int, str]:
    """The power of the length that a match may take, and the character whose run shows it.

    uses: the methods of re.Pattern called on it.
    """
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    tree = _parser.parse(text, flags & ~int(c.SRE_FLAG_UNICODE))
    modes = {(use not in {"match", "fullmatch"}, use == "fullmatch") for use in uses}
    return max(
        (_Run(letter, flags).degree(tree, searched=searched, whole=whole), letter)
        for letter in {*letters_of(tree), *_SAMPLES}
        for searched, whole in modes
    )


def letters_of(tree: Any) -> Iterator[str]:
    """Characters that the pattern names, and the ends of its ranges."""
    for op, argument in _nodes(tree):
        if op in {c.LITERAL, c.NOT_LITERAL}:
            yield chr(argument)
        elif op is c.RANGE:
            yield from map(chr, argument)


def _nodes(tree: Any) -> Iterator[tuple[Any, Any]]:
    for op, argument in tree:
        yield op, argument
        if op is c.IN:
            yield from argument
        for child in children(op, argument):
            yield from _nodes(child)


def children(op: Any, argument: Any) -> Iterable[Any]:
    if op is c.BRANCH:
        return tuple(argument[1])
    if op in REPEATS or op is c.SUBPATTERN:
        return (argument[-1],)
    if op in {c.ASSERT, c.ASSERT_NOT}:
        return (argument[1],)
    return (argument,) if op is c.ATOMIC_GROUP else ()


@cache
def _in_category(category: Any, letter: str) -> bool:
    if category in _NEGATED:
        return not _in_category(_NEGATED[category], letter)
    return _CATEGORIES[category](letter)


def takes(op: Any, argument: Any, letter: str, *, ignore_case: bool) -> bool:
    """Whether one step of a pattern takes the letter."""
    letters = {letter, letter.lower(), letter.upper()} if ignore_case else {letter}
    if op is c.IN:
        is_negated = argument[0][0] is c.NEGATE
        found = any(
            takes(kind, value, letter, ignore_case=ignore_case) for kind, value in argument[is_negated:]
        )
        return found is not is_negated
    if op is c.RANGE:
        return any(argument[0] <= ord(each) <= argument[1] for each in letters if len(each) == 1)
    if op is c.CATEGORY:
        return _in_category(argument, letter)
    if op is c.ANY:
        return letter != "\n"
    if op is c.ANY_ALL:
        return True
    found = argument in {ord(each) for each in letters if len(each) == 1}
    return found if op is c.LITERAL else not found


@dataclass
class _Run:
    letter: str
    flags: int
    best: int = field(default=0)

    def degree(self, tree: Any, *, searched: bool, whole: bool) -> int:
        self.best = 0
        self._pass(tree, Divisions(0, 1 if searched else 0), may_fail=whole)
        return self.best

    def _pass(self, tree: Any, before: Divisions, *, may_fail: bool) -> Divisions:
        """The divisions after the steps. may_fail: whether what follows them may."""
        steps = list(tree)
        for index, (op, argument) in enumerate(steps):
            fails = may_fail or any(_may_fail(*each) for each in steps[index + 1 :])
            before = self._step(op, argument, before, may_fail=fails)
        return before

    def _step(self, op: Any, argument: Any, before: Divisions, *, may_fail: bool) -> Divisions:
        if op in LETTERS:
            return Divisions(0, max(before)) if self._takes(op, argument) else Divisions()
        if op in REPEATS:
            return self._repeat(op, argument, before, may_fail=may_fail)
        if op in {c.BRANCH, c.SUBPATTERN}:
            ways = [self._pass(each, before, may_fail=may_fail) for each in children(op, argument)]
            return Divisions(*(max(way) for way in zip(*ways, strict=True)))
        return self._step_apart(op, argument, before, may_fail=may_fail)

    def _takes(self, op: Any, argument: Any) -> bool:
        return takes(op, argument, self.letter, ignore_case=bool(self.flags & c.SRE_FLAG_IGNORECASE))

    def _repeat(self, op: Any, argument: Any, before: Divisions, *, may_fail: bool) -> Divisions:
        least, most, body = argument
        skipped = before if least == 0 else Divisions()
        fails = may_fail or any(_may_fail(*each) for each in body)
        if (most is c.MAXREPEAT or most > MANY) and self._consumes(body):
            divisions = max(before) + 1
            if may_fail or any(_may_fail(*each) for each in list(body)[1:]):
                self.best = max(self.best, divisions)
            inner = _Run(self.letter, self.flags)
            inner._pass(body, Divisions(), may_fail=True)
            if inner.best and may_fail and op is not c.POSSESSIVE_REPEAT:
                self.best = EXPONENTIAL
            self._pass(body, before, may_fail=may_fail)
            return Divisions(skipped.fresh, 0 if op is c.POSSESSIVE_REPEAT else divisions)
        once = self._pass(body, before, may_fail=may_fail)
        again = self._pass(body, once, may_fail=fails) if most > 1 else once
        if op is c.POSSESSIVE_REPEAT:
            return Divisions(skipped.fresh, 0)
        return Divisions(*(max(way) for way in zip(skipped, once, again, strict=True)))

    def _step_apart(self, op: Any, argument: Any, before: Divisions, *, may_fail: bool) -> Divisions:
        if op is c.ATOMIC_GROUP:
            self._pass(argument, before, may_fail=may_fail)
            return Divisions(before.fresh, 0)
        if op is c.AT:
            return self._at(argument, before)
        return self._look_around(op, argument, before) if op in {c.ASSERT, c.ASSERT_NOT} else Divisions()

    def _look_around(self, op: Any, argument: Any, before: Divisions) -> Divisions:
        direction, body = argument
        starts = self._starts(body)
        if direction > 0:
            self._pass(body, before, may_fail=True)
            is_open = (
                not (starts and len(body) == 1 and body[0][0] in LETTERS) if op is c.ASSERT_NOT else starts
            )
            return before if is_open else Divisions()
        one = len(body) == 1 and body[0][0] in LETTERS
        blocked = one and (starts if op is c.ASSERT_NOT else not starts)
        return Divisions(before.fresh, 0) if blocked else before

    def _at(self, where: Any, before: Divisions) -> Divisions:
        if where in {c.AT_BEGINNING_STRING, c.AT_BOUNDARY} or (
            where is c.AT_BEGINNING and not (self.letter == "\n" and self.flags & c.SRE_FLAG_MULTILINE)
        ):
            return Divisions(before.fresh, 0)
        return before

    def _starts(self, body: Any) -> bool:
        """Whether the steps can begin with the letter, or be nothing."""
        for op, argument in body:
            if op in LETTERS:
                return self._takes(op, argument)
            if any(self._starts(child) for child in children(op, argument)):
                return True
            if _may_fail(op, argument) and op not in {c.AT, c.ASSERT, c.ASSERT_NOT}:
                return False
        return True

    def _consumes(self, body: Any) -> bool:
        """Whether the steps can take the letter alone, once or more."""
        return self._only(body) == {True} or True in self._only(body)

    def _only(self, body: Any) -> set[bool]:
        """The ways to pass the steps with nothing but the letter: whether any of it is consumed."""
        ways = {False}
        for op, argument in body:
            if op in LETTERS:
                step = {True} if self._takes(op, argument) else set()
            elif op in REPEATS:
                step = self._only(argument[-1]) | ({False} if argument[0] == 0 else set())
            elif op in {c.ASSERT, c.ASSERT_NOT, c.AT}:
                step = {False}
            else:
                step = {way for child in children(op, argument) for way in self._only(child)}
            ways = {one or other for one in ways for other in step}
        return ways


def _may_fail(op: Any, argument: Any) -> bool:
    """Whether the step fails on some text."""
    if op in REPEATS:
        return bool(argument[0] > 0 and any(_may_fail(*each) for each in argument[-1]))
    if op is c.BRANCH:
        return all(any(_may_fail(*each) for each in branch) for branch in argument[1])
    if op in {c.SUBPATTERN, c.ATOMIC_GROUP}:
        return any(_may_fail(*each) for each in children(op, argument).__iter__().__next__())
    return True
