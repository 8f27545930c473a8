"""What leaves the bot: a file somebody asked for, and the address of a calendar."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from bot.messages.base import Confidential, Message


@dataclass(frozen=True)
class ExportStarted(Message):
    """The file is being written and follows. form: xlsx, csv or json. part: "section 2", "" for all of it."""

    name: ClassVar[str] = "export_coming"
    plan: str
    form: str
    part: str = ""

    @classmethod
    def example(cls) -> "ExportStarted":
        return cls("Improvement plan 2026-29", "xlsx", "section 2")


@dataclass(frozen=True)
class CalendarAddress(Confidential, Message):
    """Where a calendar can be followed. key: the secret part of the address. board: "" for one's own dates.

    replaced: an address given before no longer works.
    """

    name: ClassVar[str] = "calendar_address"
    key: str
    board: str = ""
    replaced: bool = False

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.key,)

    @classmethod
    def example(cls) -> "CalendarAddress":
        return cls("AbC-dEf_gHi", replaced=True)


@dataclass(frozen=True)
class CalendarAddressExists(Message):
    """There is an address already; it cannot be shown again."""

    name: ClassVar[str] = "calendar_known"
    given: date
    board: str = ""

    @classmethod
    def example(cls) -> "CalendarAddressExists":
        return cls(date(2026, 3, 2))


@dataclass(frozen=True)
class CalendarsRevoked(Message):
    """count: how many addresses no longer work; 0 when there was none."""

    name: ClassVar[str] = "calendars_stopped"
    count: int

    @classmethod
    def example(cls) -> "CalendarsRevoked":
        return cls(1)
