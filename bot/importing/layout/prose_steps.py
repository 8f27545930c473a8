"""Split running text into milestones, and parse the owner, date and status of each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.importing.layout.prose_overviews import is_torn, mend_line
from bot.plan.date_patterns import DateMatch, find_dates
from bot.plan.due_dates import Precision
from bot.plan.text import plain_marks

_BULLET = re.compile(r"\s*(?:[\uf0b7\u2022\u25cf\u25aa\uf0a7]\s*|-\s+|-(?=\t))")
_STATUS = re.compile(r"\b(?:in progress|not started|completed?|ongoing)\b", re.IGNORECASE)
_STATUS_AT_END = re.compile(
    r"(?<!\bis )\b(?P<status>in progress|not started|completed?|ongoing)\b"
    r"(?=\s*(?:$|[,(.;]|(?:for |by )?[0-9]))",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"\W*+(?:tbc|tba|n/?a|to be confirmed)?+\W*+", re.IGNORECASE)
_STRIPPED = " ,;:\u2013\u2014-()"
_ROLE = re.compile(r"\b(?:head of|manager|director|lead)\b", re.IGNORECASE)
_INNER = re.compile(r"\s+-\s")
_DASHED = re.compile(r"\s*-\s")
_REMARK = re.compile(r"\([^()]*\)")
_FILLER = re.compile(r"\b(?:for completion|by|for)\b", re.IGNORECASE)
_YEAR_END = re.compile(r"end of 20[0-9]{2}/[0-9]{2}", re.IGNORECASE)
_FULL_DAY = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}")
_FOLLOWS = "follows:"
_MAX_OWNER_LENGTH = 70
_MAX_TAIL_LENGTH = 120
_SHORT_TAIL_LENGTH = 40
_TWO_CELLS = 2
# A new sentence without a full stop: a lower-case word, then a capitalised one.
_BOUNDARY = re.compile(r"(?<=[a-z)\d]) (?=[A-Z][a-z\u2019'-]+ (?:[a-z&]|HRAs?\b))")
_CAPITAL_BEFORE = re.compile(r"\b[A-Z][a-z\u2019']+$")
_NEVER_BEFORE_BOUNDARY = re.compile(
    r"\b(?:the|a|an|of|by|to|for|and|with|in|on|from|or|at|our|new|against|&)$", re.IGNORECASE
)
_MIN_LETTERS = 4
_REFERENCE_DAY = date(2021, 1, 1)


@dataclass(frozen=True)
class ProseStep:
    """One milestone, or one risk. number: of its line. bullets: the bullets within it.

    is_torn: the columns of the page cut its words. is_split: its line held several and lost their bullets.
    """

    number: int
    title: str
    owner: str = ""
    due: str = ""
    status: str = ""
    bullets: tuple[str, ...] = ()
    is_torn: bool = False
    is_split: bool = False


@dataclass
class _Item:
    """A milestone as it is read.

    tail: the lines below with owner, date or status. cell_count: over how many cells the last line spread.
    """

    number: int
    text: str
    tail: list[str] = field(default_factory=list)
    bullets: list[str] = field(default_factory=list)
    is_torn: bool = False
    is_split: bool = False
    cell_count: int = 1


def read_steps(
    lines: Sequence[tuple[int, str]], vocabulary: frozenset[str], names: Sequence[str]
) -> list[ProseStep]:
    """Read the lines below "High level milestones". names: of people who own some."""
    steps = [_read_step(item, names) for item in _split_items(lines, vocabulary, names)]
    return [step for step in steps if sum(map(str.isalpha, step.title)) >= _MIN_LETTERS]


def read_texts(lines: Sequence[tuple[int, str]], vocabulary: frozenset[str]) -> list[str]:
    """Read lines that are only text, such as risks."""
    return [" ".join([item.text, *item.bullets, *item.tail]) for item in _split_items(lines, vocabulary, ())]


def _split_items(
    lines: Sequence[tuple[int, str]], vocabulary: frozenset[str], names: Sequence[str]
) -> list[_Item]:
    """Begin an item at each bullet; in a line that lost its bullets, at each new sentence."""
    items: list[_Item] = []
    bulleted = False
    for number, line in lines:
        bullet = _BULLET.match(line)
        text = mend_line(line[bullet.end() :] if bullet else line, vocabulary)
        if _NOTHING.fullmatch(text):
            continue
        if items and bullet and _INNER.match(line):
            items[-1].bullets.append(text)
        elif items and not bullet and _is_continuation(line, text, items[-1], names, bulleted=bulleted):
            _extend_item(items[-1], line, text, names)
        else:
            parts = [text] if is_torn(line) or _DASHED.match(line) else _split_at_sentences(text, names)
            items += [_Item(number, part, is_split=len(parts) > 1) for part in parts]
            items[-1].is_torn, items[-1].cell_count = is_torn(line), _count_cells(line)
        bulleted = bulleted or bool(bullet)
    return items


def _is_continuation(line: str, text: str, item: _Item, names: Sequence[str], *, bulleted: bool) -> bool:
    """Tell whether the line continues the item above, or begins another."""
    if is_torn(line) and item.text.endswith(")"):
        return False
    if line.startswith("\t") and not bulleted:
        return item.cell_count > _TWO_CELLS
    return not text[0].isupper() or (_is_tail(text, names) and (bulleted or len(text) < _SHORT_TAIL_LENGTH))


def _extend_item(item: _Item, line: str, text: str, names: Sequence[str]) -> None:
    item.is_torn |= is_torn(line)
    item.cell_count = _count_cells(line)
    if _is_tail(text, names) and "\t" not in line.rstrip():
        item.tail.append(text)
    else:
        item.text = f"{item.text} {text}"


def _is_tail(text: str, names: Sequence[str]) -> bool:
    """Tell a short line with an owner, a date or a status."""
    is_about_step = (
        _STATUS.search(text) or _ROLE.search(text) or _find_dates(text) or any(name in text for name in names)
    )
    return bool(is_about_step) and len(text) <= _MAX_TAIL_LENGTH


def _count_cells(line: str) -> int:
    return sum(bool(cell.strip()) for cell in line.split("\t"))


def _split_at_sentences(text: str, names: Sequence[str]) -> list[str]:
    """Split a line where a sentence begins without a full stop before it, but not within a name."""
    inside = [range(match.start() + 1, match.end()) for name in names for match in _find_name(name, text)]
    listed = text.find(_FOLLOWS)
    cuts = [
        match.end()
        for match in _BOUNDARY.finditer(text, 0, listed if listed > 0 else len(text))
        if not _NEVER_BEFORE_BOUNDARY.search(text[: match.start()])
        and not (
            _CAPITAL_BEFORE.search(text[: match.start()]) and not _ends_in_name(text[: match.start()], names)
        )
        and not _ROLE.match(text[match.end() :])
        and not any(match.start() in span for span in inside)
    ]
    starts = [0, *cuts]
    return [text[start:end].strip() for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def _ends_in_name(text: str, names: Sequence[str]) -> bool:
    return any(text.casefold().endswith(name.casefold()) for name in names)


def _find_name(name: str, text: str) -> Iterator[re.Match[str]]:
    return re.finditer(re.escape(name), text, re.IGNORECASE)


def _read_step(item: _Item, names: Sequence[str]) -> ProseStep:
    """Split off status, date and owner. An owner is printed at the end, or on a line below."""
    tail = " ".join(item.tail)
    source = tail or item.text
    status = next(iter([*_STATUS_AT_END.finditer(source)][::-1]), None)
    days = _find_dates(source)
    year_end = _YEAR_END.search(source)
    printed = source[days[-1].start : days[-1].end] if days else year_end[0] if year_end else ""
    if item.is_torn and not _FULL_DAY.fullmatch(printed):
        printed = ""
    status_text = status["status"] if status and not item.is_torn else ""
    owner, rest = _read_owner(source, printed, status_text, names, is_tail=bool(tail))
    title = item.text if tail else rest
    return ProseStep(
        item.number,
        title.strip(_STRIPPED),
        owner,
        printed,
        status_text,
        tuple(item.bullets),
        item.is_torn,
        item.is_split,
    )


def _read_owner(
    source: str, printed: str, status: str, names: Sequence[str], *, is_tail: bool
) -> tuple[str, str]:
    """The owner, and the text without owner, date and status."""
    bare = _without(_without(source, printed), status)
    if is_tail:
        return _FILLER.sub("", _REMARK.sub("", bare)).strip(_STRIPPED), ""
    after = source.partition(printed)[2].strip(_STRIPPED) if printed else ""
    if _ROLE.search(after) and len(after) <= _MAX_OWNER_LENGTH:
        return after, _without(bare, after)
    found = [each[0] for name in names for each in _find_name(name, bare)]
    for name in found:
        bare = _without(bare, name)
    return ", ".join(dict.fromkeys(found)), bare


def _without(text: str, words: str) -> str:
    return " ".join(text.replace(words, " ").split()) if words else text


def _find_dates(text: str) -> list[DateMatch]:
    return [
        found
        for found in find_dates(plain_marks(text), as_at=_REFERENCE_DAY)
        if found.day and found.precision in {Precision.DAY, Precision.MONTH}
    ]
