"""What every handler needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.clock import Clock
from bot.config import Settings
from bot.database import Database
from bot.messages import Message
from bot.rendering import Renderer
from bot.services.dispatcher import Dispatcher


@dataclass(frozen=True)
class AppContext:
    """dispatcher: answers every type of command. render_parts: a message as the chat platform takes it, one
    {"text", "blocks"} for each that it is sent as. nudge: tells the delivery worker that the transaction just
    committed left something to send.
    """

    database: Database
    clock: Clock
    settings: Settings
    renderer: Renderer
    dispatcher: Dispatcher
    render_parts: Callable[[Message], list[dict[str, Any]]]
    nudge: Callable[[], None]
