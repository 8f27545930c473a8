"""Give sections and projects their numbers, and actions the refs they lack."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.importing.drafting.draft import ProjectDraft, SectionDraft
from bot.importing.drafting.rows import ProjectRow
from bot.importing.drafting.titles import parse_table_name
from bot.importing.table.problems import DiagnosticLog
from bot.plan.refs import normalise_ref
from bot.plan.text import letters_only
from bot.sentences import sentence

# Characters; the sizes of the columns in the plan's tables.
_MAX_NUMBER_LENGTH, _MAX_TITLE_LENGTH, _MAX_REF_LENGTH = 20, 300, 40
_MAX_PROJECT_TITLE_LENGTH, _MAX_MANAGER_LENGTH, _MAX_FINANCE_REF_LENGTH = 500, 200, 100


@dataclass
class Numbering:
    """The sections read so far by number, and the projects by section and number, both in order.

    printed_refs: every ref in the document, so that a generated ref is like none of them.
    """

    notes: DiagnosticLog
    printed_refs: frozenset[str] = frozenset()
    sections: dict[str, SectionDraft] = field(default_factory=dict)
    projects: dict[tuple[str, str], ProjectDraft] = field(default_factory=dict)
    _section_by_title: dict[str, str] = field(default_factory=dict)
    _project_by_title: dict[tuple[str, str], str] = field(default_factory=dict)
    _last_generated: dict[str, int] = field(default_factory=dict)

    def section_for_table(self, table_name: str, title: str, where: str) -> str:
        """Add a table's section, numbered by its sheet's name ("2. Practice") or the next free number."""
        number, named = parse_table_name(table_name)
        if number in self.sections:
            message = sentence("drafting.repeated_section", number=number)
            self.notes.warning(where, "section", table_name, message)
            number = ""
        return self.add_section(number, title or named)

    def add_section(self, number: str, title: str) -> str:
        """Add a section, or give the one that has this number; "" takes the next free number."""
        key = number[:_MAX_NUMBER_LENGTH] or _next_free_number(self.sections)
        section = self.sections.get(key)
        if section is None or (title and not section.title):
            self._store_section(key, title)
        return key

    def start_section(self, number: str, title: str) -> str:
        """Add the section that a line heads. Its title replaces the name of the sheet."""
        key = self.add_section(number, title)
        if title:
            self._store_section(key, title)
        return key

    def find_or_add_section(self, text: str) -> str:
        """Find or add the section a cell names: "2", "S2", "2. Practice" or "Practice"."""
        number, title = parse_table_name(
            text.removeprefix("S").removeprefix("s") if text[1:].isdecimal() else text
        )
        if number:
            return self.add_section(number, title)
        return self._section_by_title.get(letters_only(title)) or self.add_section("", title)

    def add_project(self, section: str, row: ProjectRow) -> str:
        """Add a project from its row; a second row with the same number adds what the first left blank."""
        key = (section, row.number)
        project = self.projects.get(key)
        if project is None:
            self._store_project(
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
        if row.title and letters_only(row.title) != letters_only(project.title):
            message = sentence("drafting.repeated_project", number=row.number, section=section)
            self.notes.warning(row.where, "project", row.title, message)
        self.projects[key] = replace(
            project,
            manager=project.manager or row.manager,
            finance_ref=project.finance_ref or row.finance_ref.text,
            measures=tuple(dict.fromkeys([*project.measures, *row.measures])),
        )
        return row.number

    def find_or_add_project(self, section: str, text: str, ref: str) -> str:
        """Find or add the project a cell names: by its number, its title, or how its refs begin."""
        number, title = parse_table_name(text)
        number = number or self._project_by_title.get((section, letters_only(title)), "")
        if not number:
            first = normalise_ref(ref).partition(".")[0]
            fits = first.isdecimal() and (section, first) not in self.projects
            number = first[:_MAX_NUMBER_LENGTH] if fits else self._next_project(section)
        if (section, number) not in self.projects:
            self._store_project(ProjectDraft(section, number, title))
        return number

    def ref_for(self, section: str, printed_ref: str) -> str:
        """The normalised ref; for a row without one, the section's next number that is no printed ref."""
        ref = normalise_ref(printed_ref)[:_MAX_REF_LENGTH]
        while not ref:
            self._last_generated[section] = self._last_generated.get(section, 0) + 1
            generated = str(self._last_generated[section])
            ref = generated if generated not in self.printed_refs else ""
        return ref

    def _store_section(self, key: str, title: str) -> None:
        self.sections[key] = SectionDraft(key, title[:_MAX_TITLE_LENGTH])
        self._section_by_title.setdefault(letters_only(title), key)

    def _store_project(self, project: ProjectDraft) -> None:
        cut = replace(
            project,
            title=project.title[:_MAX_PROJECT_TITLE_LENGTH],
            manager=project.manager[:_MAX_MANAGER_LENGTH],
            finance_ref=project.finance_ref[:_MAX_FINANCE_REF_LENGTH],
        )
        self.projects[project.section, project.number] = cut
        self._project_by_title.setdefault((project.section, letters_only(project.title)), project.number)

    def _next_project(self, section: str) -> str:
        number = 1
        while (section, str(number)) in self.projects:
            number += 1
        return str(number)


def _next_free_number(sections: Mapping[str, SectionDraft]) -> str:
    number = 1
    while str(number) in sections:
        number += 1
    return str(number)
