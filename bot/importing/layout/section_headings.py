"""Find the lines of a document that head a section of the plan or a project."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.importing.layout.parts import TITLE, Paragraph, Part, TextGrid
from bot.importing.table.project_labels import is_about_a_project, is_banner
from bot.importing.table.tables import TableRow, clean_text
from bot.plan.refs import is_ref
from bot.plan.text import one_line

_NUMBERED = re.compile(r"(?P<number>[0-9]{1,2})(?:\s*[.:)\u2013\u2014-]\s*|\s+)(?P<title>[^\W\d].*)")
_SECTION = re.compile(r"(?:section|part)\s+[0-9]", re.IGNORECASE)
_DOTTED = re.compile(r"(?P<first>[0-9]{1,3})\.[0-9]")
_MAX_LENGTH = 200


@dataclass(frozen=True)
class HeadingRoles:
    """By index of the part. sections: those that begin one. projects: each with its number and title."""

    sections: frozenset[int]
    projects: dict[int, tuple[str, str]]


def find_heading_roles(parts: Sequence[Part]) -> HeadingRoles:
    """Tell them apart by the refs below: "3. Workforce" above 3.1 and 3.2 is a project, above 1.1 to 7.3
    a section. Sections are the highest level of headings of which there are several.
    """
    projects = _project_headings(parts)
    levels = sorted({part.level for part in parts if isinstance(part, Paragraph) and part.is_heading})
    for level in levels:
        heads = [index for index in _headings_at_level(parts, level) if index not in projects]
        heads = [index for index in heads if level > TITLE and _has_grid_below(parts, index, level)]
        if len(heads) > 1:
            return HeadingRoles(frozenset(heads), projects)
    named = [
        index
        for level in levels
        for index in _headings_at_level(parts, level)
        if _is_section_part(parts[index])
    ]
    return HeadingRoles(frozenset(index for index in named[:1] if index not in projects), projects)


def is_section_heading(text: str) -> bool:
    """Tell "Section 2: Practice" from other text."""
    return bool(_SECTION.match(text))


def _project_headings(parts: Sequence[Part]) -> dict[int, tuple[str, str]]:
    """Lines with the number that begins every ref below, or unnumbered headings whose refs have one each."""
    found: dict[int, tuple[str, str]] = {}
    unnumbered: dict[int, tuple[str, str]] = {}
    for index, part in enumerate(parts):
        if not isinstance(part, Paragraph) or len(part.text) > _MAX_LENGTH or is_banner(one_line(part.text)):
            continue
        text = one_line(part.text)
        numbered = _NUMBERED.fullmatch(text)
        firsts = set(_first_numbers(parts, index)) if numbered or part.is_heading else set()
        if numbered and firsts == {str(int(numbered["number"]))}:
            found[index] = (numbered["number"], numbered["title"])
        elif not numbered and len(firsts) == 1 and part.level > TITLE:
            unnumbered[index] = (firsts.pop(), text)
    found = _without_sections(parts, found)
    different = {number for number, _ in unnumbered.values()}
    return found | unnumbered if len(different) == len(unnumbered) > 1 else found


def _without_sections(parts: Sequence[Part], found: dict[int, tuple[str, str]]) -> dict[int, tuple[str, str]]:
    """Leave out headings on the level of one above other numbers or projects: those are sections."""
    sections = {
        part.level
        for index, part in enumerate(parts)
        if isinstance(part, Paragraph) and part.is_heading and _NUMBERED.fullmatch(one_line(part.text))
        if _has_project_below(parts, index) or (index not in found and any(_first_numbers(parts, index)))
    }
    return {
        index: project
        for index, project in found.items()
        if not isinstance(part := parts[index], Paragraph) or part.level not in sections
    }


def _has_project_below(parts: Sequence[Part], index: int) -> bool:
    head = parts[index]
    assert isinstance(head, Paragraph)
    for part in parts[index + 1 :]:
        if isinstance(part, Paragraph):
            if _is_same_level(part, head):
                return False
            if is_banner(one_line(part.text)):
                return True
        elif part.rows and any(is_banner(cell) or _has_manager(cell) for cell in part.rows[0].cells):
            return True
    return False


def _has_manager(cell: str) -> bool:
    return is_about_a_project(TableRow(1, (cell[:_MAX_LENGTH],)))


def _first_numbers(parts: Sequence[Part], index: int) -> Iterator[str]:
    """The first number of each ref in the grids below a line, before the next line like it."""
    head = parts[index]
    assert isinstance(head, Paragraph)
    for part in parts[index + 1 :]:
        if isinstance(part, TextGrid):
            for row in part.rows:
                ref = clean_text(row.cells[0][:_MAX_LENGTH]) if row.cells else ""
                dotted = _DOTTED.match(ref) if is_ref(ref) else None
                if dotted:
                    yield dotted["first"]
        elif _is_same_level(part, head):
            return


def _is_same_level(line: Paragraph, head: Paragraph) -> bool:
    return line.level <= head.level if head.is_heading else bool(_NUMBERED.fullmatch(one_line(line.text)))


def _headings_at_level(parts: Sequence[Part], level: int) -> list[int]:
    return [index for index, part in enumerate(parts) if isinstance(part, Paragraph) and part.level == level]


def _has_grid_below(parts: Sequence[Part], index: int, level: int) -> bool:
    """Tell whether a grid stands below the heading, before the next one that is as high."""
    for part in parts[index + 1 :]:
        if isinstance(part, TextGrid):
            return True
        if part.level <= level:
            return False
    return False


def _is_section_part(part: Part) -> bool:
    text = one_line(part.text) if isinstance(part, Paragraph) else ""
    return is_section_heading(text) or bool(_NUMBERED.fullmatch(text))
