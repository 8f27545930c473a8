"""The actions of users: each sends a signed request to the bot and applies the answer."""

from collections import deque
from dataclasses import replace
from typing import Any

from bot.sandbox import payloads
from bot.sandbox.acks import AckHandler
from bot.sandbox.deliveries import Ack, BotDelivery, Transport
from bot.sandbox.entities import Json, SandboxMessage, View
from bot.sandbox.faults import Faults
from bot.sandbox.payloads import command_delivery
from bot.sandbox.views import VALUE_KEYS, BlockElement, find_element, find_field_errors
from bot.sandbox.workspace import SandboxWorkspace

_MAX_DELIVERIES = 200
RETRY_REASON = "http_timeout"


class TargetNotFoundError(LookupError):
    """The person sees no such message, view or element."""


class UserActions:
    """deliveries: the last 200 that were sent."""

    def __init__(self, workspace: SandboxWorkspace, transport: Transport, faults: Faults) -> None:
        self._workspace = workspace
        self._transport = transport
        self._faults = faults
        self.acks = AckHandler(workspace)
        self.deliveries: deque[BotDelivery] = deque(maxlen=_MAX_DELIVERIES)

    async def slash(self, user: str, channel: str, text: str, name: str) -> Ack:
        delivery = command_delivery(self._workspace, user, channel, name, text)
        return self.acks.apply_command(delivery, await self._send(delivery))

    async def press(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        selection: Any = None,
        block_id: str | None = None,
    ) -> Ack:
        """selection: what was chosen; None for a button."""
        message = self._workspace.messages.find(channel, ts, user)
        if message is None:
            raise TargetNotFoundError(f"no message {ts} in {channel} for {user}")
        target = _require_element(message.blocks, action_id, block_id)
        action = payloads.action_object(self._workspace, target, selection)
        values = self._workspace.menu_choices.setdefault((user, message.ts), {})
        if target.element["type"] in VALUE_KEYS:
            state = {
                key: value
                for key, value in action.items()
                if key == "type" or key == VALUE_KEYS[action["type"]][0]
            }
            values.setdefault(target.block_id, {})[target.action_id] = state
        delivery = payloads.message_action_delivery(self._workspace, user, message, action, values)
        return self.acks.apply_action(delivery, await self._send(delivery))

    async def use_shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> Ack:
        """Choose a shortcut of the app in a message's menu."""
        message = self._workspace.messages.find(channel, ts, user)
        if message is None:
            raise TargetNotFoundError(f"no message {ts} in {channel} for {user}")
        delivery = payloads.shortcut_delivery(self._workspace, user, message, callback_id)
        return self.acks.apply_action(delivery, await self._send(delivery))

    async def press_in_view(
        self, user: str, view_id: str, action_id: str, selection: Any, block_id: str | None, form_values: Json
    ) -> Ack:
        """form_values: what the form's fields hold at this moment."""
        view = self._require_view(user, view_id)
        target = _require_element(view.blocks, action_id, block_id)
        if target.element["type"] in VALUE_KEYS and (target.in_input or target.element["type"] != "overflow"):
            form_values = form_values | {target.block_id: {target.action_id: selection}}
        self._workspace.views.fill(view, form_values)
        action = payloads.action_object(self._workspace, target, selection)
        delivery = payloads.view_action_delivery(self._workspace, view.user, view, action)
        return self.acks.apply_action(delivery, await self._send(delivery))

    async def submit(self, user: str, view_id: str, form_values: Json, *, client_validation: bool) -> Ack:
        """client_validation: an empty required field is an error at once, and nothing is sent to the bot."""
        view = self._require_view(user, view_id)
        self._workspace.views.fill(view, form_values)
        view.errors = find_field_errors(view.blocks, view.values) if client_validation else {}
        self._workspace.views.save_view(view)
        if view.errors:
            self._workspace.publish_view_change(view.user)
            return Ack(0, {"response_action": "errors", "errors": view.errors}, delivered=False)
        delivery = payloads.view_submission_delivery(self._workspace, view.user, view)
        return self.acks.apply_submission(view, await self._send(delivery))

    async def close_view(self, user: str, view_id: str) -> Ack | None:
        """Close the form. None when the bot gets no request, which is without `notify_on_close`."""
        view = self._require_view(user, view_id)
        cleared = bool(view.content.get("clear_on_close"))
        delivery = payloads.view_closed_delivery(self._workspace, view.user, view, cleared=cleared)
        if cleared:
            self._workspace.views.clear(view.user)
        else:
            self._workspace.views.close(view)
        self._workspace.publish_view_change(view.user)
        if not view.content.get("notify_on_close"):
            return None
        return self.acks.apply_action(delivery, await self._send(delivery))

    async def open_home(self, user: str) -> Ack:
        return self.acks.apply_event(await self._send(payloads.home_opened_delivery(self._workspace, user)))

    async def post_message(self, user: str, channel: str, text: str, thread_ts: str | None) -> Ack | None:
        """None when the bot gets no event for it."""
        message = self._workspace.post(SandboxMessage("", channel, user, text, thread_ts=thread_ts))
        return await self.send_message_event(message)

    async def share_file(
        self, user: str, channel: str, text: str, file: Json
    ) -> tuple[SandboxMessage, Ack | None]:
        """Post a file, with words or without. In its direct messages the bot gets two events, as from Slack:
        for the file and for the message. The Ack is of the message's; None when the bot gets none.
        """
        message = self._workspace.post(SandboxMessage("", channel, user, text, files=[file]))
        delivery = payloads.message_delivery(self._workspace, message)
        if delivery is None:
            return message, None
        await self.send_event(payloads.file_shared_delivery(self._workspace, message))
        return message, await self.send_event(delivery)

    async def edit_message(self, user: str, channel: str, ts: str, text: str) -> Ack | None:
        """Change the words of one's own message; its files stay. TargetNotFoundError for any other."""
        message = self._workspace.messages.find(channel, ts, user)
        if message is None or message.user != user:
            raise TargetNotFoundError(f"{user} wrote no message {ts} in {channel}")
        previous = self._workspace.message_payload(message)
        self._workspace.edit_message(message, text, message.blocks, message.attachments)
        delivery = payloads.message_changed_delivery(self._workspace, message, previous)
        return None if delivery is None else await self.send_event(delivery)

    async def send_message_event(self, message: SandboxMessage) -> Ack | None:
        """Send the event for a message. None when the bot gets none."""
        delivery = payloads.message_delivery(self._workspace, message)
        return None if delivery is None else await self.send_event(delivery)

    async def send_event(self, delivery: BotDelivery) -> Ack | None:
        """Send an event. None when the app has no scope for it, and so does not get it."""
        if not self._workspace.conditions.may_receive(*_event_kind(delivery)):
            return None
        return self.acks.apply_event(await self._send(delivery))

    async def redeliver(self, delivery: BotDelivery, retry: int) -> Ack:
        """Send the same payload with a new signature, as Slack does without a response in time."""
        headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": RETRY_REASON}
        ack = await self._transport.send(delivery, headers)
        return self._apply(delivery, ack)

    def _require_view(self, user: str, view_id: str) -> View:
        view = self._workspace.views.find(view_id)
        if view is None or view.user != user:
            raise TargetNotFoundError(f"{user} has no view {view_id} open")
        return view

    def _apply(self, delivery: BotDelivery, ack: Ack) -> Ack:
        if delivery.kind == "slash_commands":
            return self.acks.apply_command(delivery, ack)
        if delivery.kind == "events_api":
            return self.acks.apply_event(ack)
        view = self._workspace.views.find(delivery.payload.get("view", {}).get("id"))
        if delivery.payload["type"] == "view_submission" and view is not None:
            return self.acks.apply_submission(view, ack)
        return self.acks.apply_action(delivery, ack)

    async def _send(self, delivery: BotDelivery) -> Ack:
        self.deliveries.append(delivery)
        self._workspace.store.commit()
        ack = await self._transport.send(delivery, {})
        if self._faults.pop_repeat():
            await self._transport.send(replace(delivery), {"X-Slack-Retry-Num": "1"})
        return ack


def _event_kind(delivery: BotDelivery) -> tuple[str, str]:
    """The name of the event as apps subscribe to it, and the type of its channel, "" for none."""
    event = delivery.payload.get("event", delivery.payload)
    name, channel_type = str(event["type"]), str(event.get("channel_type", ""))
    return (f"message.{channel_type}" if name == "message" else name), channel_type


def _require_element(blocks: list[Json], action_id: str, block_id: str | None) -> BlockElement:
    element = find_element(blocks, action_id, block_id)
    if element is None:
        raise TargetNotFoundError(f"no element with the action id {action_id}")
    return element
