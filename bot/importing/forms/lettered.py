"""Lettered or numbered steps printed one after another on one line: "a) draft b) agree c) publish"."""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.importing.table.blocks import Para

_LABEL = re.compile(r"(?<!\S)(?P<open>\(?)(?P<mark>[a-z]|[ivx]{1,4}|[0-9]{1,2})(?P<close>[.)])(?=\s)")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")
_NUMBERS = tuple(str(number) for number in range(1, 100))
_FEWEST = 2


def with_steps_on_lines(cell: tuple[Para, ...]) -> tuple[Para, ...]:
    """Give each of two or more steps in order a line of its own, and leave any other text alone."""
    return tuple(line for para in cell for line in _cut(para))


def _cut(para: Para) -> Iterator[Para]:
    places = _steps(para.text)
    if not places:
        yield para
        return
    if head := para.text[: places[0]].strip():
        yield replace(para, text=head)
    for start, end in zip(places, [*places[1:], len(para.text)], strict=True):
        yield Para(para.text[start:end].strip(), para.strong and start == 0)


def _steps(text: str) -> list[int]:
    """Give where each step of the longest run of labels begins; none when fewer than two follow on."""
    found = list(_LABEL.finditer(text))
    best: list[int] = []
    for style in (_LETTERS, _ROMAN, _NUMBERS):
        for place, first in enumerate(found):
            starts_it = first.start() == 0 or first["mark"] == style[0]
            if (
                first["mark"] in style
                and starts_it
                and (run := _run(found[place:], style))
                and len(run) > len(best)
            ):
                best = run
    return best if len(best) >= _FEWEST else []


def _run(found: list[re.Match[str]], style: tuple[str, ...]) -> list[int]:
    run: list[int] = []
    expected = style.index(found[0]["mark"])
    kind = (found[0]["open"], found[0]["close"])
    for each in found:
        if (
            expected < len(style)
            and each["mark"] == style[expected]
            and (each["open"], each["close"]) == kind
        ):
            run.append(each.start())
            expected += 1
    return run
