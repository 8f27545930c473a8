"""`export` and `calendar`: what people take out of chat."""

import re

from bot.commands import Calendar, Command, Export
from bot.plan.text import letters_only, one_line, plain_marks
from handlers.command_parser.lists import take_ending
from handlers.command_parser.typed import Typed, said

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
