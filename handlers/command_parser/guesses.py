"""What words that are no plain statement may mean: a status or a colour, the likeliest first."""

import re
from collections.abc import Set as AbstractSet
from datetime import date

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.plan.rag import Colour
from bot.plan.statuses import Status
from handlers.command_parser.clauses import split_clauses
from handlers.command_parser.statements import Problem, Statement
from handlers.command_parser.vocabulary import PHRASES, Kind, group

_TROUBLE = group("trouble")
_TAKES_FROM = frozenset(
    {Kind.DENIAL, Kind.SHARE, Kind.FUTURE, Kind.CONDITION, Kind.EXCEPTION, Kind.OUTSTANDING, Kind.DOUBT}
)
# What takes away that something is done; doubt leaves it open.
_DENIES_DONE = _TAKES_FROM - {Kind.SHARE, Kind.DOUBT}
_STARTS = re.compile(r"\b(?:start|begin|commenc|kick)", re.IGNORECASE)
_FINISHED_WHAT = re.compile(
    r"\W*+(?:(?:we|i|they|we've|i've|have|has|just|now)\s++)*+(?:finished|completed|done|closed|delivered"
    r"|signed off)"
    r"\s*+(?::|\s(?:the|our|my|all|a|an|first|part|phase|stage|draft)\b)(?!\s++(?:it|lot|work|action"
    r"|thing|of it)\b)",
    re.IGNORECASE,
)
_MIN_TYPED = 3
_STATUS_PHRASES = tuple(
    each for each, phrase in PHRASES.items() if (phrase.status or phrase.colour) and not phrase.is_alone
)
_NOTE: tuple[None, None] = (None, None)
BLOCKED = (Status.IN_PROGRESS, Colour.RED)
_AT_RISK = (None, Colour.AMBER)
_ON_TRACK = (None, Colour.GREEN)
_NOT_STARTED = (Status.NOT_STARTED, None)
_STOPS = group("stopped")
_ENDS, _CLOSES = group("ended"), group("closes")
_WORD = re.compile(r"n/a|[^\W_]+")
_NO_FURTHER = re.compile(r"\bno (?:further|more) (?:action|work)\b", re.IGNORECASE)
_NOTHING_YET = frozenset({"nothing", "nowt", "none", "started", "begin", "start", "progress", "owt"})
# A status and a colour, either None; neither where only the words are kept.
Guess = tuple[Status | None, Colour | None]
_DENIES = re.compile(r"\b(?:not|never|no|cannot|can't|won't|cant|wont)\b", re.IGNORECASE)


def guess(statement: Statement) -> list[Guess]:
    """What the words may mean, the likeliest first. Nothing that they deny."""
    words = set(_WORD.findall(statement.words.lower()))
    if words & {"n/a", "na"} or "not applicable" in statement.words.lower():
        return [(Status.DROPPED, None), _NOTE]
    takes = statement.kinds & _TAKES_FROM | ({Kind.DENIAL} if statement.is_denied else set())
    is_troubled = bool(words & _TROUBLE)
    near = _mistyped_status(statement)
    found = [near] if near else []
    found += _guess_statuses(statement, takes)
    found += _guess_colours(statement, takes)
    if words & _CLOSES or _NO_FURTHER.search(statement.words):
        found += [(Status.DROPPED, None), (Status.COMPLETE, None)]
    elif not statement.about and not takes - {Kind.FUTURE}:
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


def _guess_hinted(words: AbstractSet[str], *, is_future: bool) -> list[Guess]:
    """What words that are no status make likely: "letter sent", "had to stop work"."""
    if words & _STOPS:
        return [BLOCKED, (Status.ON_HOLD, None)]
    return [(Status.COMPLETE, None)] if words & _ENDS and not is_future else []


def _guess_statuses(statement: Statement, takes: AbstractSet[Kind]) -> list[Guess]:
    about, found = statement.about, list[Guess]()
    if statement.problem is Problem.SEVERAL:
        found += [(each, None) for each in Status if each in about and each is not Status.VERIFIED]
    if Status.COMPLETE in about:
        is_part = takes & _DENIES_DONE or statement.problem is Problem.QUESTION or _is_quantity(statement)
        is_part = is_part or _has_object(statement.words)
        done: list[Guess] = [] if is_part else [(Status.COMPLETE, None)]
        is_plain = not takes and not statement.leaves_work
        found += [*done, (Status.IN_PROGRESS, None)] if is_plain else [(Status.IN_PROGRESS, None), *done]
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


def _guess_colours(statement: Statement, takes: AbstractSet[Kind]) -> list[Guess]:
    if "blocked" in statement.about and Kind.DENIAL not in takes:
        return [BLOCKED, _AT_RISK]
    colours: list[Guess] = [
        (None, each) for each in (Colour.RED, Colour.AMBER, Colour.GREEN) if each in statement.about
    ]
    is_open = takes - {Kind.DOUBT, Kind.CONDITION}
    if is_open and statement.problem is not Problem.SEVERAL and len(colours) < 2:  # noqa: PLR2004 - two
        return []
    return colours + ([BLOCKED, _AT_RISK] if "blocked" in statement.about else [])


def _guess_denied(statement: Statement, words: AbstractSet[str], *, is_troubled: bool) -> list[Guess]:
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


def _mistyped_status(statement: Statement) -> Guess | None:
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


def _has_object(words: str) -> bool:
    """Whether it tells what was finished, rather than that the action was: "finished the drawings"."""
    return _FINISHED_WHAT.match(words) is not None


def _is_quantity(statement: Statement) -> bool:
    """Whether it says how much of it is done, so that not all of it is."""
    clauses = split_clauses(statement.words, today=date.min)
    return any(each.quantity for each in clauses)


def guess_undated(note: str) -> list[Guess]:
    """Of a new date without its day: words alone, or how it goes."""
    starts: list[Guess] = [_NOT_STARTED] if _DENIES.search(note) else []
    return [_NOTE, *starts, _AT_RISK, (Status.IN_PROGRESS, None)]
