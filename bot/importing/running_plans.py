"""A delivery plan in running text: an overview for each project, told by its manager's line and labels."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from bot.importing.blocks import Block, Grid, Para, RichRow, Words
from bot.importing.problems import ProblemLog
from bot.importing.running_steps import RunningStep, steps_in, texts_in
from bot.importing.torn_lines import mended, vocabulary
from bot.plan.typing_marks import letters_only

_MANAGER = re.compile(r"^(?P<before>.*?)\bProject Manager\s*:?\s+(?P<name>.*)$")
_REF = re.compile(r"\bRef\s+(?P<ref>[A-Z]{2,5} ?[A-Z]{2,4} ?[0-9]{1,3})\b")
_LABELS = {
    "description": "Project description", "finance": "", "performance metrics": "Performance measures",
    "high level milestones": "milestones", "milestones": "milestones", "key risks": "Key risks",
    "equality": "", "impact on residents": "", "consultations": "",
}  # fmt: skip
_LABEL = re.compile(
    r"(?<![\w-])(?P<label>Description|Finance\s*[-\u2013]\s*\u00a3000s|Performance metrics"
    r"|High level milestones|Key Risks|Equality\b|Impact on residents|Consultations/communic\w*)[ :]*"
)
_YEARS = re.compile(r"20[0-9]{2}/[0-9]{2}")
_SECTION = re.compile(r"(?P<number>[0-9]{1,2})\.\s+(?P<title>[A-Z][A-Z &]{3,60})")
_CONTENTS = re.compile(r"(?P<title>[A-Z].*?)[ .]+[0-9]{1,3}")
_BULLETS = re.compile(r"^[\s\uf0b7\u2022\u25cf\u25aa\uf0a7-]+")
_TAGS = re.compile(r"</?[ibu]>")
_FEWEST = 2
_HEADING = ("Ref", "Action", "Owner", "By when", "Status")
_LONGEST_TITLE = 110
_LONGEST_SHOWN = 80


@dataclass
class _Overview:
    """start, head, end: its first line, its manager's and the one after its last, from 0.

    is_cut: a cell's edge cuts the manager's line. parts: by label, its numbered lines.
    """

    start: int
    head: int
    end: int
    title: str
    manager: str
    ref: str
    is_cut: bool
    first_cell: str = ""
    parts: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    section: tuple[int, str] = (0, "")


@dataclass(frozen=True)
class RunningPlan:
    """start, end: the lines it takes, from 0. blocks: what stands there."""

    start: int
    end: int
    blocks: tuple[Block, ...]


def find_running_plan(lines: Sequence[str], notes: ProblemLog) -> RunningPlan | None:
    """Find the overviews of a text; None when it has fewer than two with milestones."""
    known = vocabulary(lines)
    found = _overviews(lines, known)
    if sum("milestones" in each.parts for each in found) < _FEWEST:
        return None
    names = _names(found)
    contents = _contents(lines[: found[0].start], known)
    _complete(found, contents, "\n".join(lines), notes)
    blocks: list[Block] = []
    numbers: dict[str, int] = {}
    for each in found:
        title = each.section[1]
        if title not in numbers:
            numbers[title] = 0
            blocks += [Words(title, each.section[0] + 1, 2)] if title else []
        numbers[title] += 1
        blocks += _blocks(each, numbers[title], known, names, notes)
    notes.info(
        f"line {found[0].start + 1}",
        "ref",
        "",
        "The milestones are printed without refs. They were numbered within their project: 1.1, 1.2, 1.3.",
    )
    return RunningPlan(found[0].start, found[-1].end, tuple(blocks))


def _overviews(lines: Sequence[str], known: frozenset[str]) -> list[_Overview]:
    found: list[_Overview] = []
    for place, line in enumerate(lines):
        opened = _open(lines, place, line, known)
        if opened is None:
            continue
        if found and opened.ref and opened.ref == found[-1].ref:
            found[-1].head = place
            continue
        if found:
            found[-1].end = opened.start
        found.append(opened)
    for each in found:
        if each is found[-1]:
            each.end = _end_of_last(lines, each.start)
        each.parts = _parts(lines, each)
        each.section = _section(lines, each.start)
    for before, after in pairwise(found):
        before.end = max(before.head + 1, after.section[0]) if after.section[0] > before.head else before.end
    return found


def _open(lines: Sequence[str], place: int, line: str, known: frozenset[str]) -> _Overview | None:
    opened = _MANAGER.match(mended(line, known))
    ref = _REF.search(line.replace("\t", " "))
    cells = [cell for cell in line.split("\t") if cell.strip()]
    if opened is None or len(cells) > len(_HEADING) or (ref is None and "\t" not in line):
        return None
    above = place - 1
    title = _BULLETS.sub("", opened["before"]).strip()
    if not title:
        title, above = (mended(lines[above], known), above) if above >= 0 else ("", place)
    else:
        above = place
    if len(title) > _LONGEST_TITLE:
        return None
    name = _REF.split(opened["name"], maxsplit=1)[0]
    name = _LABEL.split(name, maxsplit=1)[0].removesuffix("Ref").strip()
    first = _MANAGER.sub(r"\g<name>", line.partition("\t")[0]).strip()
    code = " ".join(re.findall(r"[A-Z]+|[0-9]+", ref["ref"])) if ref else ""
    return _Overview(above, place, place, title, name, code, _is_cut(line), first)


def _is_cut(line: str) -> bool:
    """Tell a manager's line whose first cell ends within a word."""
    first = line.partition("\t")[0].rstrip()
    return "\t" in line and bool(re.search(r"\b[A-Z][a-z]?$", first))


