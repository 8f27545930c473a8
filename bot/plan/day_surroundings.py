"""What stands around a day in a line: the words that lead to it, and those that make something else of it."""

import re
from datetime import date

from bot.plan.day_drafts import DayDraft, DayKind
from bot.plan.day_forms import WEEKDAY_NAME, FormContext
from bot.plan.day_tokens import NormalLine
from bot.plan.period_forms import EVENTS, MOVING

LOOK_BACK = 40
_MAX_EVENT_WORDS = 3
_INSIDE_MARKS = frozenset("./:£$€#@&\\_")
PREPOSITIONS = re.compile(
    r"(?:(?:by|on|due|until|till|til|to|for|the|at|in|erbyn|ar|before|is|now|date|from"
    r"|between|\(|\"|'|:|-|\u2014|\*|=) ?)*+"
)
_LEADS = re.compile(
    r"\b(?:by|on|due|until|till|til|to|before|after|from|since|between|date|now|in|during|within|erbyn|ar|was|"
    r"commencing|ending|say|(?:planned|aim|aiming|booked|targeting|expected|ready|listed|down|scheduled) for)"
    r"(?: is)?[ :=]{0,2}(?:the |about |around |approx |roughly |maybe |probably |say )?[(\"'*-]?$"
)
_LEAD_ENDS = {
    "by", "on", "due", "until", "till", "til", "to", "before", "after", "from", "since", "between", "date",
    "now",     "in", "during",
    "within", "erbyn", "ar", "was", "commencing", "ending", "say", "for", "is", "the",
    "about",     "around", "approx", "roughly", "maybe", "probably",
}  # fmt: skip
_WANT_ENDS = {
    "to", "until", "till", "for", "date", "is", "now", "due", "by", "on", "in", "the", "our", "their"
}  # fmt: skip
_WANTS_A_DAY = re.compile(
    rf"(?:\b{MOVING}(?: to| until| till| for)|\buntil|\btill|\b(?:new|target|due) date(?: is| to| now|:)?|"
    r"\bdue(?: by| on| in)?|--due|--date)[ :=]{0,2}(?:the |our |their )?$"
)
_ALSO = re.compile(
    r"\b(?:or|and|to|possibly|maybe|now|not|but|wait|sorry)[ ,]{0,2}(?:the )?$|[,/>-] ?(?:the )?$"
)
_EVERY = re.compile(r"\b(?:every|each|most|all|alternate|good|ash|black|palm|shrove|easter) $")
_SAYS_PAST = re.compile(r"\b(?:was|were|on|since|last)(?: the)? $")
_SINCE = re.compile(r"\b(?:was|were|since)(?: the)? $")
_AFTER = re.compile(
    r"\b(after|(?:not|no) (?:before|earlier than|sooner than)|before|(?<!no )(?<!not )later than) (?:the )?$"
)
_OPEN_END = re.compile(r",? (?:at the earliest|or later|or after|onwards?|and onwards?|and beyond)(?![a-z])")
_NOT_AFTER = re.compile(r" ?%|[0-9]|\.[0-9]")
_YEAR_FOLLOWS = re.compile(r" [0-9]{4}(?![0-9])")
_WORKING_DAYS = re.compile(rf"(?<!from )\b(?:{WEEKDAY_NAME}) ?(?:to|-) ?$")
_FOLLOWER = re.compile(r" ([a-z]{1,20})(?![a-z])")
_EVENT_WORDS = frozenset(EVENTS.split("|"))
# What may come after a month or a feast that is a day by itself; anything else makes an event of it.
_SAFE_WORDS = {
    "because", "as", "since", "cos", "coz", "due", "owing", "and", "or", "but", "so", "if", "when",
    "while", "whilst", "unless", "until", "till", "to", "for", "by", "at", "on", "with", "pending",
    "in", "is", "it", "its", "we", "i", "they", "he", "she", "the", "a", "an", "our", "their", "my",
    "no", "not", "now", "then", "please", "pls", "plz", "instead", "latest", "hopefully", "subject",
    "given", "after", "before", "following", "thanks", "thank", "ta", "cheers", "sorry", "still",
    "this", "that", "was", "were", "will", "would", "maybe", "possibly", "probably", "perhaps", "per",
    "via", "than", "rather", "awaiting", "waiting", "revised", "extended", "moved", "slipped",
    "delayed", "deferred", "only", "again", "too", "also", "done", "complete", "completed", "approx",
    "roughly", "depending", "assuming", "provided", "from", "though", "although", "however", "am",
    "morning", "afternoon", "evening", "lunchtime", "noon", "which", "who", "what", "how", "where",
    "there", "here", "all", "just", "once", "ok", "okay", "sir", "bc", "currently",
}  # fmt: skip
_FIRST_SAFE = {
    "because", "as", "since", "cos", "coz", "due", "or", "to", "please", "pls", "instead", "latest",
    "hopefully", "now", "subject", "if", "am", "pm", "morning", "afternoon",
}  # fmt: skip
# Months and weekdays that are verbs as well.
_VERBS_TOO = frozenset({"may", "march", "mar", "sat", "wed", "sun"})


