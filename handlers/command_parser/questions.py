"""What people ask in their own words: about an action, for a list, or for a hand."""

import re
from datetime import date

from bot.commands import (
    CalendarSubscription,
    Command,
    DigestPreview,
    Help,
    History,
    Mine,
    Show,
    Versions,
    Why,
)
from bot.errors import NotUnderstoodError
from bot.plan.text import one_line, plain_marks
from bot.sentences import sentence
from handlers.command_parser.line import InputLine, quote
from handlers.command_parser.lists import (
    read_at_risk,
    read_due,
    read_export,
    read_mine,
    read_overdue,
    read_search,
)
from handlers.command_parser.ref_mentions import RefGroup
from handlers.command_parser.statements import read_statement

_ASKS = re.compile(
    r"(?:(?:so|and|but|ok|okay|hi|hello|hey|please|pls|sorry|um|right)[\s,]+)*"
    r"(?:(?:what|whats|what's|who|whos|who's|whose|when|whens|when's|which|where|wheres|where's|why|whys|"
    r"why's|how|hows|how's|"
    r"remind me (?:what|who|when|which|how)|any (?:news|update|progress|actions?)|anything)\b"
    r"|(?:is|are|was|were|do|does|did|has|have|can|could|will|would|should|am)\s+"
    r"(?=(?:i|you|u|we|he|she|it|they|this|that|there|the|my|our|any|anyone|anybody|everyone|everything|"
    r"anything|someone|action|item|"
    r"all|sp|[a-z]{1,5}-?[0-9]|[0-9#])\b))",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"(?:(?:hi|hello|please|pls|ok|okay|so|and|just)[\s,]+)*"
    r"(?:(?:can|could|would|will|may)\s+(?:you|u|i|we)\s+(?:please\s+|pls\s+|just\s+|quickly\s+)*)?"
    r"(?:(?:i'd like|i would like|i want|i need|we need|i wish|let me|let us|let's|lets|want|need|"
    r"like)\s+(?:to\s+)?(?:see|have|look at|get|view|know)?\s*)?"
    r"(?:show|list|give|send|get|display|tell|see|view|bring up|pull up|find|look at|open)?\s*(?:me|us)?\s*"
    r"(?:(?:the|a|an|all|of|full|complete|whole|current|latest|list)\b\s*)*",
    re.IGNORECASE,
)
_TELLS_TO_SHOW = re.compile(
    r"(?:(?:hi|hello|please|pls|ok|okay|so)[\s,]+)*(?:(?:can|could|would|will|may)\s+(?:you|u|i|"
    r"we)\s+(?:please\s+|pls\s+|just\s+)*)?"
    r"(?:show|list|give|send|get|display|tell|see|view|bring up|pull up|find|look at|open|remind me|"
    r"i want to see|i need to see|i'd like to see)\b",
    re.IGNORECASE,
)
# "Can you mark 5.2 as done?" asks for an update.
_ASKS_TO_RECORD = re.compile(
    r"(?:(?:hi|hello|hey|please|pls|ok|okay|sorry|so|and)[\s,]+)*(?:can|could|would|will)\s+(?:you|u|i|"
    r"we|somebody|someone|anyone|anybody)\s+(?:please\s+|pls\s+|just\s+|kindly\s+|now\s+|also\s+)*"
    r"(?=(?:mark|set|put|record|update|change|close|log|note|add|report|make|move|say|push|extend|sign"
    r"|jot|write|pop|shift|"
    r"delay|postpone|defer|reschedule|bring|redate|re-date|slip|drop|cancel|pause|"
    r"minute|amend|"
    r"tick|have till|have until|show\s+\S+\s+as)\b)",
    re.IGNORECASE,
)
# "See https://…" points to something.
_SEES_LINK = re.compile(
    r"(?:please\s++)?+(?:see|look at)\s++(?:the\s++)?+(?:attached|link|here)?+[\s:]*+<?https?://",
    re.IGNORECASE,
)
_OVERDUE = r"(?:overdue|past due|late|behind|missed|run(?:ning)? late|slipped|out of date|gone over)"
_RISK = (
    r"(?:at risk|at-risk|risks?|red|ambers?|in trouble|struggling|off track|red or amber|red and amber"
    r"|going wrong|not going well)"
)
_DUE = r"(?:due|coming up|upcoming|deadlines?|falling due|coming due|need(?:s)? doing|to be done|to do)"
_MINE = (
    r"(?:mine|my (?:open |own |current |outstanding )?(?:actions?|tasks?|items?|list|stuff|things|work|"
    r"jobs|to-?dos?|refs?|ones|plate|name|lot|bits)|i(?:'m| am) down for|"
    r"(?:actions?|tasks?|items?|things|what) (?:do )?i (?:have|own|need to do|have to do|lead|got|"
    r"am responsible for)|"
    r"(?:actions?|tasks?|items?|things) (?:are |that are )?(?:mine|for me|assigned to me|with me|on me|"
    r"i have|i own)|"
    r"(?:do i have|have i got|have i to do|i have|am i (?:on the hook|responsible) for|should i be doing|"
    r"do i need to do|do i own|i need to do|i own|is on my plate|on my plate|under my name|in my name|"
    r"assigned to me|for me))"
)
_WORD_FORMS = (
    (re.compile(rf"\b{_OVERDUE}\b", re.IGNORECASE), "overdue"),
    (re.compile(rf"\b{_RISK}\b", re.IGNORECASE), "at-risk"),
    (re.compile(rf"\b{_DUE}\b", re.IGNORECASE), "due"),
)
_IS_MINE = re.compile(rf"\b{_MINE}(?!\w)", re.IGNORECASE)
_OF_ME = re.compile(r"\b(?:my|mine|me|i)\b", re.IGNORECASE)
_LEFT_OVER = re.compile(
    r"\b(?:what's|who's|what|whats|which|who|whos|is|are|was|the|a|an|of|our|actions?|ones|items?|things?|"
    r"tasks?|anything|everything|"
    r"currently|now|today|still|that|there|do|does|we|have|got|any|all|at the moment|right now|please|"
    r"pls|thanks|show|list|give|tell|"
    r"me|us|see|my|mine|i|falls?|gets?|going|up|plan|list|for me|stuff|whole|please|need|to|going|on|"
    r"with|am|been)\b|[?!.,;:]",
    re.IGNORECASE,
)
# Several sentences are no list's name.
_SENTENCES = re.compile(r"[.!;]\s+\S")
_SAYS = re.compile(
    r"(?:what|which)(?: statuses| words| else| things)? (?:can|could|do|should|may) i (?:say|type|write|"
    r"use|do|tell you|ask|reply|put)|"
    r"(?:what|which) (?:statuses|commands|options|words)|how (?:do|can|should|would) i |how does (?:this|"
    r"it) work|what can you do|"
    r"what do you do|how do you work|(?:i )?need (?:some )?help|(?:can|could) (?:you|someone) help|help me",
    re.IGNORECASE,
)
_WHY_ASKED = re.compile(
    r"\b(?:why|who)\b.*\b(?:ask(?:ed|ing)?|remind(?:ed|ing)?|prompt(?:ed|ing)?|chas(?:ed|ing)|message|"
    r"messaging|getting this|get this|sent|contact)",
    re.IGNORECASE,
)
_HISTORY = re.compile(
    r"\b(?:history|log|changed|changes|who (?:updated|changed|moved|closed|marked)|when (?:was|"
    r"were) .* (?:updated|changed|moved|closed|marked)|audit|last update|what happened)\b",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\bversions?\b(?:\s+(?P<number>[0-9]{1,6}))?", re.IGNORECASE)
_EXPORT = re.compile(r"\b(?:export|download|spreadsheet|workbook|excel|csv|xlsx)\b", re.IGNORECASE)
_DIGEST = re.compile(r"\b(?:digest|weekly summary|weekly report|summary)\b", re.IGNORECASE)
_CALENDAR = re.compile(r"\bcalendars?\b|\b(?:ical|outlook)\b", re.IGNORECASE)
_IN_THE_PLAN = re.compile(r"(?<!\s)\s++in (?:there|it|the plan)$", re.IGNORECASE)
_SEARCH = re.compile(
    r"(?:please\s++)?+(?:(?:search|find|hunt)(?:\s++(?:for|up|me))*+|look\s++(?:for|up))\s++(?:(?:the|any"
    r"|all|an?)\s++)?+"
    r"(?:actions?\s++)?+"
    r"(?:(?:about|on|with|for|that mention|mentioning|containing|to do with)\s++)?+(?P<words>\S.*)"
    r"|(?:(?:is|are) there\s++|have (?:we|you) got\s++|do we have\s++|got\s++)?+any(?:thing|\s++actions?)\s++"
    r"(?:in (?:there|here|it|the plan)\s++)?+(?:about|on|mentioning|to do with"
    r"|regarding)\s++(?P<of>\S.*)"
    r"|(?:which one|which|what|any|are there any|do we have any|is there (?:an|any)|is there anything)\s++"
    r"(?:actions?\s++)?+"
    r"(?:(?:are|is)\s++)?+(?:there\s++)?+"
    r"(?:about|mention(?:s|ing)?|to do with|cover(?:s|ing)?|concern(?:s|ing)?)\s++"
    r"(?P<about>\S.*)",
    re.IGNORECASE,
)


_LISTED = re.compile(
    r"(?:the |all |open |our |my )*+actions (?:that |which |at |overdue|late|due|red|amber)", re.IGNORECASE
)
_LIST_WORDS = re.compile(
    r"(?:all |the |list )?(?:my|overdue|late|upcoming|due|open|outstanding|risks?|red|amber)\b.*"
    r"\b(?:actions?|list|items?|tasks?|ones)\s*[.!]*$"
    r"|(?:everything|anything|all|whatever|those)\s+(?:that's|thats|that is|which is|that are|is|are)\b.*"
    r"|.*\b(?:calendar|spreadsheet)\b.*",
    re.IGNORECASE,
)
_TO_SHOW = re.compile(r"(?:please\s+)?(?:show|find|view|see)\s+(?:me\s+)?(?P<words>.+)", re.IGNORECASE)
_MAX_SEARCHED = 8


def is_request_to_record(text: str) -> re.Match[str] | None:
    """Match "can you mark …", which is no question."""
    return _ASKS_TO_RECORD.match(plain_marks(text))


def asks(text: str) -> bool:
    """Whether the text is a question or asks to be shown something, rather than to record it."""
    plain = plain_marks(text).strip()
    if is_request_to_record(plain) or _SEES_LINK.match(plain):
        return False
    return (
        plain.rstrip("!. ").endswith("?")
        or _ASKS.match(plain) is not None
        or _TELLS_TO_SHOW.match(plain) is not None
    )


def read_question(input_line: InputLine, text: str, groups: list[RefGroup]) -> Command | None:
    """The command that answers it; None where none does. text: with plain marks."""
    line = one_line(input_line.text)
    if groups:
        return _about_action(text, groups, line)
    search = _SEARCH.fullmatch(_IN_THE_PLAN.sub("", text.strip(" ?.!")))
    if search:
        return read_search(input_line, search["words"] or search["about"] or search["of"])
    if _SAYS.search(text):
        return Help(
            topic="update"
            if re.search(r"status|say|reply|record|close|mark|put", text, re.IGNORECASE)
            else "",
            line=line,
        )
    return _list_command(input_line, text, line)


def _about_action(text: str, groups: list[RefGroup], line: str) -> Command | None:
    refs = groups[0].refs
    if len(groups) > 1 or len(refs) > 1:
        return None
    if _WHY_ASKED.search(text):
        return Why(ref=refs[0], line=line)
    if _HISTORY.search(text):
        return History(ref=refs[0], line=line)
    return Show(ref=refs[0], line=line)


def _list_command(input_line: InputLine, text: str, line: str) -> Command | None:  # noqa: PLR0911 - one rule each
    if _DIGEST.search(text):
        return DigestPreview(line=line)
    if version := _VERSION.search(text):
        return Versions(number=int(version["number"] or 0), line=line)
    if found := _EXPORT.search(text):
        return read_export(input_line, " ".join(each for each in (found[0], text[found.end() :]) if each))
    if _CALENDAR.search(text):
        return CalendarSubscription(line=line)
    for pattern, verb in _WORD_FORMS:
        found = pattern.search(text)
        if found is None:
            continue
        if (
            verb == "due"
            and _IS_MINE.search(text)
            and not re.search(r"\bdue|coming|deadline", text, re.IGNORECASE)
        ):
            break
        return _narrowed(
            input_line,
            verb,
            f"{text[: found.start()]} {text[found.end() :]}",
            is_mine=_OF_ME.search(_lead_cut(text)) is not None,
        )
    if _IS_MINE.search(text):
        return Mine(line=line)
    return None


def _lead_cut(text: str) -> str:
    """Without "show me" and the like, so that a "me" that is left is who the list is of."""
    lead = _REQUEST.match(text)
    return text[lead.end() :] if lead else text


def _narrowed(input_line: InputLine, verb: str, text: str, *, is_mine: bool) -> Command | None:
    """The list with what is left of the words as its scope; None where that is none."""
    if _SENTENCES.search(text):
        return None
    rest = one_line(_LEFT_OVER.sub(" ", _lead_cut(text)))
    words = f"{rest} me" if is_mine else rest
    try:
        if verb == "due":
            return read_due(input_line, words)
        return read_at_risk(input_line, words) if verb == "at-risk" else read_overdue(input_line, words)
    except NotUnderstoodError:
        return None


def read_listing(input_line: InputLine, text: str) -> Command | None:
    """`list mine`, `show me my actions`, `show digest`."""
    plain = plain_marks(text)
    if _IS_MINE.search(plain) and not any(pattern.search(plain) for pattern, _ in _WORD_FORMS):
        return read_mine(input_line, "")
    return _list_command(input_line, plain, one_line(input_line.text))


def names_list(text: str, today: date) -> bool:
    """Whether it is a list's words, and no news: `my open actions`. text: with plain marks."""
    if _LISTED.match(text):
        return True
    return _LIST_WORDS.match(text) is not None and read_statement(text, today=today).problem is not None


def describe_unanswered(input_line: InputLine, words: str) -> NotUnderstoodError:
    """What to say to a question that no list and no action answers."""
    shown = _TO_SHOW.match(words)
    if shown is None:
        return input_line.not_understood(sentence("handlers.question_not_understood"), "help")
    wanted = " ".join(shown["words"].split()[:_MAX_SEARCHED])
    return input_line.not_understood(
        sentence("handlers.no_ref", text=quote(shown["words"])), f"search {wanted}"
    )
