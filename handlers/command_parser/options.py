"""The options of an update: `--rag`, `--due`, `--because`, `--evidence`, however a phone types the dashes."""

import re
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.plan.text import plain_marks
from handlers.command_parser.typed import Typed, unquoted

_NAMES = {
    "rag": "rag", "colour": "rag", "color": "rag",
    "due": "due", "date": "due", "deadline": "due",
    "because": "because", "reason": "because", "why": "because",
    "evidence": "evidence", "link": "evidence", "url": "evidence", "proof": "evidence",
    "note": "note", "comment": "note", "public": "public",
}  # fmt: skip
# One dash is enough for the main names: a phone turns two of them into one long dash.
_OPTION = re.compile(
    rf"(?<![^\s=:(])\"[^\"]*\"|(?<!\S)(?:-{{2,}}\s*(?P<name>{'|'.join(_NAMES)})"
    r"|-(?P<short>rag|due|because|evidence|note|public)|-{2,}(?P<other>[a-z]+))(?![\w-])"
    r"(?:[=:]\s*|[ \t]+[=:](?=\s)\s*|\s*)",
    re.IGNORECASE,
)
# Up to the next option, and kept as typed: "--note =5 teams" says that they are equal.
_IN_WORDS = {"because", "note"}
_NEAR = 0.6


@dataclass
class OptionsSaid:
    """body: what is no option. values: by the option's own name; "" for one without a value."""

    body: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def written(self) -> str:
        """The options as they can be typed at the end of a line."""
        return " ".join(f"--{name} {_written(name, value)}".strip() for name, value in self.values.items())


def split_options(typed: Typed, text: str) -> OptionsSaid:
    """Part the options from the rest; raises NotUnderstoodError for one given twice or mistyped."""
    found = [option for option in _OPTION.finditer(plain_marks(text)) if _name(typed, text, option)]
    said = OptionsSaid(text[: found[0].start()].strip() if found else text.strip())
    ends = [option.start() for option in found[1:]] + [len(text)]
    for option, end in zip(found, ends, strict=False):
        name = _name(typed, text, option)
        if name in said.values:
            raise typed.misread(f"--{name} is given twice. Give it once.")
        value, rest = _value(name, text[option.end() : end].strip())
        said.values[name] = value
        said.body = f"{said.body} {rest}".strip()
    return said


def _written(name: str, value: str) -> str:
    return f'"{value}"' if name in _IN_WORDS and value and '"' not in value else value


def _name(typed: Typed, text: str, option: re.Match[str]) -> str:
    """Give the option's own name, "" when these are words with a dash before them."""
    known = option["name"] or option["short"]
    if known:
        return _NAMES[known.casefold()]
    other = option["other"]
    near = other and process.extractOne(
        other.casefold(), _NAMES.keys(), scorer=OSA.normalized_similarity, score_cutoff=_NEAR
    )
    if near:
        name = _NAMES[near[0]]
        start, end = option.span("other")
        raise typed.misread(
            f"I don't know the option --{other}. Did you mean --{name}?",
            f"update {text[:start].rstrip(DASHES)}--{name}{text[end:]}",
        )
    return ""


DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"


def _value(name: str, text: str) -> tuple[str, str]:
    """Part an option's value from what follows it and belongs elsewhere."""
    if plain_marks(text[:1]) in {'"', "'"}:
        return unquoted(text)
    if name == "public":
        return "", text
    if name in _IN_WORDS:
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
