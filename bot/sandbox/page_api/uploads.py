"""The page's upload endpoint: a file for the bot's direct message or another conversation."""

import base64
import binascii
from dataclasses import dataclass
from pathlib import PurePath

from aiohttp import BodyPartReader, web

from bot.sandbox.entities import Json
from bot.sandbox.files import store_file
from bot.sandbox.markup import to_message_markup
from bot.sandbox.page_api.actions import require_text, require_writable_channel
from bot.sandbox.page_api.local_only import PageError, read_json
from bot.sandbox.page_api.state import PagePresenter
from bot.sandbox.user_actions import UserActions
from bot.sandbox.workspace import SandboxWorkspace

MAX_FILE_BYTES = 10 * 1024 * 1024
FILE_TOO_LARGE_TEXT = "The file is too large. It can have up to 10 MB."
_MAX_JSON_BYTES = MAX_FILE_BYTES * 4 // 3 + 64 * 1024
_MAX_FIELD_BYTES = 40_000
HTTP_CONTENT_TOO_LARGE = 413
_MAX_NAME_LENGTH = 200


@dataclass(frozen=True)
class UploadedFile:
    """fields: user, and channel and text if given."""

    fields: Json
    name: str
    content: bytes


@dataclass(frozen=True)
class UploadEndpoint:
    workspace: SandboxWorkspace
    user_actions: UserActions

    async def upload(self, request: web.Request) -> web.Response:
        """Share a file in a conversation. In the response, "heard" is false when the bot gets no event for
        it.
        """
        uploaded = await _parse_upload(request)
        presenter = PagePresenter(self.workspace, require_text(uploaded.fields, "user"))
        user = presenter.user.id
        channel_id = uploaded.fields.get("channel") or self.workspace.directory.open_im(user).id
        channel = require_writable_channel(presenter, str(channel_id))
        text = to_message_markup(self.workspace, str(uploaded.fields.get("text") or ""))
        file = store_file(self.workspace, user, uploaded.name, uploaded.content)
        message, ack = await self.user_actions.share_file(user, channel.id, text, file)
        failure = ack.failure if ack else ""
        answer = {"channel": channel.id, "ts": message.ts, "heard": ack is not None}
        return web.json_response({"ok": not failure, "failure": failure, **answer})


async def _parse_upload(request: web.Request) -> UploadedFile:
    if request.content_type == "multipart/form-data":
        uploaded = await _from_form(request)
    else:
        uploaded = _from_json(await _json_body(request))
    if not uploaded.content:
        raise PageError("This file is empty.")
    return uploaded


async def _json_body(request: web.Request) -> Json:
    try:
        return await read_json(request, _MAX_JSON_BYTES)
    except PageError as problem:
        raise PageError(
            FILE_TOO_LARGE_TEXT if problem.status == HTTP_CONTENT_TOO_LARGE else problem.sentence,
            problem.status,
        ) from None


def _from_json(body: Json) -> UploadedFile:
    try:
        content = base64.b64decode(require_text(body, "content"), validate=True)
    except (binascii.Error, ValueError):
        raise PageError("The file could not be read. Choose it again.") from None
    if len(content) > MAX_FILE_BYTES:
        raise PageError(FILE_TOO_LARGE_TEXT, HTTP_CONTENT_TOO_LARGE)
    return UploadedFile(body, _base_name(require_text(body, "name")), content)


async def _from_form(request: web.Request) -> UploadedFile:
    fields: Json = {}
    name, content = "", None
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.filename is None:
                fields[part.name or ""] = (await _read_part(part, _MAX_FIELD_BYTES)).decode(errors="replace")
            elif content is None:
                name, content = part.filename, await _read_part(part, MAX_FILE_BYTES)
    except ValueError:
        raise PageError("The request could not be read.") from None
    if content is None:
        raise PageError("The request holds no file.")
    return UploadedFile(fields, _base_name(name), content)


async def _read_part(part: BodyPartReader, max_bytes: int) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(64 * 1024):
        content += chunk
        if len(content) > max_bytes:
            raise PageError(FILE_TOO_LARGE_TEXT, HTTP_CONTENT_TOO_LARGE)
    return bytes(content)


def _base_name(name: str) -> str:
    """The file's name without folders. PageError without a name: its suffix is needed for its type."""
    bare = PurePath(name.replace("\\", "/")).name.strip()
    if not bare:
        raise PageError("The file has no name. Choose it again.")
    return bare[-_MAX_NAME_LENGTH:]
