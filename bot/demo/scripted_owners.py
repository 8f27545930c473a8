"""Owners who answer their prompts now and then, while a quarter is played: by button, and by command."""

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
# Prompts older than this are not looked at any more.
MAX_MESSAGES_BACK = 4
_ON_TRACK_PREFIX = "prompt:on-track:"


class ScriptedOwners:
    """place: the channel commands are typed in."""

    def __init__(self, sandbox: Sandbox, database: Database, timezone: str, *, command_channel: str) -> None:
        self._sandbox, self._database, self._command_channel = sandbox, database, command_channel
        self._zone = ZoneInfo(timezone)

    async def answer_prompts(self, now: datetime) -> int:
        """Let each owner answer what the plan and the day make them; returns how many answers there were."""
        day = now.astimezone(self._zone).date()
        if day.weekday() >= SATURDAY:
            return 0
        answered = 0
        for user, message, value in list(self._open_prompts()):
            ref = await self._database.read(_ref_of, value)
            said = draw_reply(ref, day) if ref else None
            if said is not None:
                answered += await self._send_reply(user, message, value, said)
        return answered

    def _open_prompts(self) -> Iterator[tuple[str, SandboxMessage, str]]:
        """Whose question in which message is still open, and what it is about, as its buttons have it."""
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
        wanted = f"prompt:{reply.button}:"
        button = next((one for one in _elements(message) if _is_button(one, wanted, value)), None)
        if button is None:
            return 0
        try:
            ack = await self._sandbox.press(user, message.channel, message.ts, button["action_id"])
        except TargetNotFoundError:
            return 0
        return int(ack.delivered)


def _buttons(message: SandboxMessage) -> list[Json]:
    return [one for one in _elements(message) if str(one.get("action_id", "")).startswith(_ON_TRACK_PREFIX)]


def _elements(message: SandboxMessage) -> Iterator[Json]:
    for block in message.blocks:
        if block["type"] == "actions":
            yield from block["elements"]


def _is_button(element: Json, action: str, value: str) -> bool:
    return str(element.get("action_id", "")).startswith(action) and element.get("value") == value


def _ref_of(session: Session, value: str) -> str:
    """The action a prompt's button is about, named outright: "1/5.2". "" when it is not known."""
    item = messages.find_item(session, value)
    return f"{item.action.section.number}/{item.action.ref}" if item else ""
