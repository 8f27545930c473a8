"""Builds the question for each kind of doubt: what it asks, its choices, and what holds meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import combinations
from math import comb
from string import ascii_lowercase

from bot.importing.drafting.draft import ActionDraft, MilestoneDraft, PlanDraft
from bot.importing.questions.model import Choice, Needs
from bot.importing.table.problems import Diagnostic, Doubt
from bot.plan.date_patterns import find_dates
from bot.plan.proposed_days import propose_days
from bot.plan.refs import normalise_ref
from bot.plan.statuses import Status, read_statuses
from bot.plan.text import plain_marks
from bot.plan.wording import shorten
from bot.sentences import sentence

MAX_ALLOCATIONS = 8
WHOLE_ACTION = "whole"
# Stands before a day that is proposed.
PROPOSED = "on "
_MAX_SHOWN_LENGTH = 30


@dataclass(frozen=True)
class QuestionDraft:
    """A question before it has its key and its action. meanwhile: what holds until it is answered."""

    asks: str
    choices: tuple[Choice, ...]
    meanwhile: str
    details: tuple[str, ...] = ()


def _ask_late(draft: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft:
    late = Choice("late", sentence("questions.late_choice"))
    complete = Choice("complete", sentence("questions.complete_choice"))
    return QuestionDraft(
        sentence("questions.late", ref=action.ref, dates=problem.text, as_at=draft.as_at),
        (late, complete, _new_date_choice()),
        sentence("questions.late_meanwhile"),
    )


def _ask_later_date(_: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft | None:
    matches = find_dates(plain_marks(problem.text), as_at=_last_day(action))
    day = next((match.day for match in matches if match.day), None)
    if day is None:
        return None
    column = Choice("column", sentence("questions.column_date_choice"))
    words = Choice(f"words {day.isoformat()}", sentence("questions.date_in_words_choice", date=day))
    return QuestionDraft(
        sentence("questions.later_date", ref=action.ref, date=day),
        (column, words, _new_date_choice()),
        sentence("questions.column_date_meanwhile"),
    )


def _ask_no_date(_: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft:
    return QuestionDraft(
        sentence("questions.no_date", ref=action.ref, printed=problem.text),
        _date_choices(),
        sentence("questions.no_date_meanwhile"),
    )


def _ask_unread_date(_: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft:
    return QuestionDraft(
        sentence("questions.unread_date", ref=action.ref, printed=problem.text),
        (*_proposed_choices(problem.text), *_date_choices()),
        sentence("questions.unread_date_meanwhile"),
    )


def _ask_no_owner(_: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft:
    person = Choice("person", "This person", Needs.PERSON)
    return QuestionDraft(
        sentence("questions.no_owner", ref=action.ref, printed=problem.text),
        (person, Choice("nobody", "Nobody yet")),
        sentence("questions.no_owner_meanwhile"),
    )


def _ask_no_status(_: PlanDraft, action: ActionDraft, _problem: Diagnostic) -> QuestionDraft:
    return QuestionDraft(
        sentence("questions.no_status", ref=action.ref),
        _status_choices(),
        sentence("questions.no_status_meanwhile"),
    )


def _ask_unread_status(_: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft:
    return QuestionDraft(
        sentence("questions.unread_status", printed=problem.text),
        _status_choices(),
        sentence("questions.unread_status_meanwhile", ref=action.ref, status=action.status.words),
    )


def _ask_statuses(_: PlanDraft, action: ActionDraft, _problem: Diagnostic) -> QuestionDraft | None:
    items = [status.words for status in read_statuses(action.status_text).statuses]
    choices = list_allocations(items, action.milestones)
    if not choices:
        return None
    steps = len(action.milestones)
    return QuestionDraft(
        sentence("questions.unplaced_statuses", ref=action.ref, statuses=len(items), steps=steps),
        tuple(choices),
        sentence("questions.unplaced_statuses_meanwhile"),
        describe_steps(action),
    )


def _ask_dates(_: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft | None:
    dates = [due for due in action.due if due.text in problem.text]
    choices = list_allocations([due.text for due in dates], action.milestones)
    if not choices or not any(due.date for due in dates):
        return None
    steps = len(action.milestones)
    return QuestionDraft(
        sentence("questions.unplaced_dates", ref=action.ref, dates=len(dates), steps=steps),
        (*choices, Choice(WHOLE_ACTION, sentence("questions.unplaced_dates_choice"))),
        sentence("questions.unplaced_dates_meanwhile"),
        describe_steps(action),
    )


def _ask_owners(_: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft | None:
    """None unless each line names one owner: otherwise a choice would not show which line is whose."""
    choices = list_allocations(action.owners, action.milestones)
    if not choices or problem.text.split() != list(action.owners):
        return None
    steps = len(action.milestones)
    return QuestionDraft(
        sentence("questions.unplaced_owners", ref=action.ref, owners=len(action.owners), steps=steps),
        (*choices, Choice(WHOLE_ACTION, sentence("questions.unplaced_owners_choice"))),
        sentence("questions.unplaced_owners_meanwhile"),
        describe_steps(action),
    )


def _ask_repeated_ref(draft: PlanDraft, action: ActionDraft, _problem: Diagnostic) -> QuestionDraft:
    used = {each.ref for each in draft.actions if each.section == action.section}
    free = next(ref for letter in ascii_lowercase if (ref := f"{action.ref}{letter}") not in used)
    first = next(each for each in draft.actions if (each.section, each.ref) == (action.section, action.ref))
    new = Choice(f"ref {free}", f"Yes: {free}")
    other = Choice("ref", sentence("questions.other_ref_choice"), Needs.WORDS)
    return QuestionDraft(
        sentence("questions.repeated_ref", ref=action.ref, section=action.section),
        (new, other, Choice("keep", "No, keep both")),
        sentence("questions.repeated_ref_meanwhile"),
        (f"First: {first.title}", f"Second: {action.title}"),
    )


def _ask_misplaced_steps(draft: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft | None:
    refs = [normalise_ref(label) for label in problem.text.split(", ")]
    parents = {ref.rpartition(".")[0] for ref in refs}
    others = [each for each in draft.actions if each.section == action.section and each.ref in parents]
    if len(others) != 1:
        return None
    keep = Choice("keep", sentence("questions.keep_steps_choice", ref=action.ref))
    move = Choice(f"move {others[0].ref}", f"To {others[0].ref}")
    return QuestionDraft(
        sentence("questions.misplaced_steps", ref=action.ref, labels=problem.text),
        (keep, move),
        sentence("questions.misplaced_steps_meanwhile"),
    )


# None where the doubt cannot be put as a choice.
QUESTION_BUILDERS: dict[Doubt, Callable[[PlanDraft, ActionDraft, Diagnostic], QuestionDraft | None]] = {
    Doubt.DATES_UNPLACED: _ask_dates,
    Doubt.OWNERS_UNPLACED: _ask_owners,
    Doubt.STATUSES_UNPLACED: _ask_statuses,
    Doubt.NO_DATE: _ask_no_date,
    Doubt.DATE_UNREAD: _ask_unread_date,
    Doubt.LATE: _ask_late,
    Doubt.LATER_IN_WORDS: _ask_later_date,
    Doubt.NO_OWNER: _ask_no_owner,
    Doubt.NO_STATUS: _ask_no_status,
    Doubt.STATUS_UNREAD: _ask_unread_status,
    Doubt.REF_TWICE: _ask_repeated_ref,
    Doubt.MISPLACED_STEPS: _ask_misplaced_steps,
}


@cache
def _new_date_choice() -> Choice:
    return Choice("day", sentence("questions.new_date_choice"), Needs.DAY)


@cache
def _date_choices() -> tuple[Choice, ...]:
    """For an action without a date that could be read."""
    return (
        Choice("day", sentence("questions.due_day_choice"), Needs.DAY),
        Choice("ongoing", sentence("questions.ongoing_choice")),
        Choice("none", sentence("questions.no_date_choice")),
    )


def _proposed_choices(text: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(f"{PROPOSED}{day.isoformat()}", sentence("questions.proposed_day_choice", date=day))
        for day in propose_days(text)
    )


@cache
def _status_choices() -> tuple[Choice, ...]:
    return tuple(Choice(status.value, status.words.capitalize()) for status in Status)


def _last_day(action: ActionDraft) -> date:
    return max(due.date for due in action.due if due.date)


def list_allocations(items: Sequence[str], steps: Sequence[MilestoneDraft]) -> list[Choice]:
    """One choice for each way of giving the items to the steps, in order; none where there are more than
    MAX_ALLOCATIONS, or more items than steps.
    """
    if not 0 < len(items) <= len(steps) or comb(len(steps), len(items)) > MAX_ALLOCATIONS:
        return []
    names = step_names(steps)
    return [
        Choice(
            ",".join(map(str, indexes)),
            "; ".join(
                f"{names[index]}: {shorten(item, _MAX_SHOWN_LENGTH)}"
                for index, item in zip(indexes, items, strict=True)
            ),
        )
        for indexes in combinations(range(len(steps)), len(items))
    ]


def parse_allocation(choice: str) -> list[int]:
    """The indexes of the steps, from a choice that list_allocations made."""
    return [int(each) for each in choice.split(",")]


def step_names(steps: Sequence[MilestoneDraft]) -> list[str]:
    """What each step is called: its label, or its number."""
    return [step.label or f"step {number}" for number, step in enumerate(steps, 1)]


def describe_steps(action: ActionDraft) -> tuple[str, ...]:
    """The steps with their names, one a line, to look at before answering."""
    names = step_names(action.milestones)
    return tuple(f"{name}: {step.title}" for name, step in zip(names, action.milestones, strict=True))
