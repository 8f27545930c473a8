"""Filters of a list: a scope (`s2`, `section 2`, `mtfs`, `project 5`, `p5`, `@person`, `RM`), and for `due` a
window of days (`14d`, `next month`, `31 March`).
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.commands import PersonRef, Scope
from bot.plan.date_parser import read_day
from bot.plan.date_vocabulary import MONTH
from bot.plan.periods import FORTNIGHT_DAYS
from bot.plan.text import one_line, plain_marks
from bot.plan.wording import format_day
from handlers.command_parser.line import InputLine, quote
from handlers.command_parser.tokens import (
    find_ref,
    format_refs,
    leading_person,
    looks_like_initials,
    normalize_initials,
)

_SECTION = re.compile(r"(?:section|sect|sec|s)\.?[\s-]*(?P<n>[0-9]{1,3})(?!\w|\.[0-9])", re.IGNORECASE)
_PROJECT = re.compile(
    r"(?:project|proj|priority|p)\.?[\s-]*(?P<n>[0-9]{1,4}[a-z]?)(?!\w|\.[0-9])", re.IGNORECASE
)
_NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBER_WORD = re.compile(
    rf"\b(?P<kind>section|project|priority)\s+(?P<word>{'|'.join(_NUMBER_WORDS)})\b", re.IGNORECASE
)
_SECTION_NAMED = re.compile(r"(?:section|sect|sec)\s+(?=[^\W\d])", re.IGNORECASE)
_ME = re.compile(r"(?:me|mine|my|myself)(?!\w)", re.IGNORECASE)
_LINKING_WORDS = re.compile(
    r"(?:for|in|of|by|with|only|from|the|and|actions?|items?|all|please)(?!\w)|[\s,;.:=+&\"'-]+",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")
_MAX_SCOPE_LENGTH, _MAX_TITLE_LENGTH = 200, 60

DEFAULT_DAYS = FORTNIGHT_DAYS
_MAX_DAYS = 3650
_DAYS = re.compile(
    r"(?:(?:in|for|within|over|the)\s+)*(?:next\s+)?(?P<n>[0-9]{1,5})\s*-?(?P<unit>d|days?|w|wks?|weeks?)",
    re.IGNORECASE,
)
_PAST_DAYS = re.compile(r"(?:^|\s)-[0-9]{1,5}\s*-?(?:d|days?|w|wks?|weeks?|m|months?)(?!\w)", re.IGNORECASE)
_NAMED_PERIODS = {"this week", "next week", "this month", "next month", "today", "tomorrow"}
_NOT_A_DAY = re.compile(
    r"(?:s|p|section|project|sect|sec|proj|priority)\.?[\s-]*[0-9]+|[0-9]+|@.*|<.*", re.IGNORECASE
)
_SCOPE = re.compile(
    r"\b(?:s|p|section|project|sect|sec|proj|priority)\.?[\s-]*[0-9]+[a-z]?(?!\w|\.[0-9])|<[^<>]*>|@\S*",
    re.IGNORECASE,
)
_DATE_LIKE = re.compile(
    rf"(?<![\w.])(?:[0-9]+[\w/.-]*(?:\s+{MONTH}.*)?|(?:{MONTH}|next|this|end\s+of)\s.*[0-9a-z].*)",
    re.IGNORECASE | re.DOTALL,
)
_MAX_WORDS, _MAX_DATE_WORDS = 12, 6


@dataclass(frozen=True)
class DueWindow:
    """until: the last day counted. description: the window in words. rest: the other words."""

    until: date
    description: str
    rest: str


def read_scope(input_line: InputLine, verb: str, text: str) -> Scope:
    """The scope that follows the verb. Raises NotUnderstoodError for two of a kind, a bare number or a
    ref.
    """
    if len(text) > _MAX_SCOPE_LENGTH:
        raise input_line.not_understood(f"I can't tell what {quote(text)} narrows the list to.", f"{verb} s1")
    rest, scope, title = _NUMBER_WORD.sub(_read_number_word, text.strip()), Scope(), ""
    while rest:
        linking = _LINKING_WORDS.match(plain_marks(rest))
        if linking:
            rest = rest[linking.end() :]
            continue
        part, rest = _read_scope_part(input_line, verb, rest)
        if isinstance(part, str):
            title = f"{title} {part}".strip()
        else:
            scope = _merge(input_line, scope, part)
    if not title:
        return scope
    if len(title) > _MAX_TITLE_LENGTH:
        raise input_line.not_understood(
            f"I can't tell what {quote(title)} narrows the list to.", f"{verb} s1"
        )
    return _merge(input_line, scope, Scope(section=title))


def _read_number_word(found: re.Match[str]) -> str:
    return f"{found['kind']} {_NUMBER_WORDS.index(found['word'].lower()) + 1}"


def _read_scope_part(input_line: InputLine, verb: str, text: str) -> tuple[Scope | str, str]:
    """The first part of the text, a Scope or a word of a section's title, and the rest."""
    person = leading_person(text)
    if person:
        return Scope(person=person[0]), person[1]
    plain = plain_marks(text)
    if section := _SECTION.match(plain):
        return Scope(section=section["n"].lstrip("0") or "0"), text[section.end() :]
    if project := _PROJECT.match(plain):
        return Scope(project=project["n"].lstrip("0") or "0"), text[project.end() :]
    named = _SECTION_NAMED.match(plain)
    word = _WORD.match(text[named.end() :]) if named else _WORD.match(text)
    if me := _ME.match(plain):
        return Scope(person=PersonRef(name="me")), text[me.end() :]
    bare = word[0].strip(".,;:!?\"'“”") if word else ""
    rest = text[(named.end() if named else 0) + (word.end() if word else 0) :]
    if looks_like_initials(bare) and not named:
        return Scope(person=PersonRef(name=normalize_initials(bare))), rest
    _refuse(input_line, verb, bare, text)
    return bare.casefold(), rest


