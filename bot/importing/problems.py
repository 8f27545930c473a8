"""What could not be read, or had to be judged: each with its place and a sentence for an officer."""

from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """error: something was not taken in. warning: someone should decide. info: judged or noted."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True)
class Problem:
    """where: "1. MTFS, row 12, column D". field: "due", "owners", "status" and so on. text: as printed."""

    where: str
    field: str
    text: str
    message: str
    severity: Severity


@dataclass
class ProblemLog:
    """Collects problems in the order they are met."""

    problems: list[Problem] = field(default_factory=list)

    def error(self, where: str, field: str, text: str, message: str) -> None:
        self.problems.append(Problem(where, field, text, message, Severity.ERROR))

    def warning(self, where: str, field: str, text: str, message: str) -> None:
        self.problems.append(Problem(where, field, text, message, Severity.WARNING))

    def info(self, where: str, field: str, text: str, message: str) -> None:
        self.problems.append(Problem(where, field, text, message, Severity.INFO))
