"""Time travel: what the page needs of the simulated clock and of the plan behind it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, Protocol

from bot.sandbox.entities import Json

ClockStep = Literal["day", "next-event", "next-prompt", "next-monday"]
CLOCK_STEPS: tuple[ClockStep, ...] = ("day", "next-event", "next-prompt", "next-monday")
QUARTER_WEEKS = 13


class TimeTravelError(Exception):
    """The clock cannot be moved so. sentence: what the person reads. busy: it can be at another moment."""

    def __init__(self, sentence: str, *, busy: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.busy = busy


class TimeTravel(Protocol):
    """Moves the simulated time, and knows the next events. Every move may raise TimeTravelError."""

    @property
    def progress(self) -> Json | None:
        """The progress of the current move, as the page shows it; None without one."""
        ...

    @property
    def is_resetting(self) -> bool: ...

    def now(self) -> datetime: ...

    async def move(self, step: ClockStep) -> str:
        """Move the clock and do whatever falls due in between. Returns a sentence on what happened."""
        ...

    async def move_to(self, day: date) -> str:
        """The same, to the middle of that day's morning."""
        ...

    async def play(self, weeks: int) -> str:
        """Start to play so many weeks in fast motion. Returns at once, with the end's moment in words."""
        ...

    async def stop(self) -> str:
        """End the current move; returns once it has ended, with a sentence, "" without one."""
        ...

    async def retry_refused(self) -> None:
        """Let the bot try what was refused: the token or a permission may have been put right."""
        ...

    async def upcoming(self) -> list[tuple[datetime, str]]:
        """The next events, soonest first: moment (aware) and description."""
        ...

    async def describe_plan(self) -> Json:
        """The plan: {title, as_at_words, is_sample, source, loading}."""
        ...

    async def hints(self, user: str) -> Json:
        """What this person may type: {refs: […], statuses: […]}, their own refs first. user: a user id."""
        ...

    async def used_buttons(self, values: Sequence[str]) -> list[str]:
        """Which of these buttons, by value, have nothing left to do: an Undo of what was undone."""
        ...

    async def reset(self) -> None:
        """Reset everything: the bot's data and the workspace."""
        ...
