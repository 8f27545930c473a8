"""The options of an update: `--rag`, `--due`, `--because`, `--evidence`, however a phone types the dashes."""

import re
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from urllib.parse import urlsplit

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.errors import UnknownOptionError
from bot.plan.date_parser import read_day
from bot.plan.rag import Colour
from bot.plan.text import letters_only, one_line, plain_marks
from bot.sentences import sentence
from handlers.command_parser.line import InputLine, quote, split_quoted
from handlers.command_parser.tokens import COLOURS, find_ref, format_refs

_OPTION_NAMES = {
    "rag": "rag", "colour": "rag", "color": "rag",
    "due": "due", "date": "due", "deadline": "due",
    "because": "because", "reason": "because", "why": "because",
    "evidence": "evidence", "link": "evidence", "url": "evidence", "proof": "evidence",
    "note": "note", "comment": "note", "public": "public", "status": "status", "state": "status",
}  # fmt: skip
# What only a new version of the plan changes.
_OF_THE_PLAN = frozenset(
    {
        "owner",
        "owners",
        "lead",
        "assign",
        "assignee",
        "assigned",
        "title",
        "name",
        "section",
        "project",
        "priority",
    }
)
# One dash is enough for the main names: a phone turns two of them into one long dash.
_OPTION = re.compile(
    rf"(?<![^\s=:(])\"[^\"]*\"|(?<!\S)(?:-{{2,}}\s*(?P<name>{'|'.join(_OPTION_NAMES)})"
    r"|-(?P<short>rag|due|because|evidence|note|public)|-{2,}(?P<other>[a-z]+))(?![\w-])"
    r"(?:[=:]\s*|[ \t]+[=:](?=\s)\s*|\s*)",
    re.IGNORECASE,
)
# What any option begins with: other lines have none.
OPTION_START = re.compile(
    r"(?:^|[\s=:(])[-\u2010-\u2015\u2212][-\u2010-\u2015\u2212\s]{0,4}[a-z]|(?<![a-z])[a-z]++=", re.IGNORECASE
)
# Their values go up to the next option, as typed: in "--note =5 teams" the = belongs to the note.
_FREE_TEXT_OPTIONS = {"because", "note", "status"}
_MIN_SIMILARITY = 0.6
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_BECAUSE = re.compile(r"(?:(?<![\s,;(-])[\s,;(-]++)?+\bbecause\b[\s:]*+", re.IGNORECASE)
_STATUS_OF_COLOUR = {"blue": "complete", "b": "complete", "grey": "on-hold", "gray": "on-hold"}
_MAX_DATE_WORDS = 7
_MAX_LINK_LENGTH = 2000


@dataclass
class ParsedOptions:
    """body: the text without options. values: by the option's main name; "" for one without a value."""

    body: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The options as they can be typed at the end of a line."""
        return " ".join(
            f"--{name} {_format_value(name, value)}".strip() for name, value in self.values.items()
        )


@dataclass(frozen=True)
class DueMatch:
    """text: the words the date was read from. because: a reason right after it. rest: what follows the
    date.
    """

    day: date
    text: str
    because: str = ""
    rest: str = ""


def split_options(input_line: InputLine, text: str) -> ParsedOptions:
    """Split the options from the rest. Raises NotUnderstoodError for one given twice or mistyped."""
    matches = [
        option for option in _OPTION.finditer(plain_marks(text)) if _option_name(input_line, text, option)
    ]
    options = ParsedOptions(text[: matches[0].start()].strip() if matches else text.strip())
    ends = [match.start() for match in matches[1:]] + [len(text)]
    for match, end in zip(matches, ends, strict=False):
        name = _option_name(input_line, text, match)
        if name in options.values:
            raise input_line.not_understood(f"--{name} is given twice. Give it once.")
        value, rest = _split_value(name, text[match.end() : end].strip())
        if name == "status":
            # As if it were typed without the option's name.
            options.body = f"{options.body} {value}".strip() if value else options.body
            continue
        options.values[name] = value
        options.body = f"{options.body} {rest}".strip()
    return options


def _format_value(name: str, value: str) -> str:
    return f'"{value}"' if name in _FREE_TEXT_OPTIONS and value and '"' not in value else value


def _option_name(input_line: InputLine, text: str, option: re.Match[str]) -> str:
    """The option's main name; "" for other words with dashes before them. Raises NotUnderstoodError for a
    mistyped one.
    """
    alias = option["name"] or option["short"]
    if alias:
        return _OPTION_NAMES[alias.casefold()]
    other = option["other"]
    near = other and process.extractOne(
        other.casefold(), _OPTION_NAMES.keys(), scorer=OSA.normalized_similarity, score_cutoff=_MIN_SIMILARITY
    )
    if near:
        name = _OPTION_NAMES[near[0]]
        start, end = option.span("other")
        raise input_line.not_understood(
            f"I don't know the option --{other}. Did you mean --{name}?",
            f"update {text[:start].rstrip(_DASHES)}--{name}{text[end:]}",
        )
    if other:
        is_of_plan = other.casefold() in _OF_THE_PLAN
        value = re.compile(r"\s*\S*").match(text, option.end())
        rest = f"{text[: option.start()]} {text[value.end() if value else option.end() :]}"
        problem = sentence("handlers.unknown_option", option=other, is_of_plan=is_of_plan)
        raise UnknownOptionError(problem, rest=one_line(rest))
    return ""


def _split_value(name: str, text: str) -> tuple[str, str]:
    """The option's value, and the text after it, which belongs to the body."""
    if plain_marks(text[:1]) in {'"', "'"}:
        return split_quoted(text)
    if name == "public":
        return "", text
    if name in _FREE_TEXT_OPTIONS:
        return text, ""
    text = text.lstrip("=: ")
    if name == "due":
        return text, ""
    if name == "rag" and (
        two := re.match(r"(?:at|on|off)[\s-]+(?:risk|track)\b", plain_marks(text), re.IGNORECASE)
    ):
        return text[: two.end()], text[two.end() :].strip()
    value, _, rest = text.partition(" ")
    return value, rest.strip()


