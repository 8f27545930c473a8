"""What every door of the bot needs behind it."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.clock import Clock
from bot.config import Settings
from bot.database import Database
from bot.rendering import Renderer


@dataclass(frozen=True)
class Door:
    """nudge: says that something was just written to the ledger and can be sent."""

    database: Database
    clock: Clock
    settings: Settings
    renderer: Renderer
    nudge: Callable[[], None]
