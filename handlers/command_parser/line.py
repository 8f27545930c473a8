"""A line as it was typed, made safe to store and to show; and its verb, by any of its usual names."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.errors import NotUnderstoodError
from bot.plan.text import letters_only, one_line, plain_marks
from bot.plan.wording import ELLIPSIS
from handlers.command_parser.marks import MAY_BE_MARKED, plain_words

MAX_LINE_LENGTH = 4000
MAX_NOTE_LENGTH = 2000
_MAX_SUGGESTION_LENGTH = 2500
_MAX_QUOTE_LENGTH = 40
# Control characters and unpaired surrogates cannot be stored; bidirectional formatting characters would let a
# note rearrange the text around it.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_NAMED_MENTION = re.compile(r"<([@#])[^|<>\s]{1,40}\|([^<>|]{1,80})>")
_LINK = re.compile(r"<(https?://[^|<>\s]+)(?:\|([^<>]*))?>")
_VERB_NAMES: dict[str, tuple[str, ...]] = {
    "help": ("help", "commands", "usage", "hello", "hi"),
    "update": ("update", "set", "mark", "change", "report"),
    "status": ("status",),
    "show": ("show", "view", "open", "get", "see", "details"),
    "mine": ("mine", "my", "me", "my actions"),
    "at-risk": ("at risk", "risk", "risks", "risky"),
    "overdue": ("overdue", "late", "missed", "past due"),
    "due": ("due", "upcoming", "soon", "due soon"),
    "history": ("history", "log", "changes", "audit"),
    "why": ("why", "asked", "who asked", "reminders", "reminded", "prompts", "prompted", "ledger"),
    "explain": ("explain", "legend", "colours"),
    "undo": ("undo", "revert", "take back", "oops"),
    "search": ("search", "find", "look for", "look up"),
    "digest": ("digest", "summary", "weekly"),
    "export": ("export", "download", "spreadsheet", "workbook", "excel"),
    "calendar": ("calendar", "my calendar", "calendars", "ical", "ics", "feed"),
    "link": ("link", "connect"),
    "timezone": ("timezone", "time zone", "tz", "my timezone"),
    "questions": ("questions", "question", "open questions"),
    "versions": ("versions", "version", "plan versions"),
}
_VERBS = {letters_only(name): verb for verb, names in _VERB_NAMES.items() for name in names}
_FIRST_WORD = re.compile(r"[^\s:=,;]+")
_TWO_WORDS = re.compile(r"[^\W\d_]++[\s-]++[^\W\d_]++(?!\w)")
_MAX_VERB_LENGTH = 30
_MIN_SIMILARITY = 0.6


@dataclass(frozen=True)
class InputLine:
    """text: the line without the command itself. command: its name ("/cip")."""

    text: str
    today: date
    command: str

    def format_suggestion(self, words: str) -> str:
        """The words as a line to copy."""
        return f"{self.command} {one_line(words)}"

    def not_understood(
        self, sentence: str, words: str = "", kind: type[NotUnderstoodError] = NotUnderstoodError
    ) -> NotUnderstoodError:
        """The error with this sentence. words: suggested as a line to copy, if they are not too long."""
        line = self.format_suggestion(words) if words else None
        return kind(sentence, suggestion=line if line and len(line) <= _MAX_SUGGESTION_LENGTH else None)


def read_input_line(text: str, *, today: date, command: str) -> InputLine:
    """The text, made safe, without the command at its start. Raises NotUnderstoodError when it is too
    long.
    """
    if len(text) > MAX_LINE_LENGTH:
        raise NotUnderstoodError(
            f"That is {len(text):,} characters long. A command can have up to {MAX_LINE_LENGTH:,}."
            " Put the detail in a document and give its link with --evidence.",
            suggestion=f"{command} help update",
        )
    safe = strip_unsafe(text)
    repeated = _repeated_command(command).match(safe)
    return InputLine(safe[repeated.end() :].strip() if repeated else safe, today, command)


@lru_cache(maxsize=16)
def _repeated_command(command: str) -> re.Pattern[str]:
    """The command, typed once more at the start of its own text."""
    return re.compile(rf"/?{re.escape(command.lstrip('/'))}(?:[\s:,]+|$)", re.IGNORECASE)


def strip_unsafe(text: str) -> str:
    """The text without the characters that cannot be stored or would change the direction of writing."""
    return _UNSAFE.sub(" ", text.replace("\r\n", "\n")).strip()


def read_words(text: str) -> str:
    """The text as its words say it (marks.py). Most texts hold no marks, and stay as they are."""
    text = text.replace("\t", " | ") if "\t" in text else text
    return plain_words(text) if MAY_BE_MARKED.search(text) else " ".join(text.split())


def quote(words: str) -> str:
    """The words in quotation marks, on one line, cut after 40 characters."""
    line = one_line(words)
    if len(line) > _MAX_QUOTE_LENGTH:
        line = line[: _MAX_QUOTE_LENGTH - 1].rstrip() + ELLIPSIS
    return f"“{line}”"


def split_quoted(text: str) -> tuple[str, str]:
    """The words in the quotation marks that the text begins with, and what follows; without any, all of
    it.
    """
    bare = text.strip()
    plain = plain_marks(bare)
    closed = re.match(r"\"([^\"]*)\"(?!\w)|'((?:[^']|'(?=\w))*)'(?!\w)", plain)
    if closed:
        which = 1 if closed[1] is not None else 2
        return bare[closed.start(which) : closed.end(which)].strip(), bare[closed.end() :].strip()
    return bare[1:].strip() if plain.startswith('"') else bare, ""


def read_verb(text: str) -> tuple[str, str] | None:
    """The verb that a line starts with, and the rest; None when its first word is no verb."""
    if text.startswith("?"):
        return "help", text.lstrip("? ")
    for words in (_TWO_WORDS.match(text), _FIRST_WORD.match(text)):
        verb = _VERBS.get(letters_only(words[0])) if words and len(words[0]) <= _MAX_VERB_LENGTH else None
        if words and verb:
            return verb, text[words.end() :].lstrip(" \t\n:=,;.!")
    return None


def nearest_verb(text: str) -> tuple[str, str] | None:
    """The verb that a mistyped first word probably meant, and the rest; None when none is similar."""
    word = _FIRST_WORD.match(text)
    key = letters_only(word[0][:_MAX_VERB_LENGTH]) if word else ""
    nearest = process.extractOne(
        key, _VERBS.keys(), scorer=OSA.normalized_similarity, score_cutoff=_MIN_SIMILARITY
    )
    if word is None or nearest is None or len(key) <= 1:
        return None
    return _VERBS[nearest[0]], text[word.end() :].strip()


def read_topic(text: str) -> str:
    """The command that someone wants help with; "" for all of them."""
    match = None if letters_only(text) == "me" else read_verb(text) or nearest_verb(text)
    verb = match[0] if match else ""
    return {"help": "", "status": "update"}.get(verb, verb)


def resolve_mentions(text: str) -> str:
    """The text as its author saw it: Slack's markup of people, channels and links replaced by their names."""
    if "<" not in text:
        return text.strip()
    return _LINK.sub(_show_link, _NAMED_MENTION.sub(r"\1\2", text)).strip()


def _show_link(match: re.Match[str]) -> str:
    """The label, with the address after it unless the label says it."""
    address, label = match[1], (match[2] or "").strip()
    if not label or label == address:
        return address
    is_address = label.rstrip("/") == address.partition("://")[2].rstrip("/")
    return label if is_address else f"{label} ({address})"
