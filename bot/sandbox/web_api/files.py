"""files.*: an upload in three steps: ask for an address, send the bytes there, say where it belongs."""

import secrets

from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.entities import Json, Message, new_id
from bot.sandbox.errors import RefusedError
from bot.sandbox.files import shown_file
from bot.sandbox.web_api.call import Call

LARGEST = 50 * 1024 * 1024


def get_upload_url(call: Call) -> Json:
    length = call.number("length", 0)
    if length <= 0 or length > LARGEST:
        raise RefusedError("file_upload_size_restricted" if length else "invalid_arguments")
    base = call.workspace.settings.base_url
    key = secrets.token_urlsafe(24)
    upload = {
        "id": new_id("F"),
        "name": call.needed("filename", "missing_filename"),
        "length": length,
        "alt_txt": call.text("alt_txt"),
    }
    call.workspace.uploads[key] = upload
    return {"upload_url": f"{base}/sandbox/upload/{key}", "file_id": upload["id"]}


def complete_upload(call: Call) -> Json:
    """All the files at once: each must have arrived. With a channel, one message shows them."""
    asked = call.json("files")
    if not isinstance(asked, list) or not asked or not all(isinstance(one, dict) for one in asked):
        raise RefusedError("invalid_arguments", ["[ERROR] missing required field: files"])
    files = [_finished(call, one) for one in asked]
    if call.text("channel_id") or call.text("channels"):
        _share(call, files)
    for file in files:
        call.workspace.taken[file["id"]] = file
    return {"files": files}


def info(call: Call) -> Json:
    """A file that was taken, and where it is shown. Until its upload is completed there is no such file."""
    file_id = call.needed("file", "file_not_found")
    workspace = call.workspace
    shown_in = [
        (message, file)
        for channel in workspace.channels.values()
        for message in workspace.messages.of(channel.id)
        for file in message.files
        if file["id"] == file_id
    ]
    file = shown_in[0][1] if shown_in else workspace.taken.get(file_id)
    if file is None:
        raise RefusedError("file_not_found")
    return {"file": file | _places(call, [message for message, _ in shown_in])}


def _places(call: Call, messages: list[Message]) -> Json:
    """Where the file is shown, as Slack tells it: by kind of conversation, and message by message."""
    found: Json = {"channels": [], "groups": [], "ims": [], "shares": {"public": {}, "private": {}}}
    for message in messages:
        channel = call.workspace.channels[message.channel]
        found["ims" if channel.is_im else "groups" if channel.is_private else "channels"].append(channel.id)
        kind = "private" if channel.is_im or channel.is_private else "public"
        found["shares"][kind].setdefault(channel.id, []).append({"ts": message.ts})
    found["shares"] = {kind: places for kind, places in found["shares"].items() if places}
    return found


def _finished(call: Call, asked: Json) -> Json:
    uploads = call.workspace.uploads
    key = next((key for key, one in uploads.items() if one["id"] == asked.get("id")), None)
    if key is None or call.workspace.store.file(asked["id"]) is None:
        raise RefusedError("file_not_found")
    upload = uploads[key]
    shown = shown_file(call.workspace, upload["id"], BOT_USER_ID, upload["name"], upload["length"])
    return shown | {"title": asked.get("title") or upload["name"], "alt_txt": upload["alt_txt"]}


def _share(call: Call, files: list[Json]) -> None:
    name = "channel_id" if call.text("channel_id") else "channels"
    channel = call.channel(name)
    if not call.workspace.bot_is_in(channel):
        raise RefusedError("not_in_channel")
    thread = call.text("thread_ts") or None
    comment = call.text("initial_comment")
    call.workspace.post(Message("", channel.id, BOT_USER_ID, comment, thread_ts=thread, files=files))
