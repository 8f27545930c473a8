"""A new date in a text: where it is said that it moves, to which day, and why."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.plan.text import plain_marks
from bot.plan.typed_days import DayReading
from handlers.command_parser.clauses import Sense, split_clauses
from handlers.command_parser.lexemes import EDGES, REF_MARK, clean
from handlers.command_parser.vocabulary import Kind

# What a word of a date begins with, in English or Welsh, well written or not; or what stands before one.
MAY_BE_DAY = re.compile(
    r"[0-9]|\b(?:jan|feb|fab|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|wen|thu|fri|sat|sun|ion"
    r"|chw|maw|ebr|meh"
    r"|gor|aws|med|hyd|tac|rha|dydd|llun|mer|iau|gwe|sad|sul|tod|tom|ton|yes|week|month|year|quarter|fort"
    r"|day|east|chris"
    r"|xmas|term|half|spring|summer|autumn|winter|end|eo[wmdq]|cop|close|mid|new|soon|later|first|second"
    r"|third|last)"
    r"|\b(?:to|until|till|til|by|due|date|deadline|for|from)\b",
    re.IGNORECASE,
)
_MOVED = (
    r"(?:re-?scheduled?|move[ds]?|moving|push(?:ed|ing)?|slip(?:ped|ping|s)?|delay(?:ed)?|extend(?:ed)?|"
    r"postponed?|"
    r"deferred?|put|brought|bring|revised?|change[ds]?|shift(?:ed)?|re-?forecast|re-?profiled|slid|set)"
)
_DATE_WORDS = (
    r"(?:due|date|deadline|target|completion|finish|end|delivery|timescale|the|it"
    r"|this|that|its|\ue000+|back|out|forward|forwards|on|along|again|now|is|has|been|to be|an?|bit"
    r"|another|further|few"
    r"|one|two|three|four|six|[0-9]{1,2}|days?|weeks?|fortnight|months?|year)"
)
_MOVE = re.compile(
    rf"\b{_MOVED}\b(?:\s+{_DATE_WORDS}(?!\w)){{0,9}}+\s*+(?P<to>\b(?:to|till|til|until|for|from|by|as)\b"
    rf"|[:=>]|-+>)"
    r"(?:\s*+\ue000++\s*+(?:(?:is|now|to|should be|will be|becomes|moves to|moved to)\b\s*+|[:=>-]\s*+)*+)?+"
    r"|\b(?:needs?|wants?|takes?|will take)\s+(?:(?:more|some|extra|a bit more|longer|time)\s+){0,4}(?:to|"
    r"till|until)\b"
    r"|\b(?:please|pls|can you|could you|so)\s+(?:put|say|use|change(?:\s+it)?\s+to"
    r"|set(?:\s+it)?\s+(?:to|for))\b"
    r"|\b(?:by when|timescale|target|completion|finish by|end date)\s*[:=]"
    r"|\bsymud(?:wyd|ir|ais)?\s+i(?:'r)?\b"
    r"|\bhave\s+(?:it\s+|this\s+|\ue000+\s*)?(?:till|until)\b"
    rf"|\b{_MOVED}\b[^.;!?\n]{{0,30}}?\bnow\b|(?<!\ue000)\ue000++\s*+(?:(?:to|until|till)\b|[-=]++>)"
    r"|\b(?:go|goes|going|gone|runs?|running)\s+(?:on\s+|back\s+|out\s+)?(?:to|into|until|till)\b"
    r"|\b(?:needs?|wants?)\s+(?:another|an\s+extra|an?|one\s+more|a\s+few\s+more"
    r"|[a-z0-9]{1,6})\s+(?:more\s+|extra\s+)?"
    r"(?:days?|weeks?|fortnight|months?)\b(?:\s+more)?[\s,:;(-]{0,4}(?:(?:so|say|ie|i\.e\.|to|until|till)\b)?"
    r"|\b(?:won't|will not|wont|can't|cannot|not going to|not)\s+(?:be\s+)?(?:(?:done|finished|ready|"
    r"complete|completed|finish|there|in place|closed)\s+)?(?:before|until|till)\b"
    r"|\b(?P<weak>(?:will|would|should)\s+(?:now\s+)?be(?:\s+(?:done|finished|ready|complete|completed))?)\b"
    r"|\b(?:(?:new|revised|updated|target|completion|end|expected|finish|now)\s+){0,6}+(?:due\s+date|date|"
    r"deadline|due)\b"
    r"(?:\s+(?:is|now|on|by|to|for|should|be|will|would|the|moved|moves|moving|of|as|set|changed|at|"
    r"until|date|from|was|been|has)\b|\s*\ue000+)*+\s*+(?P<at>[:=>]|-+>)?",
    re.IGNORECASE,
)
_MAY_LEAD_DAY = re.compile(
    r"\b(?:by|on|now|to|until|till|the|in|more|like|it's|its|about|say|can we|could we|do|make it|probably)\b"
    r"|[\s,:\ue000-]",
    re.IGNORECASE,
)
# After a ref "by Friday" is a promise; "to Friday" moves its date.
_LEADS_PROMISE = re.compile(r"\b(?:by|on|in|about|like|do)\b", re.IGNORECASE)
_TO_DAY = re.compile(r"\b(?:to|until|till|make it|now)\b", re.IGNORECASE)
# "Was 11/12/26 now 22/01/27" says by itself that the date is new.
_IS_MOVED_DAY = re.compile(
    r"[\d\w\s/.,:()-]*?(?:\bnow\b|\b(?:extended|moved|revised|changed|slipped) to\b|->|\u2192)", re.IGNORECASE
)
_JOINS_DAY = re.compile(r"[\s:=>-]*(?:\b(?:to|the|on|by|until|till|for|be|is|now)\b[\s:=]*)*", re.IGNORECASE)
_REASON = re.compile(
    r"[\s,;:.(-]*\b(?:(?:because|cos|coz|cause|cuz|bc|b/c|due|owing|thanks|on account|as a result|in view)"
    r"(?:\s+(?:of|to))?|as|since|given|reason(?:\s+(?:is|being))?|while|whilst)\b(?!\s+(?:of now|agreed|"
    r"planned))[\s:,=-]*",
    re.IGNORECASE,
)
_REASON_LATER = re.compile(
    r"(?:(?<![\s,;.(-])[\s,;.(-]++)?+\b(?:because|cos|coz|cuz|bc|b/c|due to|owing to|on account of"
    r"|as a result of)\b[\s:]*+(?:of\s++)?+",
    re.IGNORECASE,
)
_REASON_AHEAD = re.compile(
    r"\W*+(?:because|cos|coz|since|due to|owing to|as a result of|thanks to|given)\b(?:\s++of\b)?+\s++",
    re.IGNORECASE,
)
_AFTER_REASON = frozenset({"so", "then", "therefore", "it", "this", "we", "we'll", "i"})
_MIN_REASON = 3
_PLACEHOLDER = re.compile(
    r"(?:(?:reasons?|the reason|details?|why)\s*+(?:[:=-]\s*+)?+)?+(?:is\s++|are\s++)?+(?:tbc|tba|tbd"
    r"|n/?a|none"
    r"|unknown|not known|to follow"
    r"|to be confirmed|to be advised|later|various|\?*|x+|asap|no reason|same|as above)",
    re.IGNORECASE,
)
# After a day: it is not certain, or not the only one. "or 7 Feb" is another day, which is asked.
_LEAVES_OPEN = re.compile(
    r"[\s,;(-]*+(?:if|unless|once|when|provided|assuming|depending|subject to|hopefully|maybe|perhaps"
    r"|possibly|probably"
    r"|ish|tbc|or (?:whenever|when|as soon|sooner|later|earlier|thereabouts|so|once|until|after|before"
    r"|maybe|possibly)"
    r"|at the (?:very )?(?:earliest|soonest)|at best|with luck|all being well|fingers crossed)\b",
    re.IGNORECASE,
)
_UNCERTAIN = frozenset(
    {"might", "may", "could", "would", "should", "hope", "hoping", "maybe", "rather", "let it"}
)
_FEAST = re.compile(r"(?:by |at |the )*(?:easter|christmas|xmas|new year|new year's)", re.IGNORECASE)
_YEAR = re.compile(
    r"\b20[0-9]{2}|[/.-][0-9]{1,2}[/.-][0-9]{2}\s*$|'[0-9]{2}|[a-z]\s+[0-9]{2}\s*$", re.IGNORECASE
)
# A day without a year that has just been comes again about a year later.
_DAYS_UNTIL_NEXT_YEAR = 300


@dataclass(frozen=True)
class Move:
    """start: of the words that say a date is new. end: of the day. reading: None where none follows.
    has_verb: something says so, besides the day.
    """

    start: int
    end: int
    reading: DayReading | None
    has_verb: bool = True


def find_move(text: str, days: Sequence[DayReading], *, may_be_day: bool) -> Move | None:
    plain = plain_marks(text)
    for each in days:
        if each.day and _IS_MOVED_DAY.match(plain, each.start, each.end):
            return Move(each.start, each.end, each)
    for match in _MOVE.finditer(plain):
        joined = _JOINS_DAY.match(plain, match.end())
        end = joined.end() if joined else match.end()
        reading = next(
            (each for each in days if match.start() <= each.start <= end < each.end or each.start == end),
            None,
        )
        if reading is None:
            reading = next((each for each in days if match.end() - 6 <= each.start <= end), None)
        if match["weak"] and (reading is None or not _has_reason(plain, match.start(), reading.end)):
            continue
        if reading is not None:
            return Move(match.start(), reading.end, reading)
        if (match["to"] in {"to", "until", "till"} and not _says_status(plain[end:])) or _is_new_date(
            match[0]
        ):
            return Move(match.start(), match.end(), None)
    first = days[0] if days else None
    if (
        may_be_day
        and first is not None
        and not _MAY_LEAD_DAY.sub("", plain[: first.start])
        and not (REF_MARK in plain[: first.start] and _LEADS_PROMISE.search(plain[: first.start]))
    ):
        return Move(0, first.end, first, has_verb=_TO_DAY.search(plain[: first.start]) is not None)
    return None


def _has_reason(plain: str, start: int, end: int) -> bool:
    """Whether one stands before the start or after the end of the words that may move a date."""
    return _REASON_LATER.search(plain, end) is not None or bool(split_reason_before(plain[:start]))


def _is_new_date(words: str) -> bool:
    return re.match(r"\s*(?:new|revised|updated)\s", words, re.IGNORECASE) is not None


def _says_status(words: str) -> bool:
    clauses = split_clauses(words[:80], today=date.min)
    return bool(clauses) and clauses[0].sense in {Sense.CLEAR, Sense.UNCLEAR}


def split_reason(after: str) -> tuple[str, str]:
    """The reason that follows a day, and what stands before that. A reason lasts to the end."""
    plain = plain_marks(after)
    reason = _REASON.match(plain)
    if reason is None:
        reason = _REASON_LATER.search(plain)
    if reason is None:
        bracket = re.fullmatch(r"\s*+\(([^()]*+)\)[\s.!]*+", plain)
        if bracket:
            return clean(after[bracket.start(1) : bracket.end(1)]), ""
        return "", after
    return clean(after[reason.end() :]).strip("()\"'"), after[: reason.start()]


def split_reason_before(before: str) -> str:
    """The reason that stands before a new date: `because the survey overran, 2.2 moves to …`; "" for none."""
    lead = _REASON_AHEAD.match(plain_marks(before))
    if lead is None:
        return ""
    edges = f"{EDGES}{REF_MARK}-"
    reason = before[lead.end() :].rstrip(edges)
    words = reason.rsplit(None, 1)
    if len(words) > 1 and words[1].casefold() in _AFTER_REASON:
        reason = words[0].rstrip(edges)
    return clean(reason) if len(reason) >= _MIN_REASON and REF_MARK not in reason else ""


def is_placeholder(reason: str) -> bool:
    """Whether it stands in the place of a reason that is still to come."""
    return _PLACEHOLDER.fullmatch(reason.strip(" .!?,;:-()")) is not None


def is_open_move(before: str, after: str) -> bool:
    """Whether the date is not moved, or not certainly: "don't move", "might need to move", "interviews
    moved".
    """
    clause = re.split(r"[.;!?:,\n]|\s-\s", plain_marks(before))[-1]
    found = split_clauses(clause, today=date.min) if clause.strip(EDGES + REF_MARK) else []
    kinds = {kind for each in found for kind in each.kinds}
    words = {word for each in found for word in each.words}
    if kinds & {Kind.DENIAL, Kind.DOUBT, Kind.CONDITION, Kind.EXCEPTION} or words & _UNCERTAIN:
        return True
    if Kind.PLAIN in kinds and not any(each.about for each in found):
        return True
    return _LEAVES_OPEN.match(after) is not None


def is_open_day(reading: DayReading, text: str, today: date) -> bool:
    """Whether it is a feast, which may be the day or the holidays; or a day that has just been, and comes
    again in a year.
    """
    words = text[reading.start : reading.end]
    if _FEAST.fullmatch(words.strip()):
        return True
    return is_long_ahead(reading, words, today)


def is_long_ahead(reading: DayReading, words: str, today: date) -> bool:
    return (
        reading.day is not None
        and (reading.day - today).days > _DAYS_UNTIL_NEXT_YEAR
        and not _YEAR.search(words)
    )
