"""The first word of a line: what someone wants done, under any of its usual names."""

import re

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.plan.typing_marks import letters_only

_NAMES: dict[str, tuple[str, ...]] = {
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
    "undo": ("undo", "revert", "take back", "oops"),
    "search": ("search", "find", "look for", "look up"),
    "digest": ("digest", "summary", "weekly"),
    "export": ("export", "download", "spreadsheet", "workbook", "excel"),
    "calendar": ("calendar", "my calendar", "calendars", "ical", "ics", "feed"),
    "link": ("link", "connect"),
    "questions": ("questions", "question", "open questions"),
    "versions": ("versions", "version", "plan versions"),
}
_VERBS = {letters_only(name): verb for verb, names in _NAMES.items() for name in names}
_FIRST_WORD = re.compile(r"[^\s:=,;]+")
_TWO_WORDS = re.compile(r"[^\W\d_]+[\s-]+[^\W\d_]+(?!\w)")
_LONGEST_WORD = 30
_NEAR = 0.6


def read_verb(text: str) -> tuple[str, str] | None:
    """Take the verb a line starts with, and the rest; None when its first word is no verb."""
    if text.startswith("?"):
        return "help", text.lstrip("? ")
    for pattern in (_TWO_WORDS, _FIRST_WORD):
        words = pattern.match(text)
        verb = _VERBS.get(letters_only(words[0])) if words and len(words[0]) <= _LONGEST_WORD else None
        if words and verb:
            return verb, text[words.end() :].lstrip(" \t\n:=,;.!")
    return None


def nearest_verb(text: str) -> tuple[str, str] | None:
    """Guess the verb a mistyped first word meant, and give the rest; None when none is near."""
    word = _FIRST_WORD.match(text)
    key = letters_only(word[0][:_LONGEST_WORD]) if word else ""
    found = process.extractOne(key, _VERBS.keys(), scorer=OSA.normalized_similarity, score_cutoff=_NEAR)
    if word is None or found is None or len(key) <= 1:
        return None
    return _VERBS[found[0]], text[word.end() :].strip()


def read_topic(text: str) -> str:
    """Give the command someone wants help with, "" for all of them."""
    found = None if letters_only(text) == "me" else read_verb(text) or nearest_verb(text)
    verb = found[0] if found else ""
    return {"help": "", "status": "update"}.get(verb, verb)
