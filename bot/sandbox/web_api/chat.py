"""chat.*: posting, changing and taking back messages."""

import re

from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.entities import Channel, Json, Message
from bot.sandbox.errors import RefusedError
from bot.sandbox.validation.surfaces import UPDATED_TEXT_CHARACTERS, check_message, check_metadata
from bot.sandbox.web_api.call import Call


def _conversation(call: Call) -> Channel:
    """Where to post: a channel, or a person, whose direct message is opened."""
    user = call.workspace.users.get(call.text("channel"))
    if user is None:
        return call.channel()
    if user.is_bot:
        raise RefusedError("cannot_dm_bot")
    if user.deleted:
        raise RefusedError("user_disabled")
    return call.workspace.directory.im_with(user.id)


def _may_post(call: Call) -> Channel:
    channel = _conversation(call)
    person = call.workspace.users.get(channel.im_user or "")
    if channel.is_archived or (person and person.deleted):
        raise RefusedError("is_archived")
    if not call.workspace.bot_is_in(channel):
        raise RefusedError("not_in_channel")
    return channel


def _draft(call: Call, channel: Channel) -> Message:
    """Draw up the message asked for. RefusedError when Slack would not take it."""
    blocks = call.json("blocks", "invalid_blocks_format")
    attachments = call.json("attachments", "invalid_attachments")
    metadata = call.json("metadata", "invalid_metadata_format")
    check_message(call.text("text"), blocks, attachments)
    check_metadata(metadata)
    return Message(
        "",
        channel.id,
        BOT_USER_ID,
        call.text("text"),
        blocks or [],
        attachments or [],
        metadata or None,
        thread_ts=_thread(call, channel),
        broadcast=call.flag("reply_broadcast"),
    )


def _thread(call: Call, channel: Channel) -> str | None:
    """Find the thread's own `ts`, also when asked with that of a reply in it."""
    ts = call.text("thread_ts")
    if not ts:
        return None
    parent = call.workspace.messages.find(channel.id, ts)
    if parent is None:
        raise RefusedError("thread_not_found")
    return parent.thread_ts or parent.ts


def _shown(call: Call, message: Message) -> Json:
    with_metadata = {"metadata": message.metadata} if message.metadata else {}
    return call.workspace.shown(message) | with_metadata


def post_message(call: Call) -> Json:
    channel = _may_post(call)
    message = call.workspace.post(_draft(call, channel))
    return {"channel": channel.id, "ts": message.ts, "message": _shown(call, message)}


def post_ephemeral(call: Call) -> Json:
    channel = _may_post(call)
    user = call.needed("user", "user_not_found")
    if user not in channel.members:
        raise RefusedError("user_not_in_channel" if user in call.workspace.users else "user_not_found")
    draft = _draft(call, channel)
    draft.only_for = user
    return {"message_ts": call.workspace.post(draft).ts}


def _own_message(call: Call, code: str) -> Message:
    channel = call.channel()
    message = call.workspace.messages.find(channel.id, call.text("ts"))
    if message is None:
        raise RefusedError("message_not_found")
    if not message.by_bot:
        raise RefusedError(code)
    return message


def update(call: Call) -> Json:
    """Change a message. Blocks, attachments and metadata that are not given stay; empty ones go."""
    message = _own_message(call, "cant_update_message")
    blocks = call.json("blocks", "invalid_blocks_format")
    attachments = call.json("attachments", "invalid_attachments")
    metadata = call.json("metadata", "invalid_metadata_format")
    check_message(call.text("text"), blocks, attachments, longest=UPDATED_TEXT_CHARACTERS)
    check_metadata(metadata)
    if metadata is not None:
        message.metadata = metadata or None
    text = call.text("text", message.text)
    call.workspace.revise(
        message,
        text,
        message.blocks if blocks is None else blocks,
        message.attachments if attachments is None else attachments,
    )
    shown = _shown(call, message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


def delete(call: Call) -> Json:
    message = _own_message(call, "cant_delete_message")
    call.workspace.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    channel = call.channel()
    ts = call.text("message_ts")
    if call.workspace.messages.find(channel.id, ts) is None:
        raise RefusedError("message_not_found")
    link = f"{call.workspace.settings.base_url}/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def add(call: Call) -> Json:
    channel = call.channel()
    message = call.workspace.messages.find(channel.id, call.text("timestamp"))
    if message is None:
        raise RefusedError("message_not_found")
    name = call.needed("name", "no_reaction").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?", name):
        raise RefusedError("invalid_name")
    people = message.reactions.setdefault(name, [])
    if BOT_USER_ID in people:
        raise RefusedError("already_reacted")
    people.append(BOT_USER_ID)
    call.workspace.messages.save(message)
    call.workspace.changed(message)
    return {}
