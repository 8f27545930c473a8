"""What could not be read, or had to be judged: each with its place and a sentence for an officer."""

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """error: something was not taken in. warning: someone should decide. info: judged or noted."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Doubt(StrEnum):
    """What a person can settle about an action by answering a question."""

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


@dataclass(frozen=True)
class Diagnostic:
    """where: "1. MTFS, row 12, column D". field: "due", "owners", "status" and so on. text: as printed.

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
    """Collects problems in the order they are met. about: the action they are about from here on."""

    problems: list[Diagnostic] = field(default_factory=list)
    about: str = ""

    def for_action(self, about: str) -> "DiagnosticLog":
        """The same log, for what is said of one action."""
        return DiagnosticLog(self.problems, about)

    def error(self, where: str, field: str, text: str, message: str, doubt: Doubt | None = None) -> None:
        self.problems.append(Diagnostic(where, field, text, message, Severity.ERROR, self.about, doubt))

    def warning(self, where: str, field: str, text: str, message: str, doubt: Doubt | None = None) -> None:
        self.problems.append(Diagnostic(where, field, text, message, Severity.WARNING, self.about, doubt))

    def info(self, where: str, field: str, text: str, message: str) -> None:
        self.problems.append(Diagnostic(where, field, text, message, Severity.INFO, self.about))
