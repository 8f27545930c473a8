"""Read a delivery plan in running text, which has an overview with labels for each project."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.importing.layout.prose_overviews import Overview, collect_vocabulary, find_overviews, mend_line
from bot.importing.layout.prose_steps import ProseStep, read_steps, read_texts
from bot.importing.table.blocks import Block, Para, RichGrid, RichRow, TextBlock
from bot.importing.table.problems import MAX_SHOWN_LENGTH, DiagnosticLog
from bot.plan.text import letters_only
from bot.sentences import sentence

_CONTENTS = re.compile(r"(?P<title>[A-Z].*)[ .][0-9]{1,3}")
_MAX_LINE_LENGTH = 300
_YEARS = re.compile(r"20[0-9]{2}/[0-9]{2}")
_BULLETS = re.compile(r"^[\s\uf0b7\u2022\u25cf\u25aa\uf0a7-]+")
_MIN_OVERVIEWS = 2
_HEADING = ("Ref", "Action", "Owner", "By when", "Status")


@dataclass(frozen=True)
class ProsePlan:
    """start, end: its lines, from 0, without the last. blocks: what they hold."""

    start: int
    end: int
    blocks: tuple[Block, ...]


def find_prose_plan(lines: Sequence[str], notes: DiagnosticLog) -> ProsePlan | None:
    """Find the overviews of a text; None when it has fewer than two with milestones."""
    vocabulary = collect_vocabulary(lines)
    overviews = find_overviews(lines, vocabulary)
    if sum("milestones" in each.parts for each in overviews) < _MIN_OVERVIEWS:
        return None
    names = _manager_names(overviews)
    contents = read_contents(lines[: overviews[0].start], vocabulary)
    complete_overviews(overviews, contents, "\n".join(lines), notes)
    blocks: list[Block] = []
    numbers: dict[str, int] = {}
    for each in overviews:
        title = each.section[1]
        if title not in numbers:
            numbers[title] = 0
            blocks += [TextBlock(title, each.section[0] + 1, 2)] if title else []
        numbers[title] += 1
        blocks += _overview_blocks(each, numbers[title], vocabulary, names, notes)
    notes.info(f"line {overviews[0].start + 1}", "ref", "", sentence("layout.milestones_numbered"))
    return ProsePlan(overviews[0].start, overviews[-1].end, tuple(blocks))


def _manager_names(overviews: Sequence[Overview]) -> list[str]:
    """The managers' full names as printed, longest first, to recognise them in the milestones."""
    names = {
        each.manager for each in overviews if len(each.manager.split()) == _MIN_OVERVIEWS and not each.is_cut
    }
    return sorted(names, key=len, reverse=True)


def _overview_blocks(
    overview: Overview, number: int, vocabulary: frozenset[str], names: Sequence[str], notes: DiagnosticLog
) -> Iterator[Block]:
    where = overview.start + 1
    rows = [
        _row(
            where,
            f"{number}. {overview.title}",
            f"Project manager: {overview.manager}",
            f"Finance ref: {overview.ref}",
        )
    ]
    rows += _amount_rows(overview, notes)
    for label in ("Project description", "Performance measures", "Key risks"):
        lines_of_part = overview.parts.get(label, [])
        texts = (
            read_texts(lines_of_part, vocabulary)
            if label == "Key risks"
            else [_BULLETS.sub("", mend_line(text, vocabulary)) for _, text in lines_of_part]
        )
        if any(map(str.strip, texts)):
            lines = tuple(Para(text) for text in (label, *texts) if text.strip())
            rows.append(RichRow(overview.parts[label][0][0], (lines,)))
    yield RichGrid(tuple(rows))
    steps = _read_milestones(overview, vocabulary, names, notes)
    if steps:
        made = [_step_row(f"{number}.{index}", step) for index, step in enumerate(steps, start=1)]
        yield RichGrid((_row(where, *_HEADING), *made))


def _step_row(ref: str, step: ProseStep) -> RichRow:
    row = _row(step.number, ref, step.title, step.owner, step.due, step.status)
    below = tuple(Para(f"\u2022 {text}") for text in step.bullets)
    return replace(row, cells=(row.cells[0], (*row.cells[1], *below), *row.cells[2:]))


def _row(number: int, *cells: str) -> RichRow:
    return RichRow(number, tuple((Para(cell),) if cell else () for cell in cells))


