"""The statuses of an action, and the words people write for them."""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from bot.plan.date_vocabulary import MONTH
from bot.plan.text import letters_only, one_line, plain_marks


class Status(StrEnum):
    """Where an action stands. The plan's own words are kept beside it as `status_text`.

    words: as a sentence has it. is_open: it can still be late.
    """

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    COMPLETE = "complete"
    VERIFIED = "verified"
    ON_HOLD = "on-hold"
    DROPPED = "dropped"

    words: str
    is_open: bool

    def __init__(self, value: str) -> None:
        # Attributes, since a list asks them of thousands.
        self.words = value.replace("-", " ")
        self.is_open = value in {"not-started", "in-progress"}


_STATUS_WORDS: dict[Status, tuple[str, ...]] = {
    Status.NOT_STARTED: (
        "not started", "not yet started", "not begun", "yet to start", "to start", "to do", "todo", "planned",
        "pending", "unstarted", "not commenced", "not yet commenced", "new", "not due", "not yet due",
    ),
    Status.IN_PROGRESS: (
        "in progress", "wip", "work in progress", "started", "ongoing", "on going", "on track",
        "in consultation",
        "under way", "underway", "progressing", "continuing", "begun", "commenced", "active", "doing", "open",
        "in hand", "in train", "partially complete", "partly complete", "part complete",
        "nearly complete", "almost complete", "mostly complete", "not complete", "not yet complete",
        "incomplete",
        "out to consultation", "under consultation", "consulting", "in development", "under development",
        "under review", "reopened", "in process", "working on it",
    ),
    Status.COMPLETE: (
        "complete", "completed", "done", "closed", "finished", "achieved", "delivered", "implemented",
        "all done", "fully complete", "now complete", "action complete", "action completed",
        "action closed", "in place",
    ),
    Status.VERIFIED: (
        "verified", "signed off", "sign off", "signedoff", "checked", "assured", "evidenced", "validated",
        "complete and verified", "complete verified", "complete and signed off",
    ),
    Status.ON_HOLD: (
        "on hold", "hold", "paused", "pause", "parked", "suspended", "deferred", "postponed", "stalled",
    ),
    Status.DROPPED: (
        "dropped", "drop", "cancelled", "canceled", "withdrawn", "removed", "abandoned", "stopped",
        "no longer required", "no longer needed", "not needed", "superseded",
    ),
}  # fmt: skip
_BY_KEY = {letters_only(word): status for status, words in _STATUS_WORDS.items() for word in words}
_MAX_STATUS_WORDS = max(len(word.split()) for words in _STATUS_WORDS.values() for word in words)
_REMARK = re.compile(rf"(?:[-:;,.!(\[]|[0-9]|(?:on|in|by|as|to|{MONTH})\b)", re.IGNORECASE)
# What a whole line of a document's status cell may be, but nobody types.
_MARKS = {
    **dict.fromkeys(
        ("y", "yes", "x", "\u2713", "\u2714", "\u2705", "\u2611", "[x]", "true", "100%", "100 %", "ie"),
        Status.COMPLETE,
    ),
    **dict.fromkeys(("n", "no", "\u2610", "[ ]", "[]", "false", "0%", "0 %", "nage"), Status.NOT_STARTED),
    **dict.fromkeys(("cwblhawyd", "wedi'i gwblhau", "wedi cwblhau", "ar gau"), Status.COMPLETE),
    **dict.fromkeys(("ar y gweill", "ar agor", "yn mynd rhagddo"), Status.IN_PROGRESS),
    **dict.fromkeys(("heb ddechrau", "heb gychwyn"), Status.NOT_STARTED),
}  # fmt: skip
_PERCENT = re.compile(r"(?P<number>[0-9]{1,3})(?:\.[0-9]{1,4})? ?%")
_NUMBERED = re.compile(r"[0-9]{1,2} ?[-.):] ?(?=[A-Za-z])")
_SIGNS = re.compile("[\u2713\u2714\u2705\u2611\ufe0f!]++")
_JOINER = re.compile(r"[\s,;/&+]*(?:(?:and|then)\b)?[\s,;/&+]*", re.IGNORECASE)
_MAX_CELL_LENGTH = 800


@dataclass(frozen=True)
class StatusesReading:
    """The statuses found in a cell, in printed order, and the words that are not a status ("" when none).

    remark: what follows a status ("report due in May"). unread: lines that start with no known status.
    """

    statuses: tuple[Status, ...]
    remark: str = ""
    unread: str = ""


def read_status(text: str) -> Status | None:
    """Read one status, the whole text being one: `done`, `In-Progress`, `wip`; None when it is none.

    `blocked` and `at risk` are no statuses: they declare a colour, which the command parser reads.
    """
    return _BY_KEY.get(letters_only(text[:_MAX_CELL_LENGTH]))


def status_words() -> list[str]:
    """Every word that means a status, the six canonical ones first: for suggestions after a typo."""
    canonical = [status.value for status in Status]
    return canonical + sorted(word for words in _STATUS_WORDS.values() for word in words)


def leading_status(rest: str) -> tuple[Status | None, int]:
    """Find the longest status the text starts with, and how many characters it takes; (None, 0) if none.

    "in progress waiting for the panel" gives in-progress and 11: what follows may be a note.
    """
    ends = [found.end() for found in islice(re.finditer(r"\w+", rest), _MAX_STATUS_WORDS * 2)]
    for end in reversed(ends):
        status = _BY_KEY.get(letters_only(rest[:end]))
        if status is not None:
            return status, end
    return None, 0


def read_statuses(text: str) -> StatusesReading:
    """Read a plan's status cell, which may hold several ("Complete In progress") and a remark after one."""
    statuses: list[Status] = []
    remarks: list[str] = []
    unread: list[str] = []
    for line in text[:_MAX_CELL_LENGTH].splitlines():
        found, rest = _read_line(one_line(plain_marks(line)))
        statuses += found
        if rest:
            (remarks if statuses else unread).append(rest)
    return StatusesReading(tuple(statuses), one_line(" ".join(remarks)), one_line(" ".join(unread)))


def _read_line(line: str) -> tuple[list[Status], str]:
    """Give the statuses the line starts with, and what remains; none when that can be no remark."""
    mark = _read_mark(line)
    if mark is not None:
        return [mark], ""
    found: list[Status] = []
    rest = _NUMBERED.sub("", _SIGNS.sub(" ", line).strip(" ."), count=1).strip(" .")
    while rest:
        status, length = leading_status(rest)
        if status is None:
            break
        found.append(status)
        rest = rest[length:]
        after = rest[_joiner_length(rest) :]
        rest = after if leading_status(after)[0] else rest.lstrip()
    if rest and not _REMARK.match(rest):
        return [], line
    return found, rest.strip(" -:;,.([)]")


def _read_mark(line: str) -> Status | None:
    """A tick, a yes or a percentage that is the whole line."""
    bare = line.strip(" .").casefold()
    percent = _PERCENT.fullmatch(bare)
    if percent and 0 < int(percent["number"]) < 100:  # noqa: PLR2004 - all of it
        return Status.IN_PROGRESS
    return _MARKS.get(bare)


def _joiner_length(rest: str) -> int:
    joiner = _JOINER.match(rest)
    return joiner.end() if joiner else 0