def read_colour(input_line: InputLine, text: str, value: str) -> Colour:
    """The value of --rag; `text` is the whole update. Raises NotUnderstoodError, also for Blue and Grey,
    which follow from the status.
    """
    key = letters_only(value)
    if key in COLOURS:
        return COLOURS[key]
    if key in _STATUS_OF_COLOUR:
        refs = find_ref(text)
        raise input_line.not_understood(
            f"Nobody declares {value.strip().capitalize()}: Blue is what is complete,"
            " Grey what is on hold or dropped. Give the status instead.",
            f"update {format_refs(refs.refs)} {_STATUS_OF_COLOUR[key]}" if refs else "help update",
        )
    problem = sentence("handlers.unreadable_colour", value=quote(value) if value.strip() else "")
    near = process.extractOne(key, ("amber", "green", "red"), scorer=OSA.normalized_similarity)
    raise input_line.not_understood(problem, _replace_value(text, value, near[0] if near else "amber"))


def _replace_value(text: str, value: str, better: str) -> str:
    """The update line with the last mention of an option's value replaced."""
    before, match, after = text.rpartition(value) if value else ("", "", "")
    return f"update {before}{better}{after}" if match else "help update"


def leading_day(text: str, *, today: date) -> DueMatch | None:
    """The date that a text starts with, and a reason that follows as "because …"; None without a date."""
    plain = plain_marks(text)
    because = _BECAUSE.search(plain)
    words = text[: because.start()] if because else text
    for end in reversed([word.end() for word in islice(re.finditer(r"\S+", words), _MAX_DATE_WORDS)]):
        day = read_day(words[:end], today=today)
        if day is not None:
            return DueMatch(day, one_line(words[:end]), find_reason(text), words[end:].strip())
    return None


def find_reason(text: str) -> str:
    """The text after "because"; "" where there is none."""
    because = _BECAUSE.search(plain_marks(text))
    return text[because.end() :].strip() if because else ""


def example_day(today: date) -> date:
    """A date to show how dates are typed: the last day of a quarter, some way ahead."""
    return date(today.year + 1, 3, 31) if today.year < date.max.year else today


def read_evidence(input_line: InputLine, text: str, value: str) -> str:
    """The value of --evidence, a web address, or names of files with the address of each; `text` is the whole
    update. Raises NotUnderstoodError.
    """
    words = value.split()
    if len(words) > 1 and any(map(_is_web_address, words)):
        return " ".join(words)
    link = re.sub(r"^<([^|>]*)(?:\|[^>]*)?>$", r"\1", value.strip())
    if _is_web_address(link):
        return link
    if not link:
        raise input_line.not_understood("--evidence needs a web address.", "help update")
    looks_right = "://" not in link and re.match(
        r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[/?#]|$)", link, re.IGNORECASE
    )
    raise input_line.not_understood(
        f"{quote(link)} is not a web address. --evidence takes one that starts with https:// or http://.",
        _replace_value(text, value, f"https://{link}")
        if looks_right and _is_web_address(f"https://{link}")
        else "",
    )


def _is_web_address(link: str) -> bool:
    if len(link) > _MAX_LINK_LENGTH or re.search(r"[\s<>\"|\\]", link):
        return False
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(re.match(r"[^\W_]", host))
