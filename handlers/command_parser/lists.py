"""The commands that show something: lists, one action, an export, a calendar; with `page 2` and `public`."""

import re
from dataclasses import dataclass

from bot.commands import (
    AtRisk,
    CalendarSubscription,
    Command,
    Due,
    Export,
    History,
    Mine,
    Overdue,
    PersonRef,
    Scope,
    Search,
    Show,
    Why,
)
from bot.plan.rag import Colour
from bot.plan.text import letters_only, one_line, plain_marks
from handlers.command_parser.filters import read_scope, read_window
from handlers.command_parser.line import InputLine, quote, read_verb, split_quoted
from handlers.command_parser.ref_mentions import find_ref_groups
from handlers.command_parser.tokens import RefsMatch, find_ref, format_refs, leading_refs, leading_status

_TRAILING_WORD = re.compile(
    r"(?:^|\s)-*(?:(?P<public>public)|page\s*(?P<page>[0-9]{1,4})|please)[\s.!]*$", re.IGNORECASE
)
_MAX_TRAILING_WORDS = 4
_MAX_SEARCH_LENGTH = 100
_SCOPED_COMMANDS = {"at-risk": AtRisk, "overdue": Overdue}

_AT_RISK_COLOUR = re.compile(r"\s*(?P<colour>red|amber)s?(?=[\s.,!?]|$)", re.IGNORECASE)
_WORKBOOK = ("xlsx", "xls", "excel", "workbook", "spreadsheet", "tracker")
_FILE_FORMATS = {**dict.fromkeys(_WORKBOOK, "xlsx"), "csv": "csv", "json": "json"}
_EXPORT_FILLERS = {
    "a", "all", "an", "as", "file", "for", "in", "of", "plan", "please", "sect", "section", "the", "to",
    "whole",
}  # fmt: skip
_SECTION = re.compile(r"s?[.]?([0-9]{1,3})", re.IGNORECASE)
_MAX_EXPORT_LENGTH = 120

_STOP = {"stop", "revoke", "off", "cancel", "end", "delete", "remove"}
_RENEW = {"renew", "new", "reset", "again", "replace"}
_BOARD = {"board", "everything", "all", "team"}
_CALENDAR_FILLERS = {
    "a", "address", "calendar", "feed", "for", "give", "it", "link", "me", "mine", "my", "of", "please",
    "show", "the",
}  # fmt: skip


@dataclass(frozen=True)
class TrailingWords:
    """text: the line without the trailing words."""

    text: str
    public: bool = False
    page: int = 1


def split_trailing_words(text: str) -> TrailingWords:
    """Split `public`, `page 2` and `please` from the end of a line, in any order."""
    public, page, rest = False, 1, text.strip()
    for _ in range(_MAX_TRAILING_WORDS):
        match = _TRAILING_WORD.search(plain_marks(rest))
        if match is None:
            break
        public = public or bool(match["public"])
        page = max(1, int(match["page"])) if match["page"] else page
        rest = rest[: match.start()].strip()
    return TrailingWords(rest, public, page)


def read_mine(input_line: InputLine, text: str) -> Command:
    """`mine`; `my overdue actions` is the overdue list for the asker alone."""
    ending = split_trailing_words(text)
    verb = read_verb(ending.text)
    if verb and verb[0] in _SCOPED_COMMANDS:
        scope = Scope(person=PersonRef(name="me"))
        kind: type[AtRisk | Overdue] = _SCOPED_COMMANDS[verb[0]]
        return kind(scope=scope, page=ending.page, public=ending.public, line=one_line(input_line.text))
    return Mine(page=ending.page, public=ending.public, line=one_line(input_line.text))


def read_at_risk(input_line: InputLine, text: str) -> Command:
    """`at-risk`; `at-risk red` and `at-risk amber` leave out the other colour."""
    colour = _AT_RISK_COLOUR.match(text)
    ending = split_trailing_words(text[colour.end() :] if colour else text)
    return AtRisk(
        scope=read_scope(input_line, "at-risk", ending.text),
        colour=Colour(colour["colour"].lower()) if colour else None,
        page=ending.page,
        public=ending.public,
        line=one_line(input_line.text),
    )


def read_overdue(input_line: InputLine, text: str) -> Command:
    ending = split_trailing_words(text)
    return Overdue(
        scope=read_scope(input_line, "overdue", ending.text),
        page=ending.page,
        public=ending.public,
        line=one_line(input_line.text),
    )


def read_due(input_line: InputLine, text: str) -> Command:
    ending = split_trailing_words(text)
    text = re.sub(
        r"^(?:before|by|until|till|up to|between now and)\s+(?:the\s+)?(?=\S)",
        "",
        ending.text,
        flags=re.IGNORECASE,
    )
    window = read_window(input_line, text)
    return Due(
        until=window.until,
        words=window.description,
        scope=read_scope(input_line, "due", window.rest),
        page=ending.page,
        public=ending.public,
        line=one_line(input_line.text),
    )