def _end_of_last(lines: Sequence[str], start: int) -> int:
    for place in range(start + 1, len(lines)):
        if re.fullmatch(r"[A-Z][A-Z ]{5,40}", lines[place].strip()) and not lines[place - 1].strip():
            return place
    return len(lines)


def _section(lines: Sequence[str], start: int) -> tuple[int, str]:
    """Give the numbered heading in capitals above, with its place."""
    for place in range(start, -1, -1):
        if found := _SECTION.fullmatch(lines[place].strip()):
            return place, f"{found['number']}. {found['title'].capitalize()}"
    return 0, ""


def _parts(lines: Sequence[str], each: _Overview) -> dict[str, list[tuple[int, str]]]:
    """Cut the overview's lines at its labels."""
    parts: dict[str, list[tuple[int, str]]] = {}
    label = "description"
    for place in range(each.head, each.end):
        line = _TAGS.sub("", lines[place])
        at = len(line) if place == each.head else 0
        for found in _LABEL.finditer(line):
            _add(parts, label, place, line[at : found.start()])
            over = line[found.end() :] if line[found.end() :].startswith("\t") else ""
            _add(parts, label, place, over)
            label = re.split(r"\s*[-\u2013/]\s*", found["label"].casefold(), maxsplit=1)[0]
            at = len(line) if over else found.end()
            parts.setdefault(_LABELS.get(label) or label, [])
        _add(parts, label, place, line[at:])
    return parts


def _add(parts: dict[str, list[tuple[int, str]]], label: str, place: int, text: str) -> None:
    if text.strip():
        parts.setdefault(_LABELS.get(label) or label, []).append((place + 1, text))


def _names(found: Sequence[_Overview]) -> list[str]:
    """Give the managers' full names as printed, longest first, to know them in the milestones."""
    names = {each.manager for each in found if len(each.manager.split()) == _FEWEST and not each.is_cut}
    return sorted(names, key=len, reverse=True)


def _blocks(
    each: _Overview, number: int, known: frozenset[str], names: Sequence[str], notes: ProblemLog
) -> Iterator[Block]:
    where = each.start + 1
    rows = [
        _row(where, f"{number}. {each.title}", f"Project manager: {each.manager}", f"Finance ref: {each.ref}")
    ]
    rows += _money(each, notes)
    for label in ("Project description", "Performance measures", "Key risks"):
        lines_of_part = each.parts.get(label, [])
        texts = (
            texts_in(lines_of_part, known)
            if label == "Key risks"
            else [_BULLETS.sub("", mended(text, known)) for _, text in lines_of_part]
        )
        if any(map(str.strip, texts)):
            lines = tuple(Para(text) for text in (label, *texts) if text.strip())
            rows.append(RichRow(each.parts[label][0][0], (lines,)))
    yield Grid(tuple(rows))
    steps = _steps(each, known, names, notes)
    if steps:
        made = [_step_row(f"{number}.{place}", step) for place, step in enumerate(steps, start=1)]
        yield Grid((_row(where, *_HEADING), *made))


def _step_row(ref: str, step: RunningStep) -> RichRow:
    row = _row(step.number, ref, step.title, step.owner, step.due, step.status)
    below = tuple(Para(f"\u2022 {text}") for text in step.below)
    return replace(row, cells=(row.cells[0], (*row.cells[1], *below), *row.cells[2:]))


