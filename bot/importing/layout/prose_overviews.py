"""Find the overviews of projects in running text by the line with the manager and the labels below it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_WORD = re.compile(r"[A-Za-z'\u2019]+")
_LAST = re.compile(r"(?<![A-Za-z'\u2019])[A-Za-z'\u2019]++$")
_FIRST = re.compile(r"^[A-Za-z'\u2019]+")
_INLINE_TAGS = re.compile(r"</?(?:i|b|u|em|strong)>", re.IGNORECASE)
_MANAGER = re.compile(r"^(?P<before>.*?)\bProject Manager(?:\s*+:\s++|\s++)(?P<name>.*+)$")
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
_SECTION = re.compile(r"(?P<number>[0-9]{1,2})\.\s+(?P<title>[A-Z][A-Z &]{3,60})")
_BULLETS = re.compile(r"^[\s\uf0b7\u2022\u25cf\u25aa\uf0a7-]+")
_TAGS = re.compile(r"</?[ibu]>")
_MAX_CELLS = 5
_MAX_LINE_LENGTH = 5_000
_MAX_TITLE_LENGTH = 110


@dataclass
class Overview:
    """A project's overview.

    start, manager_line, end: the indexes of its first line, the manager's, and the one after its last.
    ref: the finance reference. is_cut: the edge of a cell cuts the manager's name. first_cell: the name as
    far as its cell. parts: by label, its lines with their numbers from 1. section: the index and text of
    the heading above, (0, "") for none.
    """

    start: int
    manager_line: int
    end: int
    title: str
    manager: str
    ref: str
    is_cut: bool
    first_cell: str = ""
    parts: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    section: tuple[int, str] = (0, "")


def find_overviews(lines: Sequence[str], vocabulary: frozenset[str]) -> list[Overview]:
    """Find them all, in order. vocabulary: as from collect_vocabulary."""
    found: list[Overview] = []
    for index, line in enumerate(lines):
        opened = _read_overview(lines, index, line, vocabulary)
        if opened is None:
            continue
        if found and opened.ref and opened.ref == found[-1].ref:
            found[-1].manager_line = index
            continue
        found.append(opened)
    for each in found:
        each.section = _section_heading(lines, each.start)
    for before, after in pairwise(found):
        before.end = after.section[0] if after.section[0] > before.manager_line else after.start
    for each in found:
        each.end = each.end if each is not found[-1] else _find_end(lines, each.start)
        each.parts = _split_at_labels(lines, each)
    return found


def _read_overview(
    lines: Sequence[str], index: int, line: str, vocabulary: frozenset[str]
) -> Overview | None:
    if "Manager" not in line or len(line) > _MAX_LINE_LENGTH:
        return None
    opened = _MANAGER.match(mend_line(line, vocabulary))
    ref = _REF.search(line.replace("\t", " "))
    cells = [cell for cell in line.split("\t") if cell.strip()]
    if opened is None or len(cells) > _MAX_CELLS or (ref is None and "\t" not in line):
        return None
    above = index - 1
    title = _BULLETS.sub("", opened["before"]).strip()
    if not title:
        title, above = (mend_line(lines[above], vocabulary), above) if above >= 0 else ("", index)
    else:
        above = index
    if len(title) > _MAX_TITLE_LENGTH:
        return None
    name = _REF.split(opened["name"], maxsplit=1)[0]
    name = _LABEL.split(name, maxsplit=1)[0].removesuffix("Ref").strip()
    first = _MANAGER.sub(r"\g<name>", line.partition("\t")[0]).strip()
    code = " ".join(re.findall(r"[A-Z]+|[0-9]+", ref["ref"])) if ref else ""
    return Overview(above, index, index, title, name, code, _is_cut(line), first)


def _is_cut(line: str) -> bool:
    """Tell a manager's line whose first cell ends within a word."""
    first = line.partition("\t")[0].rstrip()
    return "\t" in line and bool(re.search(r"\b[A-Z][a-z]?$", first))


def _find_end(lines: Sequence[str], start: int) -> int:
    for index in range(start + 1, len(lines)):
        if re.fullmatch(r"[A-Z][A-Z ]{5,40}", lines[index].strip()) and not lines[index - 1].strip():
            return index
    return len(lines)


def _section_heading(lines: Sequence[str], start: int) -> tuple[int, str]:
    """Give the numbered heading in capitals above, with the index of its line."""
    for index in range(start, -1, -1):
        if match := _SECTION.fullmatch(lines[index].strip()):
            return index, f"{match['number']}. {match['title'].capitalize()}"
    return 0, ""


def _split_at_labels(lines: Sequence[str], overview: Overview) -> dict[str, list[tuple[int, str]]]:
    """Cut the overview's lines at its labels."""
    parts: dict[str, list[tuple[int, str]]] = {}
    label = "description"
    for index in range(overview.manager_line, overview.end):
        line = _TAGS.sub("", lines[index])
        at = len(line) if index == overview.manager_line else 0
        for match in _LABEL.finditer(line):
            _add_part(parts, label, index, line[at : match.start()])
            over = line[match.end() :] if line[match.end() :].startswith("\t") else ""
            _add_part(parts, label, index, over)
            label = re.split(r"[-\u2013/]", match["label"].casefold(), maxsplit=1)[0].rstrip()
            at = len(line) if over else match.end()
            parts.setdefault(_LABELS.get(label) or label, [])
        _add_part(parts, label, index, line[at:])
    return parts


def _add_part(parts: dict[str, list[tuple[int, str]]], label: str, index: int, text: str) -> None:
    if text.strip():
        parts.setdefault(_LABELS.get(label) or label, []).append((index + 1, text))


def collect_vocabulary(lines: Iterable[str]) -> frozenset[str]:
    """The words of the lines that were not torn, in lower case."""
    return frozenset(word.casefold() for line in lines if "\t" not in line for word in _WORD.findall(line))


def mend_line(line: str, vocabulary: frozenset[str]) -> str:
    """Join a line's cells, and words torn in two, whose last letter may be printed twice."""
    whole = ""
    for cell in (_INLINE_TAGS.sub("", cell).strip() for cell in line.split("\t")):
        whole = _join_words(whole, cell, vocabulary) if whole and cell else whole or cell
    return " ".join(whole.split())


def is_torn(line: str) -> bool:
    """Tell whether the line's words are spread over several cells."""
    return sum(bool(cell.strip()) for cell in line.split("\t")) > 1


def _join_words(left: str, right: str, vocabulary: frozenset[str]) -> str:
    before, after = _LAST.search(left), _FIRST.search(right)
    if before is None or after is None:
        return f"{left}{right}" if right.startswith("-") else f"{left} {right}"
    one, two = before[0], after[0]
    doubled = one[-1:] == two[:1]
    if doubled and (one + two[1:]).casefold() in vocabulary:
        return left + right[1:]
    if (one + two).casefold() in vocabulary:
        return left + right
    if {one.casefold(), two.casefold()} <= vocabulary or two[0].isupper():
        return f"{left} {right}"
    return left + (right[1:] if doubled else right)
