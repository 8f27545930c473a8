"""What a text says of an action, read whole: a status, a colour, a new date with its reason, and a note."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto

from bot.plan.day_drafts import DayProblem
from bot.plan.rag import Colour
from bot.plan.statuses import Status
from bot.plan.text import one_line, plain_marks
from bot.plan.typed_days import DayReading, find_days
from handlers.command_parser.clauses import Clause, Sense, split_clauses
from handlers.command_parser.evidence_links import split_evidence
from handlers.command_parser.lexemes import EDGES, REF_MARK, DayFound, clean, keep_inner_refs
from handlers.command_parser.moves import (
    MAY_BE_DAY,
    Move,
    find_move,
    is_long_ahead,
    is_open_day,
    is_open_move,
    is_placeholder,
    split_reason,
    split_reason_before,
)
from handlers.command_parser.vocabulary import Kind, group

_ADDS_NOTE = (
    r"(?:(?:(?:can|could|would) you|please|pls|just|also|hi|ok)\b[\s,]*+)*+"
    r"(?:(?:add|put|make|record|log|leave|write|have|pop|stick)\s++)?+(?:(?:a|an|this|the|another|quick"
    r"|short|as)\s++)*+"
)
_OF_REF = r"(?:\s*+(?:(?:to|for|on|about|against|in|under|re)\s*+|:\s*+)?+\ue000++)?+"
_NOTE_MARK = r"(?:\s*+[:;,>-]++\s*+(?:(?:that|to say)\s++)?+|\s++(?:(?:that|saying|to say)\s++)?+)"
_EXPLICIT_NOTE = re.compile(
    rf"[\s\ue000,:;.-]*+(?:{_ADDS_NOTE}(?:note|comment|for the record|fyi)\b{_OF_REF}{_NOTE_MARK}"
    r"|(?:(?:please|can you|could you|just)\s++)*+(?:add|note|record|jot|write|pop|minute)\s++(?:down\s++)?+"
    r"(?:(?:to|for|on|against|under|in)\s++)?+\ue000++(?!\s*+(?:down\s|as\b))"
    rf"{_NOTE_MARK})",
    re.IGNORECASE,
)
# "Please note that it is done" says that it is; "note: it is done" is a note.
_TELLS = re.compile(r"fyi|for the record|note that|please note", re.IGNORECASE)
_MARKED = re.compile(r"\s*[-:;>\"]")
_QUOTED = re.compile(r"\s*\"([^\"]+)\"\s*")
_SENDS, _POLITE = group("sends"), group("courtesy")
_COURTESY = re.compile(
    r"^\W*(?:hope (?:you|all|this)\b|hi\b|hiya\b|hello\b|dear\b|sorry for\b|apolog|sorry sorry|"
    r"thanks for\b|thank you for\b|"
    r"kind regards|best wishes|many thanks|all the best|no worries|not sure if this is the right|"
    r"i hope\b|good (?:morning|afternoon)|"
    r"from [A-Z][a-z]+\W*$|[A-Z][a-z]+ here\W*$)",
    re.IGNORECASE,
)
_NO = frozenset({"no", "nope", "nah", "sorry", "yes"})
_ORDINALS, _IRONY, _PROVISIONAL = group("ordinals"), group("irony"), group("provisional")
_CONTRADICTS = group("contradicts")
_LEFT_TO_DO = frozenset({"still", "need", "needs"})
_RISKS = frozenset({Kind.DENIAL, Kind.EXCEPTION, Kind.CONDITION, Kind.DOUBT, Kind.OUTSTANDING})
_LEAVES = frozenset({Kind.DENIAL, Kind.EXCEPTION, Kind.OUTSTANDING})
_NOTE_DASH = re.compile(r"\s++[-:]++\s++")
# A sign that parts nothing belongs to the words it stands before.
_SIGN = re.compile(r"[^\w\s,;:.|>!?()\[\]\"\u2026\u201c\u201d\u2010-\u2015\u2212\u2022\u00b7*\ue000-]")
_SIGNS_TO_END = re.compile(r"[^\w\ue000]*+")
# Another day for another part: "to 12 March and for team B 26 March".
_AND_DAY = re.compile(r"[\s,;]*(?:and|or|then)\b", re.IGNORECASE)
_ASKING = re.compile(
    r"(?:has|have|is|are|was|were|does|do|did|can|could|will|would|should|may)\s+"
    r"(?:any(?:one|body)|some(?:one|body)|you|we|i|they|he|she|it|this|that|there|the)\b"
    r"|(?:who|what|when|where|why|how|which|any chance|any news|any update)\b",
    re.IGNORECASE,
)
_UP_TO = re.compile(r"\b(?:by|until|till|til|before|to)\s+(?:the\s+)?$", re.IGNORECASE)
# How somebody asks for a new date, before the words that name it.
_ASKS_MOVE = re.compile(
    r"\A\W*+(?:(?:can|could|may|shall|would|will|please|pls|so|ok)\s+)++(?:(?:it|this|that|we|i|you"
    r"|the date|\ue000++)\s+)?"
    r"(?:(?:please|pls|be|just|possibly|maybe)\s+)*+\Z",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\(([^()]*)\)")
_NOTE_START = re.compile(r"[\s,;:.>|]*(?:-+(?![0-9]))?[\s,;:>|]*")


class Problem(Enum):
    """Why nothing is recorded. NOTHING: no status, colour, date or note is said. REMARK: something is said,
    and no status. UNCLEAR: a status stands in it, and it may not be what is meant. SEVERAL: statuses that
    contradict each other. QUESTION: it asks. NO_REASON: of the new date. The others are of a day.
    """

    NOTHING = auto()
    REMARK = auto()
    UNCLEAR = auto()
    SEVERAL = auto()
    QUESTION = auto()
    NO_REASON = auto()
    NO_DAY = auto()
    WHICH_DAY = auto()
    PAST_DAY = auto()
    FAR_DAY = auto()
    WRONG_WEEKDAY = auto()
    NO_SUCH_DAY = auto()


_DAY_PROBLEMS = {
    DayProblem.CONTRADICTS: Problem.WRONG_WEEKDAY,
    DayProblem.PAST: Problem.PAST_DAY,
    DayProblem.FAR: Problem.FAR_DAY,
    DayProblem.SEVERAL: Problem.WHICH_DAY,
    DayProblem.VAGUE: Problem.NO_DAY,
    DayProblem.IMPOSSIBLE: Problem.NO_SUCH_DAY,
}


@dataclass(frozen=True)
class Statement:
    """words: all of it, on one line. about: the statuses that stand in it. kinds: of its other words. days:
    those it may mean, where it has to be asked. day_words: as they were typed. days_ahead: coming days that
    it names where it says no new date, each with the words after it. is_denied: a clause of it is nothing but
    "no". leaves_work: a clause without a status says that something is left to do.
    """

    words: str
    status: Status | None = None
    declared: Colour | None = None
    blocked: bool = False
    note: str = ""
    due: date | None = None
    due_text: str = ""
    because: str = ""
    evidence: str = ""
    problem: Problem | None = None
    about: frozenset[Status | Colour | str] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    days: tuple[date, ...] = ()
    day_words: str = ""
    days_ahead: tuple[tuple[date, str], ...] = ()
    is_denied: bool = False
    leaves_work: bool = False

    @property
    def is_clear(self) -> bool:
        return self.problem is None


def read_statement(text: str, *, today: date, may_be_day: bool = False) -> Statement:
    """The text is one line or several, without its ref, or with REF_MARK in its place. may_be_day: a day at
    its start may be a new date, as in an answer.
    """
    words = clean(text)
    if not words:
        return Statement("", problem=Problem.NOTHING)
    explicit = _EXPLICIT_NOTE.match(plain_marks(text))
    if explicit and re.search("note|comment|record|fyi|add|jot|write|pop|minute", explicit[0], re.IGNORECASE):
        said = read_statement(text[explicit.end() :], today=today) if _TELLS.search(explicit[0]) else None
        if said is not None and said.is_clear and (said.status or said.declared):
            return replace(said, words=words)
        note = clean(text[explicit.end() :]).strip('"\u201c\u201d ')
        return Statement(words, note=note, problem=None if note else Problem.NOTHING)
    quoted = _QUOTED.fullmatch(plain_marks(text).strip(REF_MARK))
    if quoted:
        return Statement(words, note=clean(quoted[1]))
    text, evidence = split_evidence(text) if "://" in text else (text, "")
    # Most texts hold nothing like a day, and are not searched.
    may_be_day_in = MAY_BE_DAY.search(text) is not None
    days = find_days(plain_marks(text), today=today) if may_be_day_in else []
    move = find_move(text, days, may_be_day=may_be_day) if may_be_day_in else None
    statement = _read_statuses(text, days, today) if move is None else _read_moved(text, days, move, today)
    statement = replace(statement, words=words)
    if evidence and statement.problem in {None, Problem.NOTHING}:
        statement = replace(statement, evidence=evidence, problem=None)
    elif evidence:
        statement = replace(statement, evidence=evidence)
    return statement


def _read_moved(text: str, days: Sequence[DayReading], move: Move, today: date) -> Statement:
    """A new date; what stands before and after it may say a status, and what follows it its reason."""
    reading = move.reading
    before, after = text[: move.start], text[move.end :]
    if _ASKS_MOVE.match(plain_marks(before)) or _is_only_day(before, days):
        before = ""
    reason, rest = split_reason(after)
    if not reason and (ahead := split_reason_before(before)):
        reason, before = ahead, ""
    if (
        is_open_move(before, after)
        or re.search(r",\s*(?:if|unless|should|but|provided)\b", reason, re.IGNORECASE)
        or (move.start == 0 and not move.has_verb and rest.strip(EDGES) and not reason)
    ):
        remark = None if reason else _read_statuses(rest, (), today)
        is_reason = remark is not None and remark.problem is Problem.REMARK
        return Statement(
            "",
            problem=Problem.UNCLEAR,
            because=remark.note if remark and is_reason else reason,
            days=(reading.day,) if reading and reading.day else (),
        )
    status = _read_statuses(f"{before}\n{rest}" if rest else before, (), today)
    if not reason:
        reason, status = _find_reason(before, rest, status)
        reason = reason or _likely_reason(before, rest, status)
    if status.problem is Problem.REMARK and Kind.PLAIN not in status.kinds:
        status = replace(status, note="", problem=Problem.NOTHING)
    if is_placeholder(reason):
        reason = ""
    is_listed = _AND_DAY.match(plain_marks(rest)) is not None
    is_question = "?" in text
    others = [
        each
        for each in days
        if reading is not None
        and each.start >= move.end
        and (is_listed or each.end <= len(text) - len(reason))
    ]
    others = [each for each in others if each.day and each.day != reading.day] if reading else []
    problem = _problem_of_day(reading, text, today, has_others=bool(others))
    if problem is None and is_question:
        problem = Problem.QUESTION
    elif problem is None and status.problem not in {None, Problem.NOTHING}:
        problem = status.problem
    elif problem is None and not reason:
        problem = Problem.NO_REASON
    day = reading.day if reading else None
    alternatives = reading.alternatives if reading else ()
    return replace(
        status,
        due=day,
        due_text=one_line(text[reading.start : reading.end]) if reading else "",
        because=reason,
        problem=problem,
        days=tuple(
            dict.fromkeys(
                (*(each.day for each in others if each.day), *([day] if day else []), *alternatives)
            )
        ),
        day_words=one_line(text[reading.start : reading.end]) if reading else "",
    )


def _problem_of_day(
    reading: DayReading | None, text: str, today: date, *, has_others: bool
) -> Problem | None:
    if reading is None:
        return Problem.NO_DAY
    if (has_others and reading.problem is None) or (reading.day and is_open_day(reading, text, today)):
        return Problem.WHICH_DAY
    return _DAY_PROBLEMS[reading.problem] if reading.problem is not None else None


def _find_reason(before: str, rest: str, status: Statement) -> tuple[str, Statement]:
    """The reason in the words beside a new date, where none is marked as one ("moved to 31 January, supplier
    late"), and the status without it.
    """
    if not clean(before) and _is_obstacle(status):
        return clean(rest).lstrip("-( "), Statement("", problem=Problem.NOTHING)
    is_quiet = status.problem is Problem.REMARK and Kind.PLAIN not in status.kinds
    if is_quiet or not rest or status.problem not in {Problem.REMARK, None} or not status.note:
        return "", status
    problem = None if status.problem is None else Problem.NOTHING
    return status.note, replace(status, note="", problem=problem)


def _likely_reason(before: str, rest: str, status: Statement) -> str:
    """`to 31 March, waiting for the form to be signed off`: what it waits for is offered as the reason."""
    is_waiting = status.problem is Problem.UNCLEAR and Kind.CONDITION in status.kinds
    return clean(rest).lstrip("-( ") if is_waiting and not clean(before) else ""


def _is_only_day(text: str, days: Sequence[DayReading]) -> bool:
    """Whether it is the old date: `20/11/26 extended to 18/12/26`."""
    rest = text
    for each in days:
        if each.end <= len(text):
            rest = f"{rest[: each.start]}{' ' * (each.end - each.start)}{rest[each.end :]}"
    return rest != text and not rest.replace(REF_MARK, "").strip(EDGES + "-(")


def _is_obstacle(remark: Statement) -> bool:
    """Whether it says what is in the way: `form isn't signed off yet`, after a new date."""
    denied = {Kind.DENIAL, Kind.OUTSTANDING} & remark.kinds
    return remark.problem is Problem.UNCLEAR and bool(denied) and Kind.PLAIN in remark.kinds


def _read_statuses(text: str, days: Sequence[DayReading], today: date) -> Statement:
    found = [DayFound(each.start, each.end, _settled(each, text, today)) for each in days]
    clauses = split_clauses(text, today=today, days=found)
    about = frozenset(each for clause in clauses for each in clause.about)
    kinds = frozenset(kind for clause in clauses if clause.about or not about for kind in clause.kinds)
    statement = _combine(text, clauses)
    quiet = {Kind.DENIAL, Kind.FILLER, Kind.SUBJECT, Kind.TAIL}
    is_denied = any(Kind.DENIAL in clause.kinds <= quiet for clause in clauses)
    return replace(
        statement,
        about=about,
        kinds=kinds,
        is_denied=is_denied,
        leaves_work=any(clause.kinds & _LEAVES and not clause.about for clause in clauses),
        days_ahead=tuple(_find_days_ahead(text, days, today, said=bool(about))) if statement.problem else (),
    )


def _find_days_ahead(
    text: str, days: Sequence[DayReading], today: date, *, said: bool
) -> Iterator[tuple[date, str]]:
    """said: a status stands in the text, and a day counts only after "by" or "until"."""
    for each in days:
        if each.problem is not None or each.day is None or each.day <= today:
            continue
        if not said or _UP_TO.search(text, 0, each.start):
            yield each.day, clean(text[each.end :]).lstrip("-( ")


def _settled(reading: DayReading, text: str, today: date) -> date | None:
    """The day of a remark. One without a year that comes again only next year is the one that has just
    been.
    """
    words = text[reading.start : reading.end]
    if reading.day is not None and not is_long_ahead(reading, words, today):
        return reading.day
    return date.min if reading.day is not None or reading.problem is DayProblem.PAST else None


def _combine(text: str, clauses: Sequence[Clause]) -> Statement:  # noqa: PLR0911 - one rule each
    if any(each.is_question and (each.about or each.sense is not Sense.EMPTY) for each in clauses):
        return Statement("", problem=Problem.QUESTION)
    corrected = [at for at, each in enumerate(clauses) if each.corrects]
    if corrected and corrected[-1] == len(clauses) - 1 and clauses[-1].sense is Sense.EMPTY:
        # "Done - ignore that" takes back what stands before it.
        return Statement("", problem=Problem.UNCLEAR)
    if corrected:
        clauses = clauses[corrected[-1] :]
    clear = [each for each in clauses if each.sense is Sense.CLEAR]
    # A share beside a status tells more of that: "on hold: two of five".
    clear = [each for each in clear if each.about] or clear
    if not clear:
        return _combine_unclear(text, clauses)
    after = clauses[clauses.index(clear[0]) + 1 :]
    if any(_is_pure_denial(each) or each.words & _IRONY for each in after):
        return Statement("", problem=Problem.UNCLEAR)
    statuses = {each.status for each in clear if each.status}
    colours = {each.colour for each in clear if each.colour}
    blocked = any(each.blocked for each in clear)
    if len(statuses) > 1 or len(colours) > 1 or (blocked and statuses - {Status.IN_PROGRESS}):
        return Statement("", problem=Problem.SEVERAL)
    status, colour = next(iter(statuses), None), next(iter(colours), None)
    is_doubtful = bool(corrected) and any(each.sense is Sense.UNCLEAR for each in clauses)
    if is_doubtful or _is_not_alone(status, clear, clauses) or not _agree(status, clauses, blocked=blocked):
        return Statement("", problem=Problem.UNCLEAR)
    note = _note_of(text, clauses)
    if blocked:
        note = re.sub(r"^(?:because|cos|as|since)\b[\s:,-]*", "", note, flags=re.IGNORECASE)
    return Statement("", status=None if blocked else status, declared=colour, blocked=blocked, note=note)


def _is_not_alone(status: Status | None, clear: Sequence[Clause], clauses: Sequence[Clause]) -> bool:
    """Whether "stopped" or "checked" stands beside other clauses, and may be said of something else."""
    if status not in {Status.DROPPED, Status.VERIFIED} or not any(each.is_alone for each in clear):
        return False
    return any(each.sense is not Sense.EMPTY and each not in clear for each in clauses)


def _is_pure_denial(clause: Clause) -> bool:
    """Whether it is nothing but "not": `on track, not`."""
    return Kind.DENIAL in clause.kinds and clause.kinds <= {Kind.DENIAL, Kind.FILLER, Kind.SUBJECT, Kind.TAIL}


def _combine_unclear(text: str, clauses: Sequence[Clause]) -> Statement:
    if any(each.sense is Sense.UNCLEAR for each in clauses):
        return Statement("", problem=Problem.UNCLEAR)
    plain = [each for each in clauses if each.sense in {Sense.PLAIN, Sense.PAST}]
    if not plain:
        return Statement("", problem=Problem.NOTHING)
    note = _note_of(text, clauses)
    bears = any(
        each.quantity or each.kinds & {Kind.FUTURE, Kind.CONDITION, Kind.DAY, Kind.OUTSTANDING, Kind.DENIAL}
        for each in plain
    )
    is_asking = _ASKING.match(plain_marks(text).lstrip(REF_MARK + EDGES + "- ")) is not None
    is_word = is_asking or (len(plain) > 1 and len(plain[0].words) == 1)
    is_marked = not is_word and _MARKED.match(plain_marks(text).lstrip(REF_MARK + " ")) is not None
    return Statement("", note=note, problem=None if is_marked and not bears else Problem.REMARK)


def _agree(status: Status | None, clauses: Sequence[Clause], *, blocked: bool) -> bool:
    """Whether nothing else in the line takes back what its clear clauses say."""
    unclear = [each for each in clauses if each.sense is Sense.UNCLEAR]
    plain = [
        each
        for each in clauses
        if each.sense is Sense.PLAIN or (each.sense is Sense.CLEAR and not each.about)
    ]
    if any(
        ("blocked" in each.about and not blocked) or any(isinstance(one, Colour) for one in each.about)
        for each in unclear
    ):
        return False
    denied = [each for each in clauses if each.status is Status.IN_PROGRESS and not each.blocked]
    if blocked and any("blocked" in each.about for each in denied):
        return False
    if status in {Status.COMPLETE, Status.VERIFIED, Status.DROPPED}:
        same = {Kind.STATUS, Kind.PLAIN, Kind.FILLER, Kind.SUBJECT, Kind.TAIL}
        unclear = [each for each in unclear if not (each.about == {status} and each.kinds <= same)]
        return all(_says_done_of_part(each) for each in unclear) and not any(
            _takes_back(each) for each in plain
        )
    if status is Status.IN_PROGRESS and not blocked and _is_other_start(clauses):
        return False
    if status is Status.NOT_STARTED:
        return not any(each.about & {Status.COMPLETE, Status.IN_PROGRESS} for each in unclear)
    return True


def _is_other_start(clauses: Sequence[Clause]) -> bool:
    """`job done on it, new contractor started today`: what goes on is something else, and the first may be
    the action.
    """
    first = next((at for at, each in enumerate(clauses) if each.sense is Sense.CLEAR), 0)
    is_done = any(
        each.sense is Sense.UNCLEAR
        and each.about == {Status.COMPLETE}
        and not each.quantity
        and not each.kinds & (_RISKS | {Kind.FUTURE, Kind.SHARE})
        for each in clauses[:first]
    )
    return is_done and Kind.PLAIN in clauses[first].kinds


def _says_done_of_part(clause: Clause) -> bool:
    """`training delivered`, `last block signed off`, beside "complete"."""
    quiet = {Kind.STATUS, Kind.PLAIN, Kind.FILLER, Kind.SUBJECT, Kind.TAIL}
    if clause.words & {"last", "final"}:
        quiet.add(Kind.SHARE)
    return (
        clause.about <= {Status.COMPLETE, Status.VERIFIED} and clause.kinds <= quiet and not clause.quantity
    )


def _takes_back(remark: Clause) -> bool:
    """Whether a remark beside "done" leaves something to do, or doubts it. What is still to be sent does
    not.
    """
    is_sent = remark.words & _SENDS and not remark.words & _LEFT_TO_DO
    if (
        is_sent
        and remark.kinds & {Kind.FUTURE, Kind.OUTSTANDING}
        and not remark.kinds & {Kind.DENIAL, Kind.EXCEPTION}
    ):
        return False
    if remark.words & _CONTRADICTS:
        return True
    if remark.kinds & (_RISKS | {Kind.FUTURE}) or remark.quantity or remark.words <= _PROVISIONAL:
        return True
    return Kind.SHARE in remark.kinds and not remark.words & _ORDINALS


def _note_of(text: str, clauses: Iterable[Clause]) -> str:
    """The remarks as they were written, with what stands between them where they follow each other."""
    spans: list[tuple[int, int]] = []
    follows, floor, plain = False, 0, plain_marks(text)
    for each in clauses:
        # What says a status as well is no courtesy alone: "hi its Ann 5.2 in progress got team C".
        is_kept = not each.words <= _NO
        if each.sense is not Sense.CLEAR and _COURTESY.search(text[each.start : each.end]):
            is_kept = False
        is_kept = is_kept and not (each.sense is Sense.EMPTY and each.words <= _POLITE)
        # Words that say nothing by themselves belong to the remark before them: "met; there".
        if follows and spans and is_kept and each.sense is Sense.EMPTY:
            spans[-1], floor = (spans[-1][0], each.end), each.end
            continue
        if is_kept and each.sense is Sense.EMPTY and _NOTE_DASH.fullmatch(plain, floor, each.start):
            spans.append((each.start, each.end))
        before, floor = floor, each.end
        if each.sense is Sense.EMPTY or not is_kept or each.note is None:
            follows = False
            continue
        start, end = each.note
        if follows and spans and start == each.start:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append(
                (before if start == each.start and _SIGN.search(text, before, start) else start, end)
            )
        follows = end == each.end
    pieces = [_piece(text, start, end) for start, end in spans]
    return ", ".join(piece for piece in pieces if piece)


def _is_mark(text: str, at: int) -> bool:
    """Whether the character belongs to the word after it: "=5 teams", "-3 teams", "<!channel>"."""
    char = text[at]
    if char.isalnum() or char.isspace() or char in ',;:.!?()[]|"\u201d' or char == REF_MARK:
        return False
    return char not in "-\u2010\u2011\u2012\u2013\u2014\u2212>" or (
        char == "-" and text[at + 1 : at + 2].isdigit() and not text[at - 1 : at].strip()
    )


def _piece(text: str, start: int, end: int) -> str:
    """The words, with a closing bracket or quotation mark that belongs to them."""
    while start and _is_mark(text, start - 1):
        start -= 1
    after = _SIGNS_TO_END.fullmatch(text, end) or re.compile(r"[^\s,;\w]+").match(text, end)
    words = keep_inner_refs(text[start : after.end() if after else end])
    lead = _NOTE_START.match(plain_marks(words))
    words = words[lead.end() if lead else 0 :].strip(" \t\n,;:|")
    if words.count(")") > words.count("(") and text[start - 1 : start] == "(":
        words = f"({words}"
    quoted = _QUOTED.fullmatch(plain_marks(words)) or _BRACKETED.fullmatch(words)
    if quoted:
        return words[quoted.start(1) : quoted.end(1)].strip()
    if words.endswith(")") and "(" not in words:
        words = words[:-1]
    if words.endswith(('"', "\u201d")) and not re.search(r"[\"\u201c]", words[:-1]):
        words = words[:-1]
    return words.rstrip() if len(re.findall(r"[.!?]", words)) > 1 else words.rstrip(" .")
