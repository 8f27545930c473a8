"""The clock of the sandbox, as whoever builds it provides it."""

from datetime import datetime
from typing import Literal, Protocol

Step = Literal["day", "next-prompt", "next-monday"]
STEPS: tuple[Step, ...] = ("day", "next-prompt", "next-monday")


class TimeTravel(Protocol):
    """Moves the simulated time, and knows what will happen next."""

    def now(self) -> datetime: ...

    async def move(self, to: Step) -> str:
        """Move the clock and do what falls due on the way. Answers with a sentence on what happened."""
        ...

    async def upcoming(self) -> list[tuple[datetime, str]]: ...

    async def start_again(self) -> None:
        """Put everything back to the beginning: the bot's data and the workspace."""
        ...
