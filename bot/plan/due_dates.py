"""Due dates as people write them, and what they mean."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Precision(StrEnum):
    """How exactly a date was written."""

    DAY = "day"
    MONTH = "month"
    RANGE = "range"
    ONGOING = "ongoing"
    NONE = "none"


class Role(StrEnum):
    """What a date is for. Only due and milestone dates can be overdue."""

    DUE = "due"
    START = "start"
    ONGOING = "ongoing"
    MILESTONE = "milestone"


@dataclass(frozen=True)
class DueDate:
    """One reading of one written date.

    text: as printed. date: the last day it covers, None when there is none (ongoing, unreadable).
    confirmed: False for "(TBC)".
    """

    text: str
    date: date | None
    precision: Precision
    role: Role = Role.DUE
    confirmed: bool = True
