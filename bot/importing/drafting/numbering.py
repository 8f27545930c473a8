"""Give sections and projects their numbers, and actions the refs they lack."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.importing.drafting.draft import ProjectDraft, SectionDraft
from bot.importing.drafting.rows import ProjectRow
from bot.importing.drafting.titles import read_place
from bot.importing.table.problems import ProblemLog
from bot.plan.refs import normalise_ref
from bot.plan.text import letters_only

# As long as the plan's tables hold.
_LONGEST_NUMBER, _LONGEST_TITLE, _LONGEST_REF = 20, 300, 40
_LONGEST_PROJECT, _LONGEST_MANAGER, _LONGEST_FINANCE_REF = 500, 200, 100


@dataclass
class Numbering:
    """The sections and projects met so far, in order; projects by section and number.

    printed: every ref the document prints, so that a ref made up for a row without one is like none of them.
    """

    notes: ProblemLog
    printed: frozenset[str] = frozenset()
    sections: dict[str, SectionDraft] = field(default_factory=dict)
    projects: dict[tuple[str, str], ProjectDraft] = field(default_factory=dict)
    _named: dict[str, str] = field(default_factory=dict)
    _titles: dict[tuple[str, str], str] = field(default_factory=dict)
    _made_up: dict[str, int] = field(default_factory=dict)

    def section_of_place(self, place: str, title: str, where: str) -> str:
        """Number a table's section by its sheet's name ("2. Practice"), or with the next free number."""
        number, named = read_place(place)
        if number in self.sections:
            message = f"Another sheet is section {number} already, so this one was numbered anew."
            self.notes.warning(where, "section", place, message)
            number = ""
        return self.add_section(number, title or named)

    def add_section(self, number: str, title: str) -> str:
        """Add a section, or give the one that has this number; "" takes the next free number."""
        key = number[:_LONGEST_NUMBER] or _next_free(self.sections)
        known = self.sections.get(key)
        if known is None or (title and not known.title):
            self._put_section(key, title)
        return key

    def head_section(self, number: str, title: str) -> str:
        """Add the section a line of its own heads; its title goes before the sheet's name."""
        key = self.add_section(number, title)
        if title:
            self._put_section(key, title)
        return key

    def section_named(self, text: str) -> str:
        """Find or add the section a cell names: "2", "S2", "2. Practice" or "Practice"."""
        number, title = read_place(text.removeprefix("S").removeprefix("s") if text[1:].isdecimal() else text)
        if number:
            return self.add_section(number, title)
        return self._named.get(letters_only(title)) or self.add_section("", title)

    def add_project(self, section: str, row: ProjectRow) -> str:
        """Add a project from its row; a second row with the same number adds what the first left blank."""
        key = (section, row.number)
        known = self.projects.get(key)
        if known is None:
            self._put(
                ProjectDraft(
                    section,
                    row.number,
                    row.title,
                    row.manager,
                    row.finance_ref.text,
                    measures=row.measures,
                    description="\n".join(row.about),
                )
            )
            return row.number
        if row.title and letters_only(row.title) != letters_only(known.title):
            message = f"Project {row.number} stands twice in section {section}. The first title was kept."
            self.notes.warning(row.where, "project", row.title, message)
        self.projects[key] = replace(
            known,
            manager=known.manager or row.manager,
            finance_ref=known.finance_ref or row.finance_ref.text,
            measures=tuple(dict.fromkeys([*known.measures, *row.measures])),
        )
        return row.number

    def project_named(self, section: str, text: str, ref: str) -> str:
        """Find or add the project a cell names: by its number, its title, or how its refs begin."""
        number, title = read_place(text)
        number = number or self._titles.get((section, letters_only(title)), "")
        if not number:
            first = normalise_ref(ref).partition(".")[0]
            fits = first.isdecimal() and (section, first) not in self.projects
            number = first[:_LONGEST_NUMBER] if fits else self._next_project(section)
        if (section, number) not in self.projects:
            self._put(ProjectDraft(section, number, title))
        return number

    def ref_for(self, section: str, printed: str) -> str:
        """Give the ref as everyone will call it; a row without one takes the next number nobody uses."""
        ref = normalise_ref(printed)[:_LONGEST_REF]
        while not ref:
            self._made_up[section] = self._made_up.get(section, 0) + 1
            made = str(self._made_up[section])
            ref = made if made not in self.printed else ""
        return ref

    def _put_section(self, key: str, title: str) -> None:
        self.sections[key] = SectionDraft(key, title[:_LONGEST_TITLE])
        self._named.setdefault(letters_only(title), key)

    def _put(self, project: ProjectDraft) -> None:
        cut = replace(
            project,
            title=project.title[:_LONGEST_PROJECT],
            manager=project.manager[:_LONGEST_MANAGER],
            finance_ref=project.finance_ref[:_LONGEST_FINANCE_REF],
        )
        self.projects[project.section, project.number] = cut
        self._titles.setdefault((project.section, letters_only(project.title)), project.number)

    def _next_project(self, section: str) -> str:
        number = 1
        while (section, str(number)) in self.projects:
            number += 1
        return str(number)


def _next_free(taken: Mapping[str, SectionDraft]) -> str:
    number = 1
    while str(number) in taken:
        number += 1
    return str(number)
