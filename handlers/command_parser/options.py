"""The options of an update: `--rag`, `--due`, `--because`, `--evidence`, however a phone types the dashes."""

import re
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.plan.date_parser import read_day
from bot.plan.rag import Colour
from bot.plan.text import letters_only, one_line, plain_marks
from handlers.command_parser.line import InputLine, quote, split_quoted
from handlers.command_parser.tokens import COLOURS, find_ref, format_refs

_OPTION_NAMES = {
    "rag": "rag", "colour": "rag", "color": "rag",
    "due": "due", "date": "due", "deadline": "due",
    "because": "because", "reason": "because", "why": "because",
    "evidence": "evidence", "link": "evidence", "url": "evidence", "proof": "evidence",
    "note": "note", "comment": "note", "public": "public",
}  # fmt: skip
# One dash is enough for the main names: a phone turns two of them into one long dash.
_OPTION = re.compile(
    rf"(?<![^\s=:(])\"[^\"]*\"|(?<!\S)(?:-{{2,}}\s*(?P<name>{'|'.join(_OPTION_NAMES)})"
    r"|-(?P<short>rag|due|because|evidence|note|public)|-{2,}(?P<other>[a-z]+))(?![\w-])"
    r"(?:[=:]\s*|[ \t]+[=:](?=\s)\s*|\s*)",
    re.IGNORECASE,
)
# Up to the next option, and kept as typed: "--note =5 teams" says that they are equal.
_FREE_TEXT_OPTIONS = {"because", "note"}
_MIN_SIMILARITY = 0.6


@dataclass
class ParsedOptions:
    """body: what is no option. values: by the option's own name; "" for one without a value."""

    body: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The options as they can be typed at the end of a line."""
        return " ".join(
            f"--{name} {_format_value(name, value)}".strip() for name, value in self.values.items()
        )


def split_options(input_line: InputLine, text: str) -> ParsedOptions:
    """Part the options from the rest; raises NotUnderstoodError for one given twice or mistyped."""
    found = [
        option for option in _OPTION.finditer(plain_marks(text)) if _option_name(input_line, text, option)
    ]
    said = ParsedOptions(text[: found[0].start()].strip() if found else text.strip())
    ends = [option.start() for option in found[1:]] + [len(text)]
    for option, end in zip(found, ends, strict=False):
        name = _option_name(input_line, text, option)
        if name in said.values:
            raise input_line.not_understood(f"--{name} is given twice. Give it once.")
        value, rest = _split_value(name, text[option.end() : end].strip())
        said.values[name] = value
        said.body = f"{said.body} {rest}".strip()
    return said


def _format_value(name: str, value: str) -> str:
    return f'"{value}"' if name in _FREE_TEXT_OPTIONS and value and '"' not in value else value


def _option_name(input_line: InputLine, text: str, option: re.Match[str]) -> str:
    """Give the option's own name, "" when these are words with a dash before them."""
    known = option["name"] or option["short"]
    if known:
        return _OPTION_NAMES[known.casefold()]
    other = option["other"]
    near = other and process.extractOne(
        other.casefold(), _OPTION_NAMES.keys(), scorer=OSA.normalized_similarity, score_cutoff=_MIN_SIMILARITY
    )
    if near:
        name = _OPTION_NAMES[near[0]]
        start, end = option.span("other")
        raise input_line.not_understood(
            f"I don't know the option --{other}. Did you mean --{name}?",
            f"update {text[:start].rstrip(DASHES)}--{name}{text[end:]}",
        )
    return ""


DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"


def _split_value(name: str, text: str) -> tuple[str, str]:
    """Part an option's value from what follows it and belongs elsewhere."""
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


_BECAUSE = re.compile(r"[\s,;(-]*\bbecause\b[\s:]*", re.IGNORECASE)
_STATUS_OF_COLOUR = {"blue": "complete", "b": "complete", "grey": "on-hold", "gray": "on-hold"}
_MAX_DATE_WORDS = 7
_MAX_LINK_LENGTH = 2000


@dataclass(frozen=True)
class DueMatch:
    """text: the words the date was read from. because: a reason found right after it. rest: what follows."""

    day: date
    text: str
    because: str = ""
    rest: str = ""


def read_colour(input_line: InputLine, text: str, value: str) -> Colour:
    """Read the value of --rag out of `text`; raises NotUnderstoodError. Blue and Grey are not declared."""
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
    what = f"I don't know the colour {quote(value)}." if value.strip() else "--rag needs a colour."
    near = process.extractOne(key, ("amber", "green", "red"), scorer=OSA.normalized_similarity)
    raise input_line.not_understood(
        f"{what} Say green, amber or red.", _replace_value(text, value, near[0] if near else "amber")
    )


def _replace_value(text: str, value: str, better: str) -> str:
    """Give the update line with the last mention of an option's value replaced."""
    before, found, after = text.rpartition(value) if value else ("", "", "")
    return f"update {before}{better}{after}" if found else "help update"


def leading_day(text: str, *, today: date) -> DueMatch | None:
    """Take the date a text starts with, and a reason that follows as "because ..."; None without a date."""
    plain = plain_marks(text)
    because = _BECAUSE.search(plain)
    words = text[: because.start()] if because else text
    for end in reversed([found.end() for found in re.finditer(r"\S+", words)][:_MAX_DATE_WORDS]):
        day = read_day(words[:end], today=today)
        if day is not None:
            return DueMatch(day, one_line(words[:end]), find_reason(text), words[end:].strip())
    return None


def find_reason(text: str) -> str:
    """What stands after "because", "" where nothing does."""
    because = _BECAUSE.search(plain_marks(text))
    return text[because.end() :].strip() if because else ""


def example_day(today: date) -> date:
    """Give a date to show how dates are typed: the last day of a quarter, some way ahead."""
    return date(today.year + 1, 3, 31) if today.year < date.max.year else today


def read_evidence(input_line: InputLine, text: str, value: str) -> str:
    """Read the value of --evidence out of `text`, a web address; raises NotUnderstoodError."""
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
