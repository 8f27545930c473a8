"""The clock of the sandbox, and what lies behind it, as whoever builds the sandbox provides them."""

from datetime import date, datetime
from typing import Literal, Protocol

from bot.sandbox.records import Json

Step = Literal["day", "next-event", "next-prompt", "next-monday"]
STEPS: tuple[Step, ...] = ("day", "next-event", "next-prompt", "next-monday")
QUARTER_WEEKS = 13


class TravelError(Exception):
    """The clock does not go there. sentence: what the person reads. busy: it would at another moment."""

    def __init__(self, sentence: str, *, busy: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.busy = busy


class TimeTravel(Protocol):
    """Moves the simulated time, and knows what will happen next. Any move may raise TravelError."""

    @property
    def playing(self) -> Json | None:
        """How far the move under way has come, as the page is told of it; None when the clock just runs."""
        ...

    @property
    def starting_again(self) -> bool: ...

    def now(self) -> datetime: ...

    async def move(self, to: Step) -> str:
        """Move the clock and do what falls due on the way. Answers with a sentence on what happened."""
        ...

    async def move_to(self, day: date) -> str:
        """The same, to the middle of that day's morning."""
        ...

    async def play(self, weeks: int) -> str:
        """Set off on so many weeks in fast motion. Answers at once, with the moment it will end, in words."""
        ...

    async def stop(self) -> str:
        """End the move under way; answers when it has ended. "" when there is none."""
        ...

    async def upcoming(self) -> list[tuple[datetime, str]]: ...

    async def about(self) -> Json:
        """Which plan this is: {title, as_at_words, is_sample, source, loading}."""
        ...

    async def hints(self, user: str) -> Json:
        """What this person may want to type: {refs: […], statuses: […]}, refs of their own first."""
        ...

    async def start_again(self) -> None:
        """Put everything back to the beginning: the bot's data and the workspace."""
        ...
