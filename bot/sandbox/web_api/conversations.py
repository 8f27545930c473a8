"""conversations.*: channels, direct messages and their history."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.entities import Json, SandboxChannel, SandboxMessage, from_ts
from bot.sandbox.errors import RefusedError
from bot.sandbox.web_api.call import ApiCall
from bot.sandbox.web_api.permissions import channel_type, requested_types

T = TypeVar("T")
MAX_PAGE_SIZE = 1000


def paginate(call: ApiCall, items: Sequence[T], default: int = 100) -> tuple[list[T], Json]:
    """One page of the items, and the `response_metadata` with the cursor of the next."""
    limit = call.integer("limit", default)
    if not 0 < limit <= MAX_PAGE_SIZE:
        raise RefusedError("invalid_limit")
    start = _decode_cursor(call.text("cursor"))
    more = start + limit < len(items)
    return list(items[start : start + limit]), {"next_cursor": _encode_cursor(start + limit) if more else ""}


def _encode_cursor(start: int) -> str:
    return base64.b64encode(f"next:{start}".encode()).decode()


def _decode_cursor(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).removeprefix(b"next:"))
    except (ValueError, binascii.Error):
        raise RefusedError("invalid_cursor") from None


# Later than any message.
MAX_TS_MICROSECONDS = 10**18


def channel_payload(call: ApiCall, channel: SandboxChannel) -> Json:
    common: Json = {
        "id": channel.id,
        "created": 0,
        "is_archived": channel.is_archived,
        "is_im": channel.is_im,
        "is_private": channel.is_private,
        "is_mpim": False,
        "context_team_id": call.workspace.settings.team_id,
    }
    if channel.is_im:
        person = call.workspace.users.get(channel.im_user or "")
        return common | {
            "user": channel.im_user,
            "is_open": True,
            "is_user_deleted": bool(person and person.deleted),
        }
    return common | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_member": call.workspace.is_bot_member(channel),
        "is_general": False,
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }


def _visible_channels(call: ApiCall) -> list[SandboxChannel]:
    """The channels of the requested types that the bot can see."""
    types = requested_types(call)
    if not types <= {"public_channel", "private_channel", "im", "mpim"}:
        raise RefusedError("invalid_types")
    return [
        channel
        for channel in call.workspace.channels.values()
        if channel_type(channel) in types
        and not (call.flag("exclude_archived") and channel.is_archived)
        and (not channel.is_private or call.workspace.is_bot_member(channel))
    ]


def list_(call: ApiCall) -> Json:
    page, cursor = paginate(call, _visible_channels(call))
    return {"channels": [channel_payload(call, one) for one in page], "response_metadata": cursor}


def users_conversations(call: ApiCall) -> Json:
    user = call.text("user", BOT_USER_ID)
    if user not in call.workspace.users:
        raise RefusedError("user_not_found")
    page, cursor = paginate(call, [one for one in _visible_channels(call) if user in one.members])
    return {"channels": [channel_payload(call, one) for one in page], "response_metadata": cursor}


def info(call: ApiCall) -> Json:
    return {"channel": channel_payload(call, call.channel())}


def open_(call: ApiCall) -> Json:
    """Open a direct message with one person. The sandbox has no group messages."""
    if call.text("channel"):
        return {"channel": {"id": call.channel().id}, "no_op": True, "already_open": True}
    users = call.args.get("users")
    ids = (
        [str(one) for one in users]
        if isinstance(users, list)
        else [one.strip() for one in call.text("users").split(",") if one]
    )
    if not ids:
        raise RefusedError("users_list_not_supplied")
    if len(ids) > 1:
        raise RefusedError("method_not_supported_for_channel_type")
    user = call.workspace.users.get(ids[0])
    if user is None:
        raise RefusedError("user_not_found")
    if user.is_bot:
        raise RefusedError("cannot_dm_bot")
    if user.deleted:
        raise RefusedError("user_disabled")
    channel = call.workspace.directory.open_im(user.id)
    return {"channel": channel_payload(call, channel) if call.flag("return_im") else {"id": channel.id}}


def join(call: ApiCall) -> Json:
    channel = call.channel()
    if channel.is_im or channel.is_private:
        raise RefusedError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise RefusedError("is_archived")
    if not call.workspace.is_bot_member(channel):
        channel.members.append(BOT_USER_ID)
        call.workspace.directory.save_channel(channel)
    return {"channel": channel_payload(call, channel)}


def members(call: ApiCall) -> Json:
    page, cursor = paginate(call, call.channel().members)
    return {"members": page, "response_metadata": cursor}


def _require_joined_channel(call: ApiCall) -> SandboxChannel:
    channel = call.channel()
    if not call.workspace.is_bot_member(channel):
        raise RefusedError("not_in_channel")
    return channel


def _in_range(call: ApiCall, messages: list[SandboxMessage]) -> list[SandboxMessage]:
    """Those between `oldest` and `latest`; at these moments themselves only with `inclusive`."""
    oldest, latest, edges = (
        _ts_argument(call, "oldest", 0),
        _ts_argument(call, "latest", MAX_TS_MICROSECONDS),
        call.flag("inclusive"),
    )
    return [
        one
        for one in messages
        if oldest < from_ts(one.ts) < latest or (edges and from_ts(one.ts) in (oldest, latest))
    ]


def _ts_argument(call: ApiCall, name: str, default: int) -> int:
    try:
        return from_ts(call.text(name)) if call.text(name) else default
    except ValueError:
        raise RefusedError(f"invalid_ts_{name}") from None


def _message_payload(call: ApiCall, message: SandboxMessage) -> Json:
    with_metadata = message.metadata and call.flag("include_all_metadata")
    payload = call.workspace.message_payload(message)
    return payload | ({"metadata": message.metadata} if with_metadata else {})


def _messages_response(call: ApiCall, messages: list[SandboxMessage]) -> Json:
    page, cursor = paginate(call, messages)
    more = bool(cursor["next_cursor"])
    answer: Json = {"messages": [_message_payload(call, one) for one in page], "has_more": more}
    return answer | ({"response_metadata": cursor} if more else {})


def history(call: ApiCall) -> Json:
    channel = _require_joined_channel(call)
    newest_first = _in_range(call, call.workspace.messages.top_level(channel.id))[::-1]
    return _messages_response(call, newest_first) | {"pin_count": 0}


def replies(call: ApiCall) -> Json:
    channel = _require_joined_channel(call)
    message = call.workspace.messages.find(channel.id, call.require_text("ts"))
    if message is None:
        raise RefusedError("thread_not_found")
    parent = message.thread_ts or message.ts
    thread = call.workspace.messages.thread(channel.id, parent)
    return _messages_response(call, [thread[0], *_in_range(call, thread[1:])])
