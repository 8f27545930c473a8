"""What is asked where a line is not plain: the person's own words, and what may be recorded with them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.commands import Offer, Option, Show, UpdateStatus
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.plan.wording import format_day
from bot.sentences import sentence
from handlers.command_parser.clauses import Sense, split_clauses
from handlers.command_parser.line import MAX_NOTE_LENGTH, resolve_mentions
from handlers.command_parser.statements import Problem, Statement
from handlers.command_parser.tokens import format_refs
from handlers.command_parser.vocabulary import PHRASES, Kind, group

_LABELS = {
    Status.COMPLETE: "Done", Status.IN_PROGRESS: "In progress", Status.NOT_STARTED: "Not started",
    Status.ON_HOLD: "On hold", Status.DROPPED: "Dropped", Status.VERIFIED: "Verified",
}  # fmt: skip
_COLOUR_LABELS = {Colour.RED: "Red", Colour.AMBER: "At risk", Colour.GREEN: "On track"}
_TROUBLE = group("trouble")
_TAKES_FROM = frozenset(
    {Kind.DENIAL, Kind.SHARE, Kind.FUTURE, Kind.CONDITION, Kind.EXCEPTION, Kind.OUTSTANDING, Kind.DOUBT}
)
# What takes away that something is done; doubt leaves it open.
_DENIES_DONE = _TAKES_FROM - {Kind.SHARE, Kind.DOUBT}
MAX_OPTIONS = 5
# A day that is named is offered as a new date after two of the guesses.
_AFTER_LIKELIEST = 2
_STARTS = re.compile(r"\b(?:start|begin|commenc|kick)", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:not|never|no|cannot|can't|won't|cant|wont)\b", re.IGNORECASE)
_MIN_TYPED = 3
_STATUS_PHRASES = tuple(
    each for each, phrase in PHRASES.items() if (phrase.status or phrase.colour) and not phrase.is_alone
)
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
        Option(describe(each), (each,), asks_reason=each.due is not None and not each.because)
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


def describe(update: UpdateStatus) -> str:
    """The label of the button that records it."""
    parts = []
    if update.due:
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
        if statement.problem is Problem.NO_REASON and statement.status:
            yield replace(base, status=statement.status, declared=statement.declared, note=note)
        if note:
            yield replace(base, note=note)
        return
    if statement.problem in DAY_PROBLEMS and note:
        yield replace(base, note=note)
        starts = [_NOT_STARTED] if _DENIES.search(note) else []
        for status, colour in (*starts, _AT_RISK, (Status.IN_PROGRESS, None)):
            yield replace(base, status=status, declared=colour, note=note)
        return
    if not note:
        yield from (
            replace(base, status=each) for each in (Status.IN_PROGRESS, Status.NOT_STARTED, Status.COMPLETE)
        )
        return
    if statement.problem is Problem.QUESTION and statement.words.rstrip(" .!").endswith("?"):
        return
    for at, (status, colour) in enumerate(_guesses(statement)):
        if at == _AFTER_LIKELIEST:
            yield from (
                replace(base, due=day, due_text=format_day(day), because=because[:MAX_NOTE_LENGTH])
                for day, because in statement.days_ahead[:2]
            )
        blocked = (status, colour) == _BLOCKED
        yield replace(base, status=status, declared=colour, blocked=blocked, note=note)


def _is_quantity(statement: Statement) -> bool:
    """Whether it says how much of it is done, so that not all of it is."""
    clauses = split_clauses(statement.words, today=date.min)
    return any(each.quantity for each in clauses)


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


_NOTE: tuple[None, None] = (None, None)
_BLOCKED = (Status.IN_PROGRESS, Colour.RED)
_AT_RISK = (None, Colour.AMBER)
_ON_TRACK = (None, Colour.GREEN)
_NOT_STARTED = (Status.NOT_STARTED, None)
_STOPS = group("stopped")
_ENDS = group("ended")
_NOTHING_YET = frozenset({"nothing", "nowt", "none", "started", "begin", "start", "progress", "owt"})
_Guess = tuple[Status | None, Colour | None]


def _guesses(statement: Statement) -> list[_Guess]:
    """What the words may mean, the likeliest first. Nothing that they deny."""
    words = set(statement.words.lower().replace("'", " ").replace(",", " ").split())
    if words & {"n/a", "na"} or "not applicable" in statement.words.lower():
        return [(Status.DROPPED, None), _NOTE]
    takes = statement.kinds & _TAKES_FROM | ({Kind.DENIAL} if statement.is_denied else set())
    is_troubled = bool(words & _TROUBLE)
    near = _mistyped_status(statement)
    found = [near] if near else []
    found += _guess_statuses(statement, takes)
    found += _guess_colours(statement, takes)
    if not statement.about and not takes - {Kind.FUTURE}:
        found += _guess_hinted(words, is_future=bool(takes))
    if not statement.about and Kind.DENIAL in takes:
        return _guess_denied(statement, words, is_troubled=is_troubled)
    found += [_AT_RISK, _NOTE] if is_troubled and not found else [_NOTE]
    found += [(Status.IN_PROGRESS, None), _AT_RISK]
    found += [] if is_troubled or Kind.DENIAL in takes else [_ON_TRACK, _NOT_STARTED]
    if Kind.DENIAL in takes and statement.about and statement.about <= {Colour.AMBER, Colour.RED, "blocked"}:
        found.append(_ON_TRACK)
    is_denied = takes - {Kind.DOUBT, Kind.CONDITION} and len(statement.about & set(Colour)) == 1
    denied = {(None, each) for each in Colour if each in statement.about} if is_denied else set()
    return [each for each in dict.fromkeys(found) if each not in denied]


def _guess_hinted(words: AbstractSet[str], *, is_future: bool) -> list[_Guess]:
    """What words that are no status make likely: "letter sent", "had to stop work"."""
    if words & _STOPS:
        return [_BLOCKED, (Status.ON_HOLD, None)]
    return [(Status.COMPLETE, None)] if words & _ENDS and not is_future else []


def _guess_statuses(statement: Statement, takes: AbstractSet[Kind]) -> list[_Guess]:
    about, found = statement.about, list[_Guess]()
    if statement.problem is Problem.SEVERAL:
        found += [(each, None) for each in Status if each in about and each is not Status.VERIFIED]
    if Status.COMPLETE in about:
        is_part = takes & _DENIES_DONE or statement.problem is Problem.QUESTION or _is_quantity(statement)
        done: list[_Guess] = [] if is_part else [(Status.COMPLETE, None)]
        found += [*done, (Status.IN_PROGRESS, None)] if not takes else [(Status.IN_PROGRESS, None), *done]
    if Status.IN_PROGRESS in about and Kind.DENIAL in takes and _STARTS.search(statement.words):
        found.append(_NOT_STARTED)
    if Status.IN_PROGRESS in about and not takes & {Kind.FUTURE, Kind.DENIAL}:
        found.append((Status.IN_PROGRESS, None))
    if Kind.FUTURE in takes and Status.COMPLETE not in about and _STARTS.search(statement.words):
        found.append((Status.NOT_STARTED, None))
    if takes:
        return found
    return found + [
        (each, None) for each in (Status.ON_HOLD, Status.DROPPED, Status.NOT_STARTED) if each in about
    ]


def _guess_colours(statement: Statement, takes: AbstractSet[Kind]) -> list[_Guess]:
    if "blocked" in statement.about and Kind.DENIAL not in takes:
        return [_BLOCKED, _AT_RISK]
    colours: list[_Guess] = [
        (None, each) for each in (Colour.RED, Colour.AMBER, Colour.GREEN) if each in statement.about
    ]
    is_open = takes - {Kind.DOUBT, Kind.CONDITION}
    if is_open and statement.problem is not Problem.SEVERAL and len(colours) < 2:  # noqa: PLR2004 - two
        return []
    return colours + ([_BLOCKED, _AT_RISK] if "blocked" in statement.about else [])


def _guess_denied(statement: Statement, words: AbstractSet[str], *, is_troubled: bool) -> list[_Guess]:
    """Of "not really" or "not mine": no status stands in it, and something is denied."""
    if Kind.PLAIN not in statement.kinds:
        return [(Status.IN_PROGRESS, None), _AT_RISK, _NOTE]
    if words & {"me", "mine", "my", "i", "applicable"}:
        return [_NOTE]
    is_begun = any(each.endswith("ed") for each in words) and not words & _NOTHING_YET
    found = (
        [(Status.IN_PROGRESS, None), _NOTE] if is_begun else [_NOT_STARTED, _NOTE, (Status.IN_PROGRESS, None)]
    )
    return [_AT_RISK, *found] if is_troubled else [*found, _AT_RISK]


def _mistyped_status(statement: Statement) -> _Guess | None:
    """What the first word or two probably were meant for: "dnoe" for "done". The first letter has to be
    right.
    """
    words = re.findall(r"[\w'-]+", statement.words.lower()) if statement.problem is Problem.REMARK else []
    for count in (2, 1):
        typed = " ".join(words[:count])
        near = [
            each for each in _STATUS_PHRASES if each[:1] == typed[:1] and abs(len(each) - len(typed)) <= 1
        ]
        found = (
            process.extractOne(typed, near, scorer=OSA.distance, score_cutoff=1)
            if len(typed) > _MIN_TYPED
            else None
        )
        if found:
            return PHRASES[found[0]].status, PHRASES[found[0]].colour
    return None


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
