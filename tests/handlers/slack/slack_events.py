"""Events as Slack sends them, for what the workspace's page cannot do."""

import asyncio
from typing import Any

from sqlalchemy import select

from bot.sandbox import payloads
from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.deliveries import Ack, BotDelivery
from bot.sandbox.entities import SandboxMessage
from bot.sandbox.files import store_file
from models.outbox import StatusChange
from tests.fixtures.council import Council, minutes
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until

SS = USERS["SS"]


def answers(council: Council, initials: str = "SS") -> list[SandboxMessage]:
    """What the bot has said to the person directly."""
    return [message for message in council.dm(initials) if message.user == BOT_USER_ID]


def changes(council: Council) -> list[StatusChange]:
    """Every change there is, in order."""
    database = council.database()
    with database.transaction(write=False) as session:
        found = list(session.scalars(select(StatusChange).order_by(StatusChange.id)))
        session.expunge_all()
    database.close()
    return found


async def send_event(council: Council, event: dict[str, Any], headers: dict[str, str] | None = None) -> Ack:
    """Sign and send it as the events API does."""
    sandbox = council.sandbox
    delivery = payloads.event_delivery(sandbox.workspace, SS, event)
    return await send_delivery(council, delivery, headers)


async def send_delivery(
    council: Council, delivery: BotDelivery, headers: dict[str, str] | None = None
) -> Ack:
    signed = {"Content-Type": "application/json", **council.sandbox.sign(delivery.body)}
    return await council.sandbox.send_raw(delivery.body, {**signed, **(headers or {})})


async def write(
    council: Council,
    words: str,
    *names: str,
    thread_ts: str | None = None,
    initials: str = "SS",
    channel: str = "",
    content: bytes = b"content",
) -> SandboxMessage:
    """Write to the bot, with files of these names; the message as it stands."""
    workspace, user = council.sandbox.workspace, USERS[initials]
    files = [store_file(workspace, user, name, content) for name in names]
    where = channel or council.sandbox.dm_id(user)
    message = workspace.post(SandboxMessage("", where, user, words, thread_ts=thread_ts, files=files))
    delivery = payloads.message_delivery(workspace, message)
    assert delivery is not None
    ack = await send_delivery(council, delivery)
    assert ack.status == 200
    return message


async def ask(council: Council, words: str, *names: str, **more: Any) -> SandboxMessage:
    """As write, with the first of what the bot says to it."""
    before = len(answers(council))
    council.clock.moment += minutes(1)
    await write(council, words, *names, **more)
    await wait_until(lambda: len(answers(council)) > before, "the bot answered")
    return answers(council)[before]


async def write_answered(council: Council, words: str, *names: str) -> SandboxMessage:
    """As write, once the bot has answered it."""
    before = len(answers(council))
    message = await write(council, words, *names)
    await wait_until(lambda: len(answers(council)) > before, "the bot answered")
    return message


def edit_event(
    message: SandboxMessage, words: str, edit_ts: str = "1772440000.000100", **facts: Any
) -> dict[str, Any]:
    """The event for a message that its author changed; facts: of the message as it is now."""
    previous = message.as_slack("T0SANDBOX")
    now = {**previous, "text": words, "edited": {"user": message.user, "ts": edit_ts}, **facts}
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": message.channel,
        "channel_type": "im",
        "ts": edit_ts,
        "event_ts": edit_ts,
        "message": now,
        "previous_message": previous,
    }


async def change_words(
    council: Council, message: SandboxMessage, words: str, edit_ts: str = "1772440000.000100"
) -> list[str]:
    """Change the message; everything the bot says to that."""
    before = len(answers(council))
    council.clock.moment += minutes(1)
    ack = await send_event(council, edit_event(message, words, edit_ts))
    assert ack.status == 200
    message.text, message.edited_ts = words, edit_ts
    await wait_until(lambda: len(answers(council)) > before, "the bot answered")
    await asyncio.sleep(0.4)
    return [each.text for each in answers(council)[before:]]
