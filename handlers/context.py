"""What every handler is built with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.clock import Clock
from bot.commands import Asker
from bot.config import Settings
from bot.database import Database
from bot.messages import Message
from bot.plan.reading import Standing
from bot.rendering import Renderer
from bot.services.dispatcher import Dispatcher


class StandingSource(Protocol):
    """Asks the chat platform about an account."""

    async def ask(self, asker: Asker, *, in_channel: bool) -> Standing:
        """in_channel: also whether the asker is in the channel they ask in."""
        ...

    def forget(self, user_id: str) -> None:
        """What is kept of this account has changed."""
        ...


class NoStandings:
    """Where there is no platform to ask."""

    async def ask(self, asker: Asker, *, in_channel: bool) -> Standing:  # noqa: ARG002 - as StandingSource has it
        return Standing(None)

    def forget(self, user_id: str) -> None:
        """Nothing is kept."""


@dataclass(frozen=True)
class AppContext:
    """dispatcher: runs any command. render_parts: a message as the chat platform takes it, a {"text",
    "blocks"} for each message that it is sent as. nudge: wakes the delivery worker after a commit that put
    something in the outbox. standings: asked about an account that no plan knows.
    """

    database: Database
    clock: Clock
    settings: Settings
    renderer: Renderer
    dispatcher: Dispatcher
    render_parts: Callable[[Message], list[dict[str, Any]]]
    nudge: Callable[[], None]
    standings: StandingSource = field(default_factory=NoStandings)
