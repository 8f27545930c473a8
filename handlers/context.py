"""What every handler is built with."""

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
    """dispatcher: runs any command. render_parts: a message as the chat platform takes it, a {"text",
    "blocks"} for each message that it is sent as. nudge: wakes the delivery worker after a commit that put
    something in the outbox.
    """

    database: Database
    clock: Clock
    settings: Settings
    renderer: Renderer
    dispatcher: Dispatcher
    render_parts: Callable[[Message], list[dict[str, Any]]]
    nudge: Callable[[], None]
