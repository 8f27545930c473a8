"""What is asked where a line is not plain: the person's own words, and what may be recorded with them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from bot.commands import Offer, Option, Show, UpdateStatus
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.plan.wording import format_day
from bot.sentences import sentence
from handlers.command_parser.clauses import Sense, split_clauses
from handlers.command_parser.guesses import BLOCKED, guess, guess_undated
from handlers.command_parser.line import MAX_NOTE_LENGTH, resolve_mentions
from handlers.command_parser.shifts import find_shift
from handlers.command_parser.statements import Problem, Statement
from handlers.command_parser.tokens import format_refs

_LABELS = {
    Status.COMPLETE: "Done", Status.IN_PROGRESS: "In progress", Status.NOT_STARTED: "Not started",
    Status.ON_HOLD: "On hold", Status.DROPPED: "Dropped", Status.VERIFIED: "Verified",
}  # fmt: skip
_COLOUR_LABELS = {Colour.RED: "Red", Colour.AMBER: "At risk", Colour.GREEN: "On track"}
MAX_OPTIONS = 5
# A day that is named is offered as a new date after two of the guesses.
_AFTER_LIKELIEST = 2
# The day of a new date has to be said again, or chosen.
DAY_PROBLEMS = frozenset(
    {
        Problem.NO_DAY,
        Problem.WHICH_DAY,
        Problem.PAST_DAY,
        Problem.FAR_DAY,
        Problem.WRONG_WEEKDAY,
        Problem.NO_SUCH_DAY,
    }
)


def build_offer(
    statement: Statement,
    refs: tuple[RefQuery, ...],
    *,
    line: str,
    action_id: int | None = None,
    problem: str = "",
) -> Offer:
    """The offer of one update, or of several actions alike. refs: not empty. problem: what is asked, where it
    is not the statement's own.
    """
    statement = replace(
        statement,
        words=resolve_mentions(statement.words),
        note=resolve_mentions(statement.note),
        because=resolve_mentions(statement.because),
    )
    updates = _updates(statement, refs, line, action_id)
    options = [
        Option(describe(each), (each,), asks_reason=_moves_date(each) and not each.because)
        for each in updates
    ]
    if statement.problem is Problem.QUESTION:
        options.insert(
            0,
            Option(
                sentence("handlers.option_show", ref=format_refs(refs[:1])), (Show(ref=refs[0], line=line),)
            ),
        )
    return Offer(
        problem=problem or describe_problem(statement, refs),
        words=statement.words,
        options=tuple(options[:MAX_OPTIONS]),
        line=line,
    )


def guess_update(statement: Statement, refs: tuple[RefQuery, ...], line: str) -> UpdateStatus | None:
    """The likeliest of what a statement that is not plain may mean; None where nothing is said."""
    return next(_updates(statement, refs, line, None), None) if statement.words else None


def _moves_date(update: UpdateStatus) -> bool:
    return update.due is not None or bool(update.by_months or update.by_days)


def describe(update: UpdateStatus) -> str:
    """The label of the button that records it."""
    parts = []
    if _moves_date(update):
        parts.append(sentence("handlers.option_new_date", day=update.due))
    if update.blocked:
        parts.append("Blocked")
    elif update.status:
        parts.append(_LABELS[update.status])
    if update.declared and not update.blocked:
        parts.append(_COLOUR_LABELS[update.declared])
    return ", ".join(parts) or sentence("handlers.option_note")


def _updates(
    statement: Statement, refs: tuple[RefQuery, ...], line: str, action_id: int | None
) -> Iterator[UpdateStatus]:
    note = statement.words[:MAX_NOTE_LENGTH]
    base = UpdateStatus(refs=refs, line=line, action_id=action_id, evidence=statement.evidence)
    if statement.due or statement.days:
        yield from _new_dates(statement, base)
        yield from _shifted_dates(statement, base)
        if statement.problem is Problem.NO_REASON and statement.status:
            yield replace(base, status=statement.status, declared=statement.declared, note=note)
        if note:
            yield replace(base, note=note)
        return
    yield from _shifted_dates(statement, base)
    if statement.problem in DAY_PROBLEMS and note:
        for status, colour in guess_undated(note):
            yield replace(base, status=status, declared=colour, note=note)
        return
    if not note:
        yield from (
            replace(base, status=each) for each in (Status.IN_PROGRESS, Status.NOT_STARTED, Status.COMPLETE)
        )
        return
    if statement.problem is Problem.QUESTION and statement.words.rstrip(" .!").endswith("?"):
        return
    for at, (status, colour) in enumerate(guess(statement)):
        if at == _AFTER_LIKELIEST:
            yield from (
                replace(base, due=day, due_text=format_day(day), because=because[:MAX_NOTE_LENGTH])
                for day, because in statement.days_ahead[:2]
            )
        blocked = (status, colour) == BLOCKED
        yield replace(base, status=status, declared=colour, blocked=blocked, note=note)


def _shifted_dates(statement: Statement, base: UpdateStatus) -> Iterator[UpdateStatus]:
    """The date that the action has, moved by as much as the words say."""
    if (
        len(base.refs) == 1
        and not statement.days_ahead
        and (shift := find_shift(statement.words)) is not None
    ):
        because = shift.because[:MAX_NOTE_LENGTH]
        yield replace(base, by_months=shift.months, by_days=shift.days, because=because)


def _new_dates(statement: Statement, base: UpdateStatus) -> Iterator[UpdateStatus]:
    if statement.problem is Problem.QUESTION and not statement.because:
        return
    for day in statement.days[:3]:
        yield replace(
            base,
            status=statement.status,
            declared=statement.declared,
            blocked=statement.blocked,
            note=statement.note,
            due=day,
            due_text=format_day(day),
            because=statement.because,
        )


def describe_problem(statement: Statement, refs: Sequence[RefQuery]) -> str:
    """What was understood, and what was not."""
    problem = statement.problem or Problem.REMARK
    return sentence(
        "handlers.asks",
        problem=problem.name.lower(),
        refs=[format_refs((each,)) for each in refs],
        words=statement.day_words,
    )


def reads_as_status(words: str, today: date) -> bool:
    """Whether the words say a status, plainly or not."""
    return any(each.sense in {Sense.CLEAR, Sense.UNCLEAR} for each in split_clauses(words, today=today))


def join_options(options: Iterable[Option]) -> tuple[Option, ...]:
    """The options, each label once."""
    return tuple({each.label: each for each in options}.values())
