"""Give sections and projects their numbers, and actions the refs they lack."""

from dataclasses import dataclass, field, replace

from bot.importing.drafts import ProjectDraft, SectionDraft
from bot.importing.plan_rows import ProjectRow
from bot.importing.problems import ProblemLog
from bot.importing.titles import read_place
from bot.plan.refs import normalise_ref
from bot.plan.typing_marks import letters_only

_LONGEST_NUMBER, _LONGEST_TITLE, _LONGEST_REF = 20, 300, 40


@dataclass
class Numbering:
    """The sections and projects met so far, in order; projects by section and number."""

    notes: ProblemLog
    sections: dict[str, SectionDraft] = field(default_factory=dict)
    projects: dict[tuple[str, str], ProjectDraft] = field(default_factory=dict)
    refs: set[tuple[str, str]] = field(default_factory=set)

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
            self.sections[key] = SectionDraft(key, title[:_LONGEST_TITLE])
        return key

    def head_section(self, number: str, title: str) -> str:
        """Add the section a line of its own heads; its title goes before the sheet's name."""
        key = self.add_section(number, title)
        if title:
            self.sections[key] = SectionDraft(key, title[:_LONGEST_TITLE])
        return key

    def section_named(self, text: str) -> str:
        """Find or add the section a cell names: "2", "S2", "2. Practice" or "Practice"."""
        number, title = read_place(text.removeprefix("S").removeprefix("s") if text[1:].isdecimal() else text)
        if number:
            return self.add_section(number, title)
        wanted = letters_only(title)
        same = (key for key, section in self.sections.items() if letters_only(section.title) == wanted)
        return next(same, None) or self.add_section("", title)

    def add_project(self, section: str, row: ProjectRow) -> str:
        """Add a project from its row; a second row with the same number adds what the first left blank."""
        key = (section, row.number)
        known = self.projects.get(key)
        if known is None:
            self.projects[key] = ProjectDraft(
                section, row.number, row.title, row.manager, row.finance_ref.text, {}, row.measures
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
        mine = {key[1]: project for key, project in self.projects.items() if key[0] == section}
        wanted = letters_only(title)
        same = [key for key, project in mine.items() if wanted and letters_only(project.title) == wanted]
        if not number and same:
            return same[0]
        if not number:
            first = normalise_ref(ref).partition(".")[0]
            number = first if first.isdecimal() and first not in mine else _next_free(mine)
        if number not in mine:
            self.projects[section, number] = ProjectDraft(section, number, title)
        return number

    def ref_for(self, section: str, printed: str) -> str:
        """Give the ref as everyone will call it; a row without one takes the next free number."""
        ref = normalise_ref(printed)[:_LONGEST_REF]
        if not ref:
            taken = {each for at, each in self.refs if at == section}
            ref = _next_free(dict.fromkeys(taken))
        self.refs.add((section, ref))
        return ref


def _next_free(taken: dict[str, object] | dict[str, SectionDraft] | dict[str, ProjectDraft]) -> str:
    number = 1
    while str(number) in taken:
        number += 1
    return str(number)