def _row(number: int, *cells: str) -> RichRow:
    return RichRow(number, tuple((Para(cell),) if cell else () for cell in cells))


def _money(each: _Overview, notes: ProblemLog) -> list[RichRow]:
    """Give the row of years and the row of amounts, each in its column, or as many in order."""
    lines = each.parts.get("finance", [])
    for (number, text), (_, below) in zip(lines, [*lines[1:], (0, "")], strict=True):
        years = list(dict.fromkeys(_YEARS.findall(text)))
        after = text[text.rfind(years[-1]) + len(years[-1]) :].split() if years else []
        if len(years) < _FEWEST or (not after and _YEARS.search(below)):
            continue
        cells = [cell.strip() for cell in text.split("\t")]
        amounts = after or [cell.strip() for cell in below.split("\t") if cell.strip()]
        head = _row(number, "Finance \u00a3000s")
        if not after and [cell for cell in cells if cell] == years:
            return [head, _row(number, *cells), _row(number, *map(str.strip, below.split("\t")))]
        if len(amounts) == len(years):
            return [head, _row(number, *years), _row(number, *amounts)]
    if lines:
        words = "; ".join(mended(text, frozenset()) for _, text in lines)[:_LONGEST_SHOWN]
        message = "It cannot be told which amount belongs to which year here, so none was taken."
        notes.warning(f"line {lines[0][0]}", "savings", words, message)
    return []


def _steps(
    each: _Overview, known: frozenset[str], names: Sequence[str], notes: ProblemLog
) -> list[RunningStep]:
    lines = each.parts.get("milestones", [])
    if "Key risks" not in each.parts and len(lines) > 1:
        message = (
            "No heading parts the milestones from the risks here. The first line was read as milestones, "
            f"and {len(lines) - 1} more left out. Check them against the paper."
        )
        notes.warning(f"line {lines[1][0]}", "row", lines[1][1].strip()[:_LONGEST_SHOWN], message)
        lines = lines[:1]
    steps = steps_in(lines, known, names)
    told: set[int] = set()
    for step in steps:
        if step.number in told or not (step.torn or step.split):
            continue
        told.add(step.number)
        message = (
            "The columns of the page cut these words, so they are not in order. Check this milestone."
            if step.torn
            else "This line lost its bullets. It was cut where a milestone seems to begin. Is that right?"
        )
        notes.warning(f"line {step.number}", "title", step.title[:_LONGEST_SHOWN], message)
    return steps


def _contents(lines: Sequence[str], known: frozenset[str]) -> list[str]:
    """Give the titles that a table of contents names: words, then the number of a page."""
    found = (_CONTENTS.fullmatch(mended(line, known)) for line in lines if "\t" in line)
    return [entry["title"].strip() for entry in found if entry]


def _complete(found: Sequence[_Overview], contents: Sequence[str], text: str, notes: ProblemLog) -> None:
    """Mend titles and names that the page's columns cut, where the document has them whole elsewhere."""
    places = {letters_only(title): place for place, title in enumerate(contents)}
    for before, each, after in zip([None, *found], found, [*found[1:], None], strict=False):
        where = f"line {each.start + 1}"
        at = places.get(letters_only(each.title)) if each.title else None
        if at is not None:
            each.title = contents[at]
        elif not each.title and before and after:
            first = places.get(letters_only(before.title))
            last = places.get(letters_only(after.title))
            between = contents[first + 1 : last] if first is not None and last is not None else []
            each.title = between[0] if len(between) == 1 else ""
            message = "This project's title cannot be read here. "
            message += "It was taken from the table of contents." if each.title else "Give it one."
            notes.warning(where, "project", each.title, message)
        _complete_name(each, text, where, notes)
        if not each.ref:
            message = "No finance reference can be read for this project."
            notes.warning(where, "finance_ref", each.title[:_LONGEST_SHOWN], message)


def _complete_name(each: _Overview, text: str, where: str, notes: ProblemLog) -> None:
    if not each.is_cut or len(re.findall(rf"{re.escape(each.manager)}\b", text)) > 1:
        return
    longer = set(re.findall(rf"{re.escape(each.first_cell)}[a-z]+(?![\w\t])", text))
    if len(longer) == 1:
        printed, each.manager = each.first_cell, longer.pop()
        message = f"The manager's name is cut off. It was taken as {each.manager}, named elsewhere. Is it?"
        notes.warning(where, "manager", printed, message)
    else:
        message = "The manager's name may be cut off. Check it against the paper."
        notes.warning(where, "manager", each.manager, message)
