"""chat.*: posting, updating and deleting messages."""

import re

from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.entities import Json, SandboxChannel, SandboxMessage
from bot.sandbox.errors import RefusedError
from bot.sandbox.validation.surfaces import (
    MAX_TEXT_CHARACTERS,
    MAX_UPDATED_TEXT_CHARACTERS,
    check_message,
    check_metadata,
)
from bot.sandbox.web_api.call import ApiCall

_TS = re.compile(r"\d{1,12}\.\d{1,6}")


def _resolve_conversation(call: ApiCall) -> SandboxChannel:
    """The channel to post in; for a user id, their direct message, which is opened."""
    user = call.workspace.users.get(call.text("channel"))
    if user is None:
        return call.channel()
    if user.is_bot:
        raise RefusedError("cannot_dm_bot")
    if user.deleted:
        raise RefusedError("user_disabled")
    return call.workspace.directory.open_im(user.id)


def _require_postable_channel(call: ApiCall) -> SandboxChannel:
    channel = _resolve_conversation(call)
    person = call.workspace.users.get(channel.im_user or "")
    if channel.is_archived or (person and person.deleted):
        raise RefusedError("is_archived")
    if not call.workspace.is_bot_member(channel):
        raise RefusedError("not_in_channel")
    return channel


def _build_message(call: ApiCall, channel: SandboxChannel) -> SandboxMessage:
    """The message that was asked for, with its text cut. RefusedError when Slack would refuse it."""
    blocks = call.json("blocks", "invalid_blocks_format")
    attachments = call.json("attachments", "invalid_attachments")
    metadata = call.json("metadata", "invalid_metadata_format")
    text = call.text("text")[:MAX_TEXT_CHARACTERS]
    check_message(text, blocks, attachments)
    check_metadata(metadata)
    return SandboxMessage(
        "",
        channel.id,
        BOT_USER_ID,
        text,
        blocks or [],
        attachments or [],
        metadata or None,
        thread_ts=_resolve_thread_ts(call, channel),
        broadcast=call.flag("reply_broadcast"),
    )


def _resolve_thread_ts(call: ApiCall, channel: SandboxChannel) -> str | None:
    """The `ts` of the thread, also when given that of a reply in it. Slack takes one of no message too."""
    ts = call.text("thread_ts")
    if not ts:
        return None
    if not _TS.fullmatch(ts):
        raise RefusedError("invalid_thread_ts")
    parent = call.workspace.messages.find(channel.id, ts)
    return ts if parent is None else parent.thread_ts or parent.ts


def _message_payload(call: ApiCall, message: SandboxMessage) -> Json:
    with_metadata = {"metadata": message.metadata} if message.metadata else {}
    return call.workspace.message_payload(message) | with_metadata


def post_message(call: ApiCall) -> Json:
    channel = _require_postable_channel(call)
    message = call.workspace.post(_build_message(call, channel))
    return {"channel": channel.id, "ts": message.ts, "message": _message_payload(call, message)}


def post_ephemeral(call: ApiCall) -> Json:
    channel = _require_postable_channel(call)
    user = call.require_text("user", "user_not_found")
    if user not in channel.members:
        raise RefusedError("user_not_in_channel" if user in call.workspace.users else "user_not_found")
    draft = _build_message(call, channel)
    draft.only_for = user
    return {"message_ts": call.workspace.post(draft).ts}


def _require_bot_message(call: ApiCall, code: str) -> SandboxMessage:
    channel = call.channel()
    message = call.workspace.messages.find(channel.id, call.text("ts"))
    if message is None:
        raise RefusedError("message_not_found")
    if not message.by_bot:
        raise RefusedError(code)
    return message


def update(call: ApiCall) -> Json:
    """Update a message. Blocks, attachments and metadata that are not given stay; empty ones are removed."""
    message = _require_bot_message(call, "cant_update_message")
    if call.workspace.channels[message.channel].is_archived:
        raise RefusedError("is_inactive")
    blocks = call.json("blocks", "invalid_blocks_format")
    attachments = call.json("attachments", "invalid_attachments")
    metadata = call.json("metadata", "invalid_metadata_format")
    check_message(call.text("text"), blocks, attachments, max_characters=MAX_UPDATED_TEXT_CHARACTERS)
    check_metadata(metadata)
    if metadata is not None:
        message.metadata = metadata or None
    text = call.text("text", message.text)
    call.workspace.edit_message(
        message,
        text,
        message.blocks if blocks is None else blocks,
        message.attachments if attachments is None else attachments,
    )
    payload = _message_payload(call, message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": payload}


def delete(call: ApiCall) -> Json:
    message = _require_bot_message(call, "cant_delete_message")
    call.workspace.delete_message(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(call: ApiCall) -> Json:
    channel = call.channel()
    ts = call.text("message_ts")
    if call.workspace.messages.find(channel.id, ts) is None:
        raise RefusedError("message_not_found")
    link = f"{call.workspace.settings.base_url}/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def add_reaction(call: ApiCall) -> Json:
    channel = call.channel()
    message = call.workspace.messages.find(channel.id, call.text("timestamp"))
    if message is None:
        raise RefusedError("message_not_found")
    name = call.require_text("name", "no_reaction").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?", name):
        raise RefusedError("invalid_name")
    people = message.reactions.setdefault(name, [])
    if BOT_USER_ID in people:
        raise RefusedError("already_reacted")
    people.append(BOT_USER_ID)
    call.workspace.messages.save(message)
    call.workspace.publish_change(message)
    return {}
