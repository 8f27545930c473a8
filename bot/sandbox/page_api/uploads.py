"""A file dropped on the page: it goes to the bot's direct message, or where the person is."""

import base64
import binascii
from dataclasses import dataclass
from pathlib import PurePath

from aiohttp import BodyPartReader, web

from bot.sandbox.entities import Json
from bot.sandbox.files import keep_bytes
from bot.sandbox.page_api.actions import as_typed, open_channel, text_of
from bot.sandbox.page_api.local_only import PageError, read_json
from bot.sandbox.page_api.state import Picture
from bot.sandbox.user_actions import People
from bot.sandbox.workspace import Workspace

LARGEST = 10 * 1024 * 1024
LARGEST_WORDS = "The file is too large. It can have up to 10 MB."
_LARGEST_JSON = LARGEST * 4 // 3 + 64 * 1024
_LARGEST_FIELD = 40_000
TOO_LARGE = 413
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Dropped:
    """fields: user, channel and text, as far as they were given."""

    fields: Json
    name: str
    content: bytes


@dataclass(frozen=True)
class Dropping:
    workspace: Workspace
    people: People

    async def upload(self, request: web.Request) -> web.Response:
        """Share a file in a conversation. `heard` is false where the bot does not listen."""
        dropped = await _read(request)
        picture = Picture(self.workspace, text_of(dropped.fields, "user"))
        user = picture.user.id
        wanted = dropped.fields.get("channel") or self.workspace.directory.im_with(user).id
        channel = open_channel(picture, str(wanted))
        text = as_typed(self.workspace, str(dropped.fields.get("text") or ""))
        file = keep_bytes(self.workspace, user, dropped.name, dropped.content)
        message, ack = await self.people.share(user, channel.id, text, file)
        failure = ack.failure if ack else ""
        answer = {"channel": channel.id, "ts": message.ts, "heard": ack is not None}
        return web.json_response({"ok": not failure, "failure": failure, **answer})


async def _read(request: web.Request) -> Dropped:
    if request.content_type == "multipart/form-data":
        found = await _from_form(request)
    else:
        found = _from_json(await _json_body(request))
    if not found.content:
        raise PageError("This file is empty.")
    return found


async def _json_body(request: web.Request) -> Json:
    try:
        return await read_json(request, _LARGEST_JSON)
    except PageError as problem:
        raise PageError(
            LARGEST_WORDS if problem.status == TOO_LARGE else problem.sentence, problem.status
        ) from None


def _from_json(body: Json) -> Dropped:
    try:
        content = base64.b64decode(text_of(body, "content"), validate=True)
    except (binascii.Error, ValueError):
        raise PageError("The file could not be read. Choose it again.") from None
    if len(content) > LARGEST:
        raise PageError(LARGEST_WORDS, TOO_LARGE)
    return Dropped(body, _named(text_of(body, "name")), content)


async def _from_form(request: web.Request) -> Dropped:
    fields: Json = {}
    name, content = "", None
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.filename is None:
                fields[part.name or ""] = (await _at_most(part, _LARGEST_FIELD)).decode(errors="replace")
            elif content is None:
                name, content = part.filename, await _at_most(part, LARGEST)
    except ValueError:
        raise PageError("The request could not be read.") from None
    if content is None:
        raise PageError("The request holds no file.")
    return Dropped(fields, _named(name), content)


async def _at_most(part: BodyPartReader, largest: int) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(64 * 1024):
        content += chunk
        if len(content) > largest:
            raise PageError(LARGEST_WORDS, TOO_LARGE)
    return bytes(content)


def _named(name: str) -> str:
    """The file's name without any folders; a name there must be, as its ending tells what it is."""
    bare = PurePath(name.replace("\\", "/")).name.strip()
    if not bare:
        raise PageError("The file has no name. Choose it again.")
    return bare[-_LONGEST_NAME:]
