"""The commands that list, from mine to why, with `page 2` and `public`."""

import re
from dataclasses import dataclass

from bot.commands import (
    AtRisk,
    Calendar,
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
from bot.plan.text import letters_only, one_line, plain_marks
from handlers.command_parser.filters import read_scope, read_window
from handlers.command_parser.line import Typed, read_verb, said, unquoted
from handlers.command_parser.tokens import RefsSaid, any_ref, leading_refs, leading_status, written

_ENDING = re.compile(
    r"(?:^|\s)-*(?:(?P<public>public)|page\s*(?P<page>[0-9]{1,4})|please)[\s.!]*$", re.IGNORECASE
)
_MOST_ENDINGS = 4
_LONGEST_SEARCH = 100
_NARROWED = {"at-risk": AtRisk, "overdue": Overdue}


@dataclass(frozen=True)
class Ending:
    """text: what is left without the ending."""

    text: str
    public: bool = False
    page: int = 1


def take_ending(text: str) -> Ending:
    """Take `public` and `page 2` from the end of a line, in either order."""
    public, page, left = False, 1, text.strip()
    for _ in range(_MOST_ENDINGS):
        found = _ENDING.search(plain_marks(left))
        if found is None:
            break
        public = public or bool(found["public"])
        page = max(1, int(found["page"])) if found["page"] else page
        left = left[: found.start()].strip()
    return Ending(left, public, page)


def read_mine(typed: Typed, text: str) -> Command:
    """`mine`; `my overdue actions` is the overdue list for the asker alone."""
    ending = take_ending(text)
    verb = read_verb(ending.text)
    if verb and verb[0] in _NARROWED:
        scope = Scope(person=PersonRef(name="me"))
        return _NARROWED[verb[0]](
            scope=scope, page=ending.page, public=ending.public, line=one_line(typed.text)
        )
    return Mine(page=ending.page, public=ending.public, line=one_line(typed.text))


def read_narrowed(typed: Typed, verb: str, text: str) -> Command:
    ending = take_ending(text)
    return _NARROWED[verb](
        scope=read_scope(typed, verb, ending.text),
        page=ending.page,
        public=ending.public,
        line=one_line(typed.text),
    )


def read_due(typed: Typed, text: str) -> Command:
    ending = take_ending(text)
    window = read_window(typed, ending.text)
    return Due(
        until=window.until,
        words=window.words,
        scope=read_scope(typed, "due", window.rest),
        page=ending.page,
        public=ending.public,
        line=one_line(typed.text),
    )


def read_search(typed: Typed, text: str) -> Command:
    ending = take_ending(text)
    words, rest = unquoted(ending.text or text)
    words = one_line(f"{words} {rest}").strip(" -:")
    if not words:
        raise typed.misread("Which words shall I look for?", "search foster carers")
    if len(words) > _LONGEST_SEARCH:
        raise typed.misread(f"Search for fewer words: up to {_LONGEST_SEARCH} characters.")
    return Search(
        words=words, page=ending.page, public=ending.public and bool(ending.text), line=one_line(typed.text)
    )


def read_show(typed: Typed, text: str) -> Command:
    ending = take_ending(one_line(text))
    named = _one_ref(typed, "show", ending.text)
    if leading_status(named.rest):
        raise typed.misread(
            "show changes nothing. To record a status, use update.",
            f"update {written(named.refs)} {named.rest}",
        )
    return Show(ref=named.refs[0], public=ending.public, line=one_line(typed.text))


def read_history(typed: Typed, text: str) -> Command:
    ending = take_ending(one_line(text))
    named = _one_ref(typed, "history", ending.text)
    return History(ref=named.refs[0], page=ending.page, public=ending.public, line=one_line(typed.text))


def read_why(typed: Typed, text: str) -> Command:
    ending = take_ending(one_line(text))
    named = _one_ref(typed, "why", ending.text)
    return Why(ref=named.refs[0], page=ending.page, public=ending.public, line=one_line(typed.text))


def _one_ref(typed: Typed, verb: str, text: str) -> RefsSaid:
    named = leading_refs(re.sub(r"^(?:me|of|for|the|on)\s+", "", text, flags=re.IGNORECASE)) or any_ref(text)
    if named is None and text:
        raise typed.misread(
            f"I can't find a ref such as 5.2 in {said(text)}. To find one, search for words in its title.",
            f"search {' '.join(text.split()[:8])}",
        )
    if named is None:
        raise typed.misread(f"Which action? Give its ref after {verb}.", f"{verb} 5.2")
    if len(named.refs) > 1:
        raise typed.misread(
            f"{verb} takes one action at a time. I read {written(named.refs)}.",
            f"{verb} {written(named.refs[:1])}",
        )
    return named


_WORKBOOK = ("xlsx", "xls", "excel", "workbook", "spreadsheet", "tracker")
_FORMS = {**dict.fromkeys(_WORKBOOK, "xlsx"), "csv": "csv", "json": "json"}
_LINKING = {
    "as",
    "a",
    "an",
    "the",
    "in",
    "to",
    "of",
    "for",
    "file",
    "please",
    "plan",
    "whole",
    "all",
    "section",
    "sect",
}
_SECTION = re.compile(r"s?[.]?([0-9]{1,3})", re.IGNORECASE)
_LONGEST = 120
_STOP = {"stop", "revoke", "off", "cancel", "end", "delete", "remove"}
_RENEW = {"renew", "new", "reset", "again", "replace"}
_BOARD = {"board", "everything", "all", "team"}
_MINE = {
    "mine",
    "my",
    "me",
    "give",
    "show",
    "address",
    "link",
    "feed",
    "calendar",
    "please",
    "the",
    "a",
    "of",
    "for",
    "it",
}


def read_export(typed: Typed, text: str) -> Command:
    """Read a form, and a section or words of a plan's title: `export csv s2`."""
    form, rest = "", []
    for word in take_ending(text).text.split():
        key = letters_only(word)
        if key in _FORMS and not form:
            form = _FORMS[key]
        elif key and key not in _LINKING:
            section = _SECTION.fullmatch(plain_marks(word))
            rest.append(section[1].lstrip("0") or "0" if section else word)
    words = plain_marks(one_line(" ".join(rest))).strip("\"',;:!?")
    if len(words) > _LONGEST:
        raise typed.misread(f"I can't tell what {said(words)} is.", "export csv s1")
    return Export(form=form or "xlsx", words=words, line=one_line(typed.text))


def read_calendar(typed: Typed, text: str) -> Command:
    """Read `calendar`, `calendar board`, `calendar renew`, `calendar stop`. It is never public."""
    wish, of_board = "give", False
    for word in take_ending(text).text.split():
        key = letters_only(word)
        if key in _STOP:
            wish = "stop"
        elif key in _RENEW:
            wish = "renew"
        elif key in _BOARD:
            of_board = True
        elif key and key not in _MINE:
            raise typed.misread(f"I can't tell what {said(word)} asks of the calendar.", "calendar")
    return Calendar(wish=wish, of_board=of_board, line=one_line(typed.text))
