"""What the tests do and look at again and again."""

import asyncio
import time
from typing import Any

from sqlalchemy import text

from bot.sandbox.deliveries import Ack
from bot.sandbox.entities import SandboxMessage
from tests.fixtures.council import BOARD, Council
from tests.fixtures.plans import USERS


async def another_second() -> None:
    """Wait for the clock: the same content signed in the same second has the same signature."""
    await asyncio.sleep(1.02 - time.time() % 1)


def notes(bot_council: Council) -> list[str]:
    """The note of every change there is, in order."""
    database = bot_council.database()
    with database.transaction(write=False) as session:
        found = list(session.scalars(text("select note from status_change order by id")))
    database.close()
    return found


def buttons(message: SandboxMessage, action: str) -> list[str]:
    """The action ids of the message's buttons of this kind."""
    elements = [element for block in message.blocks for element in _elements(block)]
    ids = [str(element.get("action_id", "")) for element in elements]
    return [each for each in ids if each.startswith(f"{action}:")]


def _elements(block: dict[str, Any]) -> list[dict[str, Any]]:
    accessory = block.get("accessory")
    return [*block.get("elements", []), *([accessory] if accessory else [])]


async def press(
    bot_council: Council, initials: str, message: SandboxMessage, action_id: str, channel: str = BOARD
) -> Ack:
    user = USERS.get(initials, initials)
    return await bot_council.sandbox.press(user, channel, message.ts, action_id)


async def post(
    bot_council: Council, body: bytes, content_type: str, headers: dict[str, str] | None = None
) -> Ack:
    """A request of any content, rightly signed unless other headers are given."""
    signed = bot_council.sandbox.sign(body) if headers is None else headers
    return await bot_council.sandbox.send_raw(body, {"Content-Type": content_type, **signed})


FORM, JSON = "application/x-www-form-urlencoded", "application/json"