def _amount_rows(overview: Overview, notes: DiagnosticLog) -> list[RichRow]:
    """Give the row of years and the row of amounts, each in its column, or as many in order."""
    lines = overview.parts.get("finance", [])
    for (number, text), (_, below) in zip(lines, [*lines[1:], (0, "")], strict=True):
        years = list(dict.fromkeys(_YEARS.findall(text)))
        after = text[text.rfind(years[-1]) + len(years[-1]) :].split() if years else []
        if len(years) < _MIN_OVERVIEWS or (not after and _YEARS.search(below)):
            continue
        cells = [cell.strip() for cell in text.split("\t")]
        amounts = after or [cell.strip() for cell in below.split("\t") if cell.strip()]
        head = _row(number, "Finance \u00a3000s")
        if not after and [cell for cell in cells if cell] == years:
            return [head, _row(number, *cells), _row(number, *map(str.strip, below.split("\t")))]
        if len(amounts) == len(years):
            return [head, _row(number, *years), _row(number, *amounts)]
    if lines:
        words = "; ".join(mend_line(text, frozenset()) for _, text in lines)[:MAX_SHOWN_LENGTH]
        message = sentence("layout.amounts_unplaced")
        notes.warning(f"line {lines[0][0]}", "savings", words, message)
    return []


def _read_milestones(
    overview: Overview, vocabulary: frozenset[str], names: Sequence[str], notes: DiagnosticLog
) -> list[ProseStep]:
    lines = overview.parts.get("milestones", [])
    if "Key risks" not in overview.parts and len(lines) > 1:
        message = sentence("layout.no_risks_heading", left_out=len(lines) - 1)
        notes.warning(f"line {lines[1][0]}", "row", lines[1][1].strip()[:MAX_SHOWN_LENGTH], message)
        lines = lines[:1]
    steps = read_steps(lines, vocabulary, names)
    _report_damaged_lines(steps, notes)
    return steps


def _report_damaged_lines(steps: Sequence[ProseStep], notes: DiagnosticLog) -> None:
    """Report lines whose words are out of order or lost their bullets, each line once."""
    reported: set[int] = set()
    for step in steps:
        if step.number in reported or not (step.is_torn or step.is_split):
            continue
        reported.add(step.number)
        message = sentence("layout.milestone_torn") if step.is_torn else sentence("layout.milestone_split")
        notes.warning(f"line {step.number}", "title", step.title[:MAX_SHOWN_LENGTH], message)


def read_contents(lines: Sequence[str], vocabulary: frozenset[str]) -> list[str]:
    """Give the titles that a table of contents names: words, then the number of a page."""
    found = (
        _CONTENTS.fullmatch(mend_line(line, vocabulary))
        for line in lines
        if "\t" in line and len(line) <= _MAX_LINE_LENGTH
    )
    return [entry["title"].rstrip(" .").strip() for entry in found if entry]


def complete_overviews(
    overviews: Sequence[Overview], contents: Sequence[str], text: str, notes: DiagnosticLog
) -> None:
    """Complete titles and managers that were cut, and report each. text: of the whole document."""
    positions = {letters_only(title): index for index, title in enumerate(contents)}
    for before, each, after in zip([None, *overviews], overviews, [*overviews[1:], None], strict=False):
        where = f"line {each.start + 1}"
        position = positions.get(letters_only(each.title)) if each.title else None
        if position is not None:
            each.title = contents[position]
        elif not each.title and before and after:
            first = positions.get(letters_only(before.title))
            last = positions.get(letters_only(after.title))
            between = contents[first + 1 : last] if first is not None and last is not None else []
            each.title = between[0] if len(between) == 1 else ""
            message = sentence("layout.title_unread", completed=bool(each.title))
            notes.warning(where, "project", each.title, message)
        _complete_manager(each, text, where, notes)
        if not each.ref:
            message = sentence("layout.no_finance_ref")
            notes.warning(where, "finance_ref", each.title[:MAX_SHOWN_LENGTH], message)


def _complete_manager(overview: Overview, text: str, where: str, notes: DiagnosticLog) -> None:
    if not overview.is_cut or len(re.findall(rf"{re.escape(overview.manager)}\b", text)) > 1:
        return
    longer = set(re.findall(rf"{re.escape(overview.first_cell)}[a-z]+(?![\w\t])", text))
    if len(longer) == 1:
        printed, overview.manager = overview.first_cell, longer.pop()
        message = sentence("layout.manager_completed", manager=overview.manager)
        notes.warning(where, "manager", printed, message)
    else:
        notes.warning(where, "manager", overview.manager, sentence("layout.manager_cut_off"))