def read_search(input_line: InputLine, text: str) -> Command:
    ending = split_trailing_words(text)
    words, rest = split_quoted(ending.text or text)
    words = one_line(f"{words} {rest}").strip(" -:")
    words = re.sub(
        r"^(?:(?:for|up)\s+)*(?:(?:the\s+|any\s+)?(?:actions?|anything|something)\s+(?=about|on|with"
        r"|for))?(?:(?:for|about|on|"
        r"with)\s+)*(?=\S)",
        "",
        words,
        flags=re.IGNORECASE,
    )
    if not words:
        raise input_line.not_understood("Which words shall I look for?", "search foster carers")
    if len(words) > _MAX_SEARCH_LENGTH:
        raise input_line.not_understood(f"Search for fewer words: up to {_MAX_SEARCH_LENGTH} characters.")
    return Search(
        words=words,
        page=ending.page,
        public=ending.public and bool(ending.text),
        line=one_line(input_line.text),
    )


def read_show(input_line: InputLine, text: str) -> Command:
    ending = split_trailing_words(one_line(text))
    named = _one_ref(input_line, "show", ending.text)
    if leading_status(named.rest):
        raise input_line.not_understood(
            "show changes nothing. To record a status, use update.",
            f"update {format_refs(named.refs)} {named.rest}",
        )
    return Show(ref=named.refs[0], public=ending.public, line=one_line(input_line.text))


def read_history(input_line: InputLine, text: str) -> Command:
    ending = split_trailing_words(one_line(text))
    named = _one_ref(input_line, "history", ending.text)
    return History(ref=named.refs[0], page=ending.page, public=ending.public, line=one_line(input_line.text))


def read_why(input_line: InputLine, text: str) -> Command:
    ending = split_trailing_words(one_line(text))
    named = _one_ref(input_line, "why", ending.text)
    return Why(ref=named.refs[0], page=ending.page, public=ending.public, line=one_line(input_line.text))


def _one_ref(input_line: InputLine, verb: str, text: str) -> RefsMatch:
    groups = find_ref_groups(text)
    if len(groups) == 1 and (groups[0].refs[0].printed or " " in groups[0].refs[0].ref):
        return RefsMatch(groups[0].refs, text[groups[0].end :].strip())
    named = leading_refs(re.sub(r"^(?:me|of|for|the|on)\s+", "", text, flags=re.IGNORECASE)) or find_ref(text)
    if named is None and text:
        raise input_line.not_understood(
            f"I can't find a ref such as 5.2 in {quote(text)}. To find one, search for words in its title.",
            f"search {' '.join(text.split()[:8])}",
        )
    if named is None:
        raise input_line.not_understood(f"Which action? Give its ref after {verb}.", f"{verb} 5.2")
    if len(named.refs) > 1:
        raise input_line.not_understood(
            f"{verb} takes one action at a time. I read {format_refs(named.refs)}.",
            f"{verb} {format_refs(named.refs[:1])}",
        )
    return named


def read_export(input_line: InputLine, text: str) -> Command:
    """A file format, and a section or words of a plan's title: `export csv s2`."""
    form, rest = "", []
    for word in split_trailing_words(text).text.split():
        key = letters_only(word)
        if key in _FILE_FORMATS and not form:
            form = _FILE_FORMATS[key]
        elif key and key not in _EXPORT_FILLERS:
            section = _SECTION.fullmatch(plain_marks(word))
            rest.append(section[1].lstrip("0") or "0" if section else word)
    words = plain_marks(one_line(" ".join(rest))).strip("\"',;:!?")
    if len(words) > _MAX_EXPORT_LENGTH:
        raise input_line.not_understood(f"I can't tell what {quote(words)} is.", "export csv s1")
    return Export(form=form or "xlsx", words=words, line=one_line(input_line.text))


def read_calendar(input_line: InputLine, text: str) -> Command:
    """`calendar`, `calendar board`, `calendar renew`, `calendar stop`. Never public: the address is a
    secret.
    """
    operation, of_board = "give", False
    for word in split_trailing_words(text).text.split():
        key = letters_only(word)
        if key in _STOP:
            operation = "stop"
        elif key in _RENEW:
            operation = "renew"
        elif key in _BOARD:
            of_board = True
        elif key and key not in _CALENDAR_FILLERS:
            raise input_line.not_understood(
                f"I can't tell what {quote(word)} asks of the calendar.", "calendar"
            )
    return CalendarSubscription(operation=operation, of_board=of_board, line=one_line(input_line.text))
