"""Each doubt put as a question, with the answers there can be and what holds meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from math import comb

from bot.importing.drafting.draft import ActionDraft, MilestoneDraft, PlanDraft
from bot.importing.questions.model import Choice, Needs
from bot.importing.table.problems import Diagnostic, Doubt
from bot.plan.date_patterns import find_dates
from bot.plan.refs import normalise_ref
from bot.plan.statuses import Status, read_statuses
from bot.plan.text import plain_marks
from bot.plan.wording import format_day

MAX_ALLOCATIONS = 8
WHOLE_ACTION = "whole"
_MAX_SHOWN_LENGTH = 30


def list_allocations(items: Sequence[str], steps: Sequence[MilestoneDraft]) -> list[Choice]:
    """One choice for each way of giving the items to the steps; none where there are too many."""
    if not 0 < len(items) <= len(steps) or comb(len(steps), len(items)) > MAX_ALLOCATIONS:
        return []
    names = step_names(steps)
    return [
        Choice(
            ",".join(map(str, taken)),
            "; ".join(f"{names[place]}: {_shorten(item)}" for place, item in zip(taken, items, strict=True)),
        )
        for taken in combinations(range(len(steps)), len(items))
    ]


def parse_allocation(choice: str) -> list[int]:
    return [int(each) for each in choice.split(",")]


def step_names(steps: Sequence[MilestoneDraft]) -> list[str]:
    """What each step is called: its label, or which it is."""
    return [step.label or f"step {number}" for number, step in enumerate(steps, 1)]


def describe_steps(action: ActionDraft) -> tuple[str, ...]:
    """The steps, for reading along."""
    names = step_names(action.milestones)
    return tuple(f"{name}: {step.title}" for name, step in zip(names, action.milestones, strict=True))


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN_LENGTH else text[: _MAX_SHOWN_LENGTH - 1].rstrip() + "…"


_DAY = Choice("day", "It has a new date", Needs.DAY)
_THIS_DAY = Choice("day", "It is due on this day", Needs.DAY)
_NO_DATE = Choice("none", "It has no date yet")
_ONGOING = Choice("ongoing", "It goes on, without a date")
_STATUSES = tuple(Choice(status.value, status.words.capitalize()) for status in Status)
_NOBODY = Choice("nobody", "Nobody yet")
_PERSON = Choice("person", "This person", Needs.PERSON)


@dataclass(frozen=True)
class QuestionDraft:
    """A question before it has its key and place."""

    asks: str
    choices: tuple[Choice, ...]
    meanwhile: str
    details: tuple[str, ...] = ()


def _ask_late(draft: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft:
    own = f", {format_day(draft.as_at)}" if draft.as_at else ""
    asks = (
        f"{action.ref} was due {problem.text}, before the plan's own date{own}, and is not marked complete. "
        "How does it stand?"
    )
    late = Choice("late", "It is late. Keep the date")
    done = Choice("complete", "It is complete")
    return QuestionDraft(asks, (late, done, _DAY), "It counts as late.")


def _ask_later_date(_: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft | None:
    days = [
        found.day for found in find_dates(plain_marks(problem.text), as_at=_last_day(action)) if found.day
    ]
    if not days:
        return None
    named = f"The words of {action.ref} name {format_day(days[0])}"
    asks = f"{named}, later than the date in its own column. Which counts?"
    column = Choice("column", "The date in its own column")
    words = Choice(f"words {days[0].isoformat()}", f"{format_day(days[0])}, as its words say")
    return QuestionDraft(asks, (column, words, _DAY), "The date in its own column counts.")


def _ask_no_date(_: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft:
    printed = f" It says \u201c{problem.text}\u201d." if problem.text else ""
    asks = f"{action.ref} has no date.{printed} When is it due?"
    return QuestionDraft(asks, (_THIS_DAY, _ONGOING, _NO_DATE), "Nobody is reminded of it.")


def _ask_unread_date(_: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft:
    asks = f"I cannot read \u201c{problem.text}\u201d as a date of {action.ref}. When is it due?"
    return QuestionDraft(asks, (_THIS_DAY, _ONGOING, _NO_DATE), "That date is left out.")


def _ask_no_owner(_: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft:
    printed = f" It says \u201c{problem.text}\u201d." if problem.text else ""
    asks = f"{action.ref} has no owner.{printed} Who is it?"
    return QuestionDraft(asks, (_PERSON, _NOBODY), "Nobody can be asked.")


def _ask_no_status(_: PlanDraft, action: ActionDraft, _problem: Diagnostic) -> QuestionDraft:
    return QuestionDraft(
        f"{action.ref} has no status. How does it stand?", _STATUSES, "It counts as not started."
    )


def _ask_unread_status(_: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft:
    asks = f"\u201c{problem.text}\u201d is not a status I know. What does it mean in this plan?"
    return QuestionDraft(asks, _STATUSES, f"{action.ref} counts as {action.status.words}.")


def _ask_statuses(_: PlanDraft, action: ActionDraft, _problem: Diagnostic) -> QuestionDraft | None:
    items = [status.words for status in read_statuses(action.status_text).statuses]
    asks = f"{action.ref} has {len(items)} statuses for {len(action.milestones)} steps. Which step has which?"
    return _ask_allocation(
        asks, list_allocations(items, action.milestones), action, "They went to the first steps, in order."
    )


def _ask_dates(_: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft | None:
    dates = [due for due in action.due if due.text in problem.text]
    if not any(due.date for due in dates):
        return None
    items = [due.text for due in dates]
    asks = f"{action.ref} has {len(items)} dates for {len(action.milestones)} steps. Which step has which?"
    whole = Choice(WHOLE_ACTION, "They are for the action as a whole")
    return _ask_allocation(
        asks,
        [*list_allocations(items, action.milestones), whole],
        action,
        "They stay with the action as a whole.",
    )


def _ask_owners(_: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft | None:
    """Only where each line names one owner is it told which line is whose."""
    items = list(action.owners)
    if problem.text.split() != items:
        return None
    asks = f"{action.ref} names {len(items)} owners for {len(action.milestones)} steps. Who has which?"
    whole = Choice(WHOLE_ACTION, "All of them own the whole action")
    return _ask_allocation(
        asks,
        [*list_allocations(items, action.milestones), whole],
        action,
        "All of them own the whole action.",
    )


def _ask_allocation(
    asks: str, choices: list[Choice], action: ActionDraft, meanwhile: str
) -> QuestionDraft | None:
    if sum(choice.value != WHOLE_ACTION for choice in choices) == 0:
        return None
    return QuestionDraft(asks, tuple(choices), meanwhile, describe_steps(action))


def _ask_repeated_ref(draft: PlanDraft, action: ActionDraft, _problem: Diagnostic) -> QuestionDraft:
    taken = {each.ref for each in draft.actions if each.section == action.section}
    free = next(
        ref for letter in "abcdefghijklmnopqrstuvwxyz" if (ref := f"{action.ref}{letter}") not in taken
    )
    first = next(each for each in draft.actions if (each.section, each.ref) == (action.section, action.ref))
    asks = f"Ref {action.ref} stands twice in section {action.section}. Shall this one have another?"
    new = Choice(f"ref {free}", f"Yes: {free}")
    other = Choice("ref", "Yes: the ref I write below", Needs.WORDS)
    keep = Choice("keep", "No, keep both")
    details = (f"First: {first.title}", f"Second: {action.title}")
    meanwhile = "Both keep the ref. Naming it in chat asks which is meant."
    return QuestionDraft(asks, (new, other, keep), meanwhile, details)


def _ask_misplaced_steps(draft: PlanDraft, action: ActionDraft, problem: Diagnostic) -> QuestionDraft | None:
    refs = [normalise_ref(label) for label in problem.text.split(", ")]
    owner = {ref.rpartition(".")[0] for ref in refs}
    others = [each for each in draft.actions if each.section == action.section and each.ref in owner]
    if len(others) != 1:
        return None
    asks = f"{action.ref} holds steps numbered {problem.text}. Where do they belong?"
    keep = Choice("keep", f"To {action.ref}, where they stand")
    move = Choice(f"move {others[0].ref}", f"To {others[0].ref}")
    return QuestionDraft(asks, (keep, move), "They stay where they stand.")


def _last_day(action: ActionDraft) -> date:
    return max(due.date for due in action.due if due.date)


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
