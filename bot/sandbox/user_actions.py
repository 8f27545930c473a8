"""What a person can do here: each act is a real signed request to the bot, and its answer is applied."""

from collections import deque
from dataclasses import replace
from typing import Any

from bot.sandbox import payloads
from bot.sandbox.acks import Acks
from bot.sandbox.deliveries import Ack, Delivery, Transport
from bot.sandbox.entities import Json, Message, View
from bot.sandbox.faults import Faults
from bot.sandbox.payloads import command
from bot.sandbox.views import KEYS, Found, find, missing
from bot.sandbox.workspace import Workspace

_KEPT = 200
RETRY_REASON = "http_timeout"


class NotThereError(LookupError):
    """There is no such message, view or element for this person to act on."""


class People:
    """The acts of the people of the workspace. `deliveries` keeps the last 200 that were sent."""

    def __init__(self, workspace: Workspace, transport: Transport, faults: Faults) -> None:
        self._workspace = workspace
        self._transport = transport
        self._faults = faults
        self.acks = Acks(workspace)
        self.deliveries: deque[Delivery] = deque(maxlen=_KEPT)

    async def slash(self, user: str, channel: str, text: str, name: str) -> Ack:
        delivery = command(self._workspace, user, channel, name, text)
        return self.acks.command(delivery, await self._send(delivery))

    async def press(
        self, user: str, channel: str, ts: str, action_id: str, given: Any = None, block_id: str | None = None
    ) -> Ack:
        """`given`: what was chosen, for anything but a button."""
        message = self._workspace.messages.find(channel, ts, user)
        if message is None:
            raise NotThereError(f"no message {ts} in {channel} for {user}")
        found = _element(message.blocks, action_id, block_id)
        done = payloads.action(self._workspace, found, given)
        values = self._workspace.choices.setdefault((user, message.ts), {})
        if found.element["type"] in KEYS:
            state = {
                key: value for key, value in done.items() if key == "type" or key == KEYS[done["type"]][0]
            }
            values.setdefault(found.block_id, {})[found.action_id] = state
        delivery = payloads.message_action(self._workspace, user, message, done, values)
        return self.acks.action(delivery, await self._send(delivery))

    async def press_in_view(
        self, user: str, view_id: str, action_id: str, given: Any, block_id: str | None, typed: Json
    ) -> Ack:
        """`typed`: what the form's fields hold at this moment."""
        view = self._view(user, view_id)
        found = _element(view.blocks, action_id, block_id)
        if found.element["type"] in KEYS and (found.in_input or found.element["type"] != "overflow"):
            typed = typed | {found.block_id: {found.action_id: given}}
        self._workspace.shelf.fill(view, typed)
        done = payloads.action(self._workspace, found, given)
        delivery = payloads.view_action(self._workspace, view.user, view, done)
        return self.acks.action(delivery, await self._send(delivery))

    async def submit(self, user: str, view_id: str, typed: Json, *, as_slack_checks: bool) -> Ack:
        """With `as_slack_checks`, an unfilled field is asked for here and the bot hears nothing."""
        view = self._view(user, view_id)
        self._workspace.shelf.fill(view, typed)
        view.errors = missing(view.blocks, view.values) if as_slack_checks else {}
        self._workspace.shelf.keep(view)
        if view.errors:
            self._workspace.view_changed(view.user)
            return Ack(0, {"response_action": "errors", "errors": view.errors}, delivered=False)
        delivery = payloads.submission(self._workspace, view.user, view)
        return self.acks.submission(view, await self._send(delivery))

    async def close_view(self, user: str, view_id: str) -> Ack | None:
        """Close the form. The bot hears of it only when the view asked with `notify_on_close`."""
        view = self._view(user, view_id)
        cleared = bool(view.content.get("clear_on_close"))
        delivery = payloads.closing(self._workspace, view.user, view, cleared=cleared)
        if cleared:
            self._workspace.shelf.clear(view.user)
        else:
            self._workspace.shelf.close(view)
        self._workspace.view_changed(view.user)
        if not view.content.get("notify_on_close"):
            return None
        return self.acks.action(delivery, await self._send(delivery))

    async def open_home(self, user: str) -> Ack:
        return self.acks.event(await self._send(payloads.home_opened(self._workspace, user)))

    async def say(self, user: str, channel: str, text: str, thread_ts: str | None) -> Ack | None:
        """None when the bot does not hear it."""
        message = self._workspace.post(Message("", channel, user, text, thread_ts=thread_ts))
        delivery = payloads.said(self._workspace, message)
        return None if delivery is None else self.acks.event(await self._send(delivery))

    async def share(self, user: str, channel: str, text: str, file: Json) -> tuple[Message, Ack | None]:
        """Post a file. The bot hears of it in its direct messages, twice, as from Slack: that a file was
        shared, and the message it came with. The Ack is of the message; None when the bot does not hear it.
        """
        message = self._workspace.post(Message("", channel, user, text, files=[file]))
        delivery = payloads.said(self._workspace, message)
        if delivery is None:
            return message, None
        self.acks.event(await self._send(payloads.file_shared(self._workspace, message)))
        return message, self.acks.event(await self._send(delivery))

    async def again(self, delivery: Delivery, retry: int) -> Ack:
        """Send the same payload with a fresh signature, as Slack does when it doubts the first arrived."""
        headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": RETRY_REASON}
        ack = await self._transport.send(delivery, headers)
        return self._apply(delivery, ack)

    def _view(self, user: str, view_id: str) -> View:
        view = self._workspace.shelf.find(view_id)
        if view is None or view.user != user:
            raise NotThereError(f"{user} has no view {view_id} open")
        return view

    def _apply(self, delivery: Delivery, ack: Ack) -> Ack:
        if delivery.kind == "slash_commands":
            return self.acks.command(delivery, ack)
        if delivery.kind == "events_api":
            return self.acks.event(ack)
        view = self._workspace.shelf.find(delivery.payload.get("view", {}).get("id"))
        if delivery.payload["type"] == "view_submission" and view is not None:
            return self.acks.submission(view, ack)
        return self.acks.action(delivery, ack)

    async def _send(self, delivery: Delivery) -> Ack:
        self.deliveries.append(delivery)
        self._workspace.store.commit()
        ack = await self._transport.send(delivery, {})
        if self._faults.take_repeat():
            await self._transport.send(replace(delivery), {"X-Slack-Retry-Num": "1"})
        return ack


def _element(blocks: list[Json], action_id: str, block_id: str | None) -> Found:
    found = find(blocks, action_id, block_id)
    if found is None:
        raise NotThereError(f"nothing to press called {action_id}")
    return found
