"""Diagnostics of an import: what could not be read or had to be judged, where, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

# Characters of the printed text that a diagnostic repeats.
MAX_SHOWN_LENGTH = 80


class Severity(StrEnum):
    """error: something was not imported. warning: someone should decide. info: judged or noted."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Doubt(StrEnum):
    """What a person can settle about an action by answering a question. The values are stored."""

    DATES_UNPLACED = "dates-unplaced"
    OWNERS_UNPLACED = "owners-unplaced"
    STATUSES_UNPLACED = "statuses-unplaced"
    NO_DATE = "no-date"
    DATE_UNREAD = "date-unread"
    LATE = "late"
    LATER_IN_WORDS = "later-in-words"
    NO_OWNER = "no-owner"
    ROLE_AS_OWNER = "role-as-owner"
    NO_STATUS = "no-status"
    STATUS_UNREAD = "status-unread"
    REF_TWICE = "ref-twice"
    MISPLACED_STEPS = "strange-steps"
    DATES_SWAPPED = "dates-swapped"


@dataclass(frozen=True)
class Diagnostic:
    """One problem, with a sentence for an officer.

    where: "1. MTFS, row 12, column D". field: "due", "owners", "status" and so on. text: as printed.
    about: the action it is about, as "1/5.2", "" for none. doubt: what somebody can settle by an answer.
    """

    where: str
    field: str
    text: str
    message: str
    severity: Severity
    about: str = ""
    doubt: Doubt | None = None


@dataclass
class DiagnosticLog:
    """Collects diagnostics in reading order. about: the action that those added from here on are about."""

    problems: list[Diagnostic] = field(default_factory=list)
    about: str = ""

    def for_action(self, about: str) -> "DiagnosticLog":
        """A log that adds to the same list, for diagnostics about one action."""
        return DiagnosticLog(self.problems, about)

    def error(self, where: str, field: str, text: str, message: str, doubt: Doubt | None = None) -> None:
        self.problems.append(Diagnostic(where, field, text, message, Severity.ERROR, self.about, doubt))

    def warning(self, where: str, field: str, text: str, message: str, doubt: Doubt | None = None) -> None:
        self.problems.append(Diagnostic(where, field, text, message, Severity.WARNING, self.about, doubt))

    def info(self, where: str, field: str, text: str, message: str) -> None:
        self.problems.append(Diagnostic(where, field, text, message, Severity.INFO, self.about))


def list_first(words: Sequence[str], limit: int, separator: str = ", ") -> str:
    """The first `limit` words, and "and more" where that leaves some out."""
    return separator.join(words[:limit]) + (" and more" if len(words) > limit else "")