def _refuse(input_line: InputLine, verb: str, word: str, text: str) -> None:
    """Raises NotUnderstoodError for a word that is no filter, with the line that was probably meant."""
    ref = find_ref(text)
    if ref and word[:1].isdigit():
        refs = format_refs(ref.refs)
        if verb == "at-risk":
            raise input_line.not_understood(
                f"at-risk gives a list. To say that {refs} is at risk:", f"update {refs} at-risk"
            )
        raise input_line.not_understood(f"{verb} gives a list. For {refs} alone, use show.", f"show {refs}")
    if word.isdecimal():
        raise input_line.not_understood(
            f"Do you mean section {word} or project {word}? Say s{word} or p{word}.", f"{verb} s{word}"
        )
    if word.startswith("<"):
        raise input_line.not_understood(
            f"{verb} can be narrowed to a section, a project or a person, not {quote(word)}.", verb
        )


def _merge(input_line: InputLine, scope: Scope, more: Scope) -> Scope:
    for kind in ("section", "project", "person"):
        if getattr(scope, kind) and getattr(more, kind):
            raise input_line.not_understood(
                f"One {kind} at a time, please. I read {_describe_both(scope, more, kind)}."
            )
    return Scope(scope.section or more.section, scope.project or more.project, scope.person or more.person)


def _describe_both(scope: Scope, more: Scope, kind: str) -> str:
    def name(each: Scope) -> str:
        value = getattr(each, kind)
        return value if isinstance(value, str) else value.name or f"<@{value.user_id}>"

    return one_line(f"{name(scope)} and {name(more)}")


def read_window(input_line: InputLine, text: str) -> DueWindow:
    """The window; the next 14 days when none is given. Raises NotUnderstoodError for one in the past."""
    if _PAST_DAYS.search(plain_marks(text)):
        raise input_line.not_understood("due looks ahead. For what is late, use overdue.", "overdue")
    window = _find_window(input_line, text)
    unread = _DATE_LIKE.search(plain_marks(_SCOPE.sub("", window.rest if window else text)))
    if unread:
        words = text if window else unread[0]
        raise input_line.not_understood(
            f"I can't read {quote(words)} as a date. Type it like 14d, this month or 31 March.",
            "due 31 March",
        )
    return window or DueWindow(
        _days_ahead(input_line.today, DEFAULT_DAYS), f"the next {DEFAULT_DAYS} days", text
    )


def _find_window(input_line: InputLine, text: str) -> DueWindow | None:
    """The first run of words that is a window, the longest from its first word on."""
    words = text.split()
    for start in range(min(len(words), _MAX_WORDS)):
        for end in range(min(len(words), start + _MAX_DATE_WORDS), start, -1):
            window = _parse_window(input_line, " ".join(words[start:end]))
            if window:
                return DueWindow(window[0], window[1], " ".join([*words[:start], *words[end:]]))
    return None


def _parse_window(input_line: InputLine, words: str) -> tuple[date, str] | None:
    plain = one_line(plain_marks(words)).strip(" .,;!?-").casefold()
    counted = _DAYS.fullmatch(plain)
    if counted:
        days = int(counted["n"]) * (7 if counted["unit"].startswith("w") else 1)
        if days > _MAX_DAYS:
            raise input_line.not_understood("I can look up to 10 years ahead.", "due 14d")
        return _days_ahead(input_line.today, days), f"the next {days} days" if days != 1 else "the next day"
    day = None if _NOT_A_DAY.fullmatch(plain) else read_day(plain, today=input_line.today)
    if day is None:
        return None
    if day < input_line.today:
        raise input_line.not_understood(
            f"{format_day(day)} has passed. For what is late, use overdue.", "overdue"
        )
    return day, plain if plain in _NAMED_PERIODS else f"up to {format_day(day)}"


def _days_ahead(today: date, days: int) -> date:
    return min(today, date.max - timedelta(days=days)) + timedelta(days=days)
