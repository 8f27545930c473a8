"""Build a plan from the rows of a document's tables."""

from collections.abc import Sequence
from datetime import date

from bot.errors import UnreadableFileError
from bot.importing.drafting import checks
from bot.importing.drafting.collecting import Build, take_table
from bot.importing.drafting.drafts import PlanDraft
from bot.importing.drafting.numbering import Numbering
from bot.importing.drafting.plan_rows import ActionRow
from bot.importing.drafting.project_money import with_signs
from bot.importing.drafting.titles import labelled, printed_as_at, printed_title, title_lines
from bot.importing.drafting.typed_rows import is_typed, walk_typed
from bot.importing.drafting.walking import has_heading, walk
from bot.importing.table.headings import what_headings_are_looked_for
from bot.importing.table.problems import Problem, ProblemLog, Severity
from bot.importing.table.tables import Document, Table
from bot.plan.refs import normalise_ref
from bot.plan.tracker_words import OTHER_SHEETS, PLAN
from bot.plan.typing_marks import one_line

_LONGEST_TITLE = 300
_MOST_ACTIONS = 3_000
_MOST_PROBLEMS = 2_000


def build_plan(
    document: Document, *, title: str | None, as_at: date | None, today: date, fallback: str
) -> PlanDraft:
    """Build the draft. fallback: the title when none is given or printed.

    Raises UnreadableFileError when no table has a heading, or none has an action.
    """
    notes = ProblemLog(list(document.problems))
    tables = _with_headings(document, notes)
    rows = [list(walk_typed(table, notes) if is_typed(table) else walk(table, notes)) for table in tables]
    if sum(isinstance(row, ActionRow) for each in rows for row in each) > _MOST_ACTIONS:
        raise UnreadableFileError(
            f"This file has more than {_MOST_ACTIONS:,} actions. Is it one plan? If so, import it in parts."
        )
    titles = [title_lines(each, today=today) for each in rows]
    printed = labelled(rows, PLAN) or printed_title(titles, several=len(tables) > 1)
    dated = as_at or next((day for each in rows for day in [printed_as_at(each, today)] if day), None)
    refs = frozenset(normalise_ref(row.ref) for each in rows for row in each if isinstance(row, ActionRow))
    build = Build(notes, Numbering(notes, refs), dated, today)
    for table, those, heads in zip(tables, rows, titles, strict=True):
        section_title = heads[0].section if heads and len(tables) > 1 else ""
        build.section = build.numbers.section_of_place(table.place, section_title, table.where())
        build.project = None
        take_table(build, table, those)
    if not build.actions:
        raise UnreadableFileError("This file has the headings of a plan, but no actions below them.")
    return _finished(build, one_line(title or printed or fallback)[:_LONGEST_TITLE])


def _with_headings(document: Document, notes: ProblemLog) -> list[Table]:
    found = [table for table in document.tables if table.place not in OTHER_SHEETS]
    tables = [table for table in found if has_heading(table)]
    if not tables:
        raise UnreadableFileError(f"No plan was found in this file. {what_headings_are_looked_for()}")
    for table in found:
        if table not in tables and table.rows:
            kind = "part" if table.spots else "sheet"
            message = f"This {kind} has no headings of a plan and was not read."
            notes.info(table.where(), kind, table.place, message)
    return tables


def _finished(build: Build, title: str) -> PlanDraft:
    if build.as_at is None:
        message = (
            "The plan's own date is printed nowhere. Give it with --as-at, so that old dates can be told."
        )
        build.notes.info("the plan", "as_at", "", message)
    checks.tell_repeated_refs(build.actions, build.notes)
    checks.tell_refs_of_two_sections(build.actions, build.notes)
    checks.tell_short_finance_refs(build.finance, build.notes)
    projects = build.numbers.projects.values()
    used = {action.section for action in build.actions} | {key[0] for key in build.numbers.projects}
    return PlanDraft(
        title,
        build.as_at,
        tuple(section for section in build.numbers.sections.values() if section.number in used),
        tuple(projects if build.signs_are_sure else with_signs(projects, build.notes)),
        tuple(build.actions),
        _within_reason(build.notes.problems),
    )


def _within_reason(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Leave out what nobody would read to the end of, and say so."""
    if len(problems) <= _MOST_PROBLEMS:
        return tuple(problems)
    left_out = len(problems) - _MOST_PROBLEMS
    message = (
        f"There are {left_out:,} more problems. Is this the right file, with the headings in their place?"
    )
    return (*problems[:_MOST_PROBLEMS], Problem("the plan", "plan", "", message, Severity.ERROR))
