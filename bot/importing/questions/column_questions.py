"""Questions about a whole column: which one says what is to be done, and whether its dates were swapped."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from bot.importing.drafting.draft import ActionDraft, ColumnUse, PlanDraft
from bot.importing.questions.model import Answer, Choice, Question, question_key
from bot.importing.table.column_kinds import Column
from bot.importing.table.problems import Diagnostic, Doubt
from bot.plan.date_parser import read_due_dates
from bot.plan.due_dates import DueDate, Role
from bot.plan.owners import read_owners
from bot.plan.text import one_line
from bot.plan.wording import shorten
from bot.sentences import sentence

COLUMNS = "columns"
SWAP, KEEP = "swap", "keep"
_ASKED = (Column.ACTION, Column.OWNER, Column.DUE)
_MAX_CHOICES, _MAX_SAMPLE, _MAX_TITLE = 8, 40, 1_000
_MONTHS = 12


def column_questions(draft: PlanDraft) -> Iterator[Question]:
    """One for each column whose heading did not say what it is, and for each whose dates look swapped."""
    for use in draft.columns:
        if use.is_guess and use.column in _ASKED:
            yield _which_column(draft, use)
    for problem in draft.problems:
        if problem.doubt is Doubt.DATES_SWAPPED:
            yield _swapped(problem)


def _which_column(draft: PlanDraft, use: ColumnUse) -> Question:
    free = [each for each in draft.columns if not each.column and each.samples]
    choices = [Choice(f"column {each.heading}", _describe(each)) for each in (use, *free)][:_MAX_CHOICES]
    asks = {
        Column.ACTION: sentence("questions.which_column_says_what"),
        Column.OWNER: sentence("questions.which_column_says_who"),
        Column.DUE: sentence("questions.which_column_says_when"),
    }
    return Question(
        question_key(COLUMNS, use.column, use.heading),
        COLUMNS,
        asks[Column(use.column)],
        tuple(choices),
        sentence("questions.which_column_meanwhile", heading=use.heading),
        printed=use.heading,
        subject=sentence("questions.which_column_subject"),
    )


def _describe(use: ColumnUse) -> str:
    cells = [shorten(one_line(each), _MAX_SAMPLE) for each in use.samples]
    return sentence("questions.column_choice", heading=use.heading, cells=cells)


def _swapped(problem: Diagnostic) -> Question:
    return Question(
        question_key(Doubt.DATES_SWAPPED.value, problem.field, problem.text),
        Doubt.DATES_SWAPPED.value,
        sentence("questions.dates_swapped", rows=problem.text),
        (
            Choice(SWAP, sentence("questions.swap_dates_choice")),
            Choice(KEEP, sentence("questions.keep_dates_choice")),
        ),
        sentence("questions.dates_swapped_meanwhile"),
        where=problem.where,
        printed=problem.text,
        subject=sentence("questions.which_column_subject"),
    )


def apply_swap(draft: PlanDraft, question: Question, answer: Answer) -> PlanDraft:
    """Change day and month in the rows asked about."""
    if answer.choice != SWAP:
        return draft
    rows = set(question.printed.split("; "))
    roles = (
        {Role.START} if question.key == _key_of(draft, question, Column.START) else {Role.DUE, Role.MILESTONE}
    )

    def change(action: ActionDraft) -> ActionDraft:
        if action.where not in rows:
            return action
        return replace(action, due=tuple(_swap(due) if due.role in roles else due for due in action.due))

    return replace(draft, actions=tuple(map(change, draft.actions)))


def _key_of(_: PlanDraft, question: Question, column: Column) -> str:
    return question_key(Doubt.DATES_SWAPPED.value, column.value, question.printed)


def _swap(due: DueDate) -> DueDate:
    day = due.date
    if day is None or day.day > _MONTHS:
        return due
    return replace(due, date=date(day.year, day.day, day.month))


def apply_column(draft: PlanDraft, question: Question, answer: Answer) -> PlanDraft:
    """Take another column for the one that was guessed; what was taken before is kept under its heading."""
    heading = answer.choice.removeprefix("column ")
    if heading == question.printed:
        return draft
    column = next(
        (each.column for each in draft.columns if each.is_guess and each.heading == question.printed), ""
    )
    change = _CHANGES.get(column)
    if change is None:
        return draft
    as_at = draft.as_at or max(
        (each.date for action in draft.actions for each in action.due if each.date), default=None
    )
    return replace(
        draft, actions=tuple(change(each, heading, question.printed, as_at) for each in draft.actions)
    )


def _without(action: ActionDraft, heading: str, before: str, was: str) -> dict[str, str]:
    rest = {name: text for name, text in action.extra.items() if name != heading}
    return rest | ({before: was} if was else {})


def _change_title(action: ActionDraft, heading: str, before: str, _: date | None) -> ActionDraft:
    title = one_line(action.extra.get(heading, ""))[:_MAX_TITLE]
    if not title:
        return action
    return replace(action, title=title, extra=_without(action, heading, before, action.title))


def _change_owners(action: ActionDraft, heading: str, before: str, _: date | None) -> ActionDraft:
    owners = read_owners(action.extra.get(heading, "")).owners
    return replace(action, owners=owners, extra=_without(action, heading, before, ", ".join(action.owners)))


def _change_due(action: ActionDraft, heading: str, before: str, as_at: date | None) -> ActionDraft:
    text = action.extra.get(heading, "")
    mine = [due for due in action.due if due.role is Role.DUE]
    rest = tuple(due for due in action.due if due.role is not Role.DUE)
    read = tuple(read_due_dates(text, as_at=as_at)) if as_at else ()
    was = "; ".join(due.text for due in mine)
    return replace(action, due=(*read, *rest), extra=_without(action, heading, before, was))


_CHANGES: dict[str, Callable[[ActionDraft, str, str, date | None], ActionDraft]] = {
    Column.ACTION: _change_title,
    Column.OWNER: _change_owners,
    Column.DUE: _change_due,
}
