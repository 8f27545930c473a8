"""files.*: an upload in three steps: get a url, send the bytes there, complete it with a channel."""

import secrets

from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.entities import Json, SandboxMessage, new_id
from bot.sandbox.errors import RefusedError
from bot.sandbox.files import file_object
from bot.sandbox.web_api.call import ApiCall

MAX_UPLOAD_BYTES = 50 * 1024 * 1024


def get_upload_url(call: ApiCall) -> Json:
    length = call.integer("length", 0)
    if length <= 0 or length > MAX_UPLOAD_BYTES:
        raise RefusedError("file_upload_size_restricted" if length else "invalid_arguments")
    base = call.workspace.settings.base_url
    key = secrets.token_urlsafe(24)
    upload = {
        "id": new_id("F"),
        "name": call.require_text("filename", "missing_filename"),
        "length": length,
        "alt_txt": call.text("alt_txt"),
    }
    call.workspace.pending_uploads[key] = upload
    return {"upload_url": f"{base}/sandbox/upload/{key}", "file_id": upload["id"]}


def complete_upload(call: ApiCall) -> Json:
    """Complete the uploads, which must all have arrived. With a channel, share them in one message."""
    uploads = call.json("files")
    if not isinstance(uploads, list) or not uploads or not all(isinstance(one, dict) for one in uploads):
        raise RefusedError("invalid_arguments", ["[ERROR] missing required field: files"])
    files = [_completed_file(call, one) for one in uploads]
    if call.text("channel_id") or call.text("channels"):
        _share_files(call, files)
    for file in files:
        call.workspace.completed_uploads[file["id"]] = file
    return {"files": files}


def info(call: ApiCall) -> Json:
    """A file with a completed upload, and where it is shared."""
    file_id = call.require_text("file", "file_not_found")
    workspace = call.workspace
    shared = [
        (message, file)
        for channel in workspace.channels.values()
        for message in workspace.messages.in_channel(channel.id)
        for file in message.files
        if file["id"] == file_id
    ]
    file = shared[0][1] if shared else workspace.completed_uploads.get(file_id)
    if file is None:
        raise RefusedError("file_not_found")
    return {"file": file | _file_shares(call, [message for message, _ in shared])}


def _file_shares(call: ApiCall, messages: list[SandboxMessage]) -> Json:
    """Where the file is shared, as Slack has it: by kind of channel, and by message."""
    shares: Json = {"channels": [], "groups": [], "ims": [], "shares": {"public": {}, "private": {}}}
    for message in messages:
        channel = call.workspace.channels[message.channel]
        shares["ims" if channel.is_im else "groups" if channel.is_private else "channels"].append(channel.id)
        kind = "private" if channel.is_im or channel.is_private else "public"
        shares["shares"][kind].setdefault(channel.id, []).append({"ts": message.ts})
    shares["shares"] = {kind: channels for kind, channels in shares["shares"].items() if channels}
    return shares


def _completed_file(call: ApiCall, requested: Json) -> Json:
    uploads = call.workspace.pending_uploads
    key = next((key for key, one in uploads.items() if one["id"] == requested.get("id")), None)
    if key is None or call.workspace.store.get_file(requested["id"]) is None:
        raise RefusedError("file_not_found")
    upload = uploads[key]
    payload = file_object(call.workspace, upload["id"], BOT_USER_ID, upload["name"], upload["length"])
    return payload | {"title": requested.get("title") or upload["name"], "alt_txt": upload["alt_txt"]}


def _share_files(call: ApiCall, files: list[Json]) -> None:
    name = "channel_id" if call.text("channel_id") else "channels"
    channel = call.channel(name)
    if not call.workspace.is_bot_member(channel):
        raise RefusedError("not_in_channel")
    if channel.is_archived:
        raise RefusedError("is_archived")
    thread = call.text("thread_ts") or None
    comment = call.text("initial_comment")
    call.workspace.post(SandboxMessage("", channel.id, BOT_USER_ID, comment, thread_ts=thread, files=files))
