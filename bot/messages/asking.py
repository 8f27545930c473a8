"""When and why the bot asks: to somebody who has just been linked, and to whoever wants to know."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import ClassVar

from bot.messages.base import Message


@dataclass(frozen=True)
class AskingRules:
    """By what rule one person is asked. prompt_at: the time of day, in `timezone`. source: who gave the
    timezone: own, people, slack, or "" for the board's. prompt_days: days before a date, negative for days
    late. next_at: when they are next asked, None for never. managers: initials of who can change the rule.
    """

    board: str
    timezone: str
    source: str
    prompt_at: time
    quiet_from: time
    quiet_until: time
    prompt_days: tuple[int, ...]
    weekly_budget: int
    now: datetime
    next_at: datetime | None = None
    managers: tuple[str, ...] = ()

    @property
    def days_before(self) -> tuple[str, ...]:
        return tuple(str(each) for each in sorted(self.prompt_days, reverse=True) if each > 0)

    @property
    def days_after(self) -> tuple[str, ...]:
        return tuple(str(-each) for each in sorted(self.prompt_days, reverse=True) if each < 0)


def example_rules() -> AskingRules:
    return AskingRules(
        "Improvement Board",
        "Europe/London",
        "slack",
        time(9),
        time(18),
        time(8),
        (14, 7, 1, 0, -3, -7),
        3,
        datetime.fromisoformat("2026-03-27T09:00:05+00:00"),
        datetime.fromisoformat("2026-03-31T08:00:00+00:00"),
        ("PM",),
    )


@dataclass(frozen=True)
class Welcome(Message):
    """To an owner, once: that they were linked, what comes, when, why, and how to change it. refs: of their
    open actions; total: how many there are.
    """

    name: ClassVar[str] = "welcome"
    initials: str
    plans: tuple[str, ...]
    refs: tuple[str, ...]
    total: int
    rules: AskingRules

    @classmethod
    def example(cls) -> "Welcome":
        return cls("SS", ("Improvement plan 2026-29",), ("5.2", "6.1"), 2, example_rules())


@dataclass(frozen=True)
class WhenAsked(Message):
    """Why somebody is asked, by what rule, and who can change that. owned: how many open actions name
    them.
    """

    name: ClassVar[str] = "when_asked"
    initials: str
    owned: int
    rules: AskingRules

    @classmethod
    def example(cls) -> "WhenAsked":
        return cls("SS", 2, example_rules())