def is_inside_word(line: NormalLine, place: int) -> bool:
    """Whether the word is the inside of another, of a ref, a version or a sum: v1.2, 5.2, £31."""
    token = line.tokens[place]
    if place == 0 or not token.joined:
        return False
    before = line.tokens[place - 1].word
    return (
        before[-1].isalnum()
        or before in _INSIDE_MARKS
        or (before == "-" and place > 1 and line.tokens[place - 1].joined)
    )


def read_context(line: NormalLine, start: int, before: str, today: date, *, is_wanted: bool) -> FormContext:
    """What the words before the place say of it. is_wanted: the line stands where a day is expected."""
    begins = start == 0 or (is_wanted and PREPOSITIONS.fullmatch(line.text, 0, start) is not None)
    last = _last_word(before)
    wanted = (begins and is_wanted) or (last in _WANT_ENDS and _WANTS_A_DAY.search(before) is not None)
    is_led = wanted or (last in _LEAD_ENDS and _LEADS.search(before) is not None)
    return FormContext(today, is_led, begins, wanted, before, line.tokens[line.token_at(start)].raw)


def can_be_day(text: str, draft: DayDraft, context: FormContext, *, is_part: bool) -> bool:
    """Whether what stands before and after lets the words be a day. is_part: words of it stand before."""
    if _EVERY.search(context.lead) or _NOT_AFTER.match(text, draft.end):
        return False
    word = _word_after(text, draft.end)
    is_safe = not word or word in _SAFE_WORDS
    if draft.kind is DayKind.DAY_OF_MONTH and is_part:
        return True
    also = _ALSO.search(context.lead) is not None and is_safe
    at_start = context.begins and (not word or word in _FIRST_SAFE)
    if draft.kind is DayKind.DAY_OF_MONTH:
        return is_safe and (not draft.needs_lead or context.is_led or also)
    if (draft.needs_lead or draft.kind is DayKind.MONTH) and not (context.is_led or at_start or also):
        return False
    return not _is_something_else(text, draft, context, word)


def _is_something_else(text: str, draft: DayDraft, context: FormContext, word: str) -> bool:
    """Whether the words are a verb, a month's figures or the days something is open. word: the one after."""
    is_safe = not word or word in _SAFE_WORDS
    if draft.kind is DayKind.MONTH and context.raw in _VERBS_TOO:
        return (not is_safe or word == "on") and word not in _EVENT_WORDS
    if draft.kind is DayKind.MONTH:
        return _YEAR_FOLLOWS.match(text, draft.end) is not None
    if draft.kind is DayKind.WEEKDAY and draft.needs_lead:
        return _WORKING_DAYS.search(context.lead) is not None or context.lead.endswith("the ")
    return draft.kind is DayKind.PERIOD and not context.is_led and not is_safe


def _last_word(before: str) -> str:
    """The last word of the text, whatever marks stand behind it."""
    return before.rstrip(" :=(\"'*-").rpartition(" ")[2].lstrip("(\"'-,;:*")


def _word_after(text: str, place: int) -> str:
    found = _FOLLOWER.match(text, place)
    return found[1] if found else ""


def is_possessive(text: str, draft: DayDraft) -> bool:
    return text.startswith(("'s ", "' "), draft.end) and draft.kind is not DayKind.DATE


def event_end(text: str, draft: DayDraft, before: str) -> int | None:
    """Where the words of an event end that the draft is only the time of ("the December board meeting"); None
    where it is a day by itself.
    """
    if draft.kind not in {DayKind.MONTH, DayKind.WEEKDAY, DayKind.PERIOD} or draft.problem:
        return None
    possessive = is_possessive(text, draft)
    end = draft.end + 2 if possessive else draft.end
    word = _word_after(text, end)
    strict = draft.kind is DayKind.MONTH or (draft.kind is DayKind.WEEKDAY and before.endswith("the "))
    if not possessive and not (word in _EVENT_WORDS or (strict and word and word not in _SAFE_WORDS)):
        return None
    for _ in range(_MAX_EVENT_WORDS):
        following = _FOLLOWER.match(text, end)
        if following is None or (following[1] in _SAFE_WORDS and following[1] not in _EVENT_WORDS):
            break
        end = following.end()
    return end


def open_end(text: str, draft: DayDraft) -> int | None:
    """Where "or later" ends behind a day; None where nothing of the kind follows."""
    found = _OPEN_END.match(text, draft.end)
    return found.end() if found and draft.day else None


def side_of(before: str) -> tuple[str, int]:
    """The word of "after", "before" and the like that leads to the day, and how long ago it begins; "", 0."""
    found = _AFTER.search(before)
    return (found[1], len(before) - found.start()) if found else ("", 0)


def says_past(before: str) -> bool:
    return _SAYS_PAST.search(before) is not None


def says_since(before: str) -> bool:
    return _SINCE.search(before) is not None
