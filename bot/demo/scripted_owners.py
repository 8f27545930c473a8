"""Owners who answer some of their prompts while a quarter is simulated, by button and by command."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.database import Database
from bot.sandbox.entities import Json, SandboxMessage
from bot.sandbox.server import Sandbox
from bot.sandbox.user_actions import TargetNotFoundError
from bot.services.prompts import messages
from sample import SampleReply, draw_reply

SATURDAY = 5
# Only the prompts in so many of a person's latest messages are answered.
MAX_MESSAGES_BACK = 4
_ON_TRACK_PREFIX = "prompt:on-track:"


class ScriptedOwners:
    """command_channel: the id of the channel that commands are typed in."""

    def __init__(self, sandbox: Sandbox, database: Database, timezone: str, *, command_channel: str) -> None:
        self._sandbox, self._database, self._command_channel = sandbox, database, command_channel
        self._zone = ZoneInfo(timezone)

    async def answer_prompts(self, now: datetime) -> int:
        """Send the answers of this day, which the sample draws at random; returns how many there were."""
        day = now.astimezone(self._zone).date()
        if day.weekday() >= SATURDAY:
            return 0
        answered = 0
        for user, message, value in list(self._open_prompts()):
            ref = await self._database.read(_ref_of, value)
            reply = draw_reply(ref, day) if ref else None
            if reply is not None:
                answered += await self._send_reply(user, message, value, reply)
        return answered

    def _open_prompts(self) -> Iterator[tuple[str, SandboxMessage, str]]:
        """The person, the message and the buttons' value of each open prompt."""
        for channel in self._sandbox.workspace.channels.values():
            if channel.im_user is None:
                continue
            for message in self._sandbox.visible_messages(channel.im_user, channel.id)[-MAX_MESSAGES_BACK:]:
                for button in _buttons(message):
                    yield channel.im_user, message, str(button["value"])

    async def _send_reply(self, user: str, message: SandboxMessage, value: str, reply: SampleReply) -> int:
        if not reply.button:
            ack = await self._sandbox.slash(user, self._command_channel, reply.command_text)
            return int(ack.delivered)
        prefix = f"prompt:{reply.button}:"
        button = next((each for each in _elements(message) if _is_button(each, prefix, value)), None)
        if button is None:
            return 0
        try:
            ack = await self._sandbox.press(user, message.channel, message.ts, button["action_id"])
        except TargetNotFoundError:
            return 0
        return int(ack.delivered)


def _buttons(message: SandboxMessage) -> list[Json]:
    elements = _elements(message)
    return [each for each in elements if str(each.get("action_id", "")).startswith(_ON_TRACK_PREFIX)]


def _elements(message: SandboxMessage) -> Iterator[Json]:
    for block in message.blocks:
        if block["type"] == "actions":
            yield from block["elements"]


def _is_button(element: Json, prefix: str, value: str) -> bool:
    return str(element.get("action_id", "")).startswith(prefix) and element.get("value") == value


def _ref_of(session: Session, value: str) -> str:
    """The action that a prompt's button is about, with its section: "1/5.2"; "" when there is none."""
    item = messages.find_item(session, value)
    return f"{item.action.section.number}/{item.action.ref}" if item else ""
