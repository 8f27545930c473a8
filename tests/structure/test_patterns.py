"""Whoever writes to the bot chooses the text, so no regular expression may take more than linear time."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from tests.structure.backtracking import EXPONENTIAL, degree
from tests.structure.growth import grows_too_fast
from tests.structure.patterns import UsedPattern, used_patterns
from tests.structure.pumping import slow_texts

# Two marks of a kind are a pair wherever the first of them stands, so that a search fails once for each kind.
LINEAR_ALL_THE_SAME = {"bot/importing/readers/text_files.py: _EMPHASIS"}
OPERATIONS: dict[str, Callable[[re.Pattern[Any], Any], Any]] = {
    "sub": lambda pattern, text: pattern.sub(lambda _: text[:0], text),
    "subn": lambda pattern, text: pattern.subn(lambda _: text[:0], text),
    "split": lambda pattern, text: pattern.split(text),
    "findall": lambda pattern, text: pattern.findall(text),
    "finditer": lambda pattern, text: deque(pattern.finditer(text), maxlen=0),
    "search": lambda pattern, text: pattern.search(text),
    "match": lambda pattern, text: pattern.match(text),
    "fullmatch": lambda pattern, text: pattern.fullmatch(text),
}


def test_every_pattern_is_found() -> None:
    places = {each.where for each in used_patterns()}
    assert {
        "handlers/command_parser/options.py: _BECAUSE",
        "handlers/command_parser/tokens.py: _NEXT",
        "bot/plan/date_patterns.py: _COMPILED",
        "bot/logs.py: _SECRETS",
    } <= places
    assert any(re.match(r"handlers/command_parser/updates\.py:[0-9]", each) for each in places)
    assert len(places) > 150


def test_no_pattern_has_a_shape_that_backtracks() -> None:
    found = [
        f"{each.where}: {each.pattern!r} over a run of {letter!r}"
        for each in used_patterns()
        for power, letter in [degree(each.pattern, each.flags, each.uses)]
        if power > 1 and each.where not in LINEAR_ALL_THE_SAME
    ]
    assert found == []


@pytest.mark.parametrize("folder", ["handlers/", "bot/plan/", "bot/importing/", ""])
def test_no_pattern_takes_more_than_linear_time(folder: str) -> None:
    folders = ("handlers/", "bot/plan/", "bot/importing/")
    chosen = [
        each
        for each in used_patterns()
        if (each.where.startswith(folder) if folder else not each.where.startswith(folders))
    ]
    assert chosen
    assert [found for each in chosen for found in slow_with(each)] == []


def slow_with(used: UsedPattern) -> Iterator[str]:
    pumps = slow_texts(used.pattern, used.flags)
    for use in sorted(used.uses & OPERATIONS.keys()):
        work = partial(OPERATIONS[use], used.compiled)
        for pump in pumps:
            if grows_too_fast(work, pump.text):
                yield f"{used.where}: {use} {used.pattern!r} on {pump.text(40)!r}"


@pytest.mark.parametrize(
    ("pattern", "use", "power"),
    [
        (r"\s+$", "search", 2),
        (r"\s+$", "match", 1),
        (r"[\s,;(-]*\bbecause\b[\s:]*", "search", 2),
        (r"(?:(?<![\s,;(-])[\s,;(-]++)?+\bbecause\b[\s:]*+", "search", 1),
        (r"a\s*:?\s*b", "match", 2),
        (r"a\s*+:?\s*+b", "match", 1),
        (r"\s*:\s*b", "match", 1),
        (r"(?:\s*,\s*)*x", "match", 2),
        (r"(?:a+)+b", "match", EXPONENTIAL),
        (r"(?:a|b+)*c", "fullmatch", EXPONENTIAL),
        (r"(?:a++)+b", "match", EXPONENTIAL),
        (r"(?>a+)b", "match", 1),
        (r"x.*y.*z", "match", 2),
        (r"x[^y]*y[^z]*z", "match", 1),
        (r"^\s+x", "search", 1),
        (r"\b\w+\s", "search", 1),
        (r"<[^>]*>", "search", 2),
        (r"<[^<>]*>", "search", 1),
        (r".*?x", "search", 2),
        (r"\s+", "search", 0),
        (r"a{0,80}b", "search", 0),
        (r"a{0,8000}b", "search", 2),
        (r"(?=a*b)a", "search", 2),
        (r"\w+(?!\w)\w*-", "match", 1),
        (r"a*(?:b|a*)c", "match", 2),
    ],
)
def test_what_counts_as_backtracking(pattern: str, use: str, power: int) -> None:
    assert degree(pattern, re.compile(pattern).flags, {use})[0] == power


@pytest.mark.parametrize(
    ("pattern", "use"),
    [
        (r"\s+$", "search"),
        (r"(?::[a-z]+:\s*)+$", "search"),
        (r"a\s*:?\s*b", "match"),
        (r"<[^>]*>", "finditer"),
    ],
)
def test_a_slow_pattern_is_seen_to_be_slow(pattern: str, use: str) -> None:
    used = UsedPattern("here", pattern, re.compile(pattern).flags, frozenset({use}))
    assert next(slow_with(used), None)
