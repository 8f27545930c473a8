"""Files that the bot uploaded, or a person put into a form."""

import base64
import binascii
import mimetypes
from pathlib import PurePath
from urllib.parse import quote

from bot.sandbox.entities import Json, new_id, to_micros
from bot.sandbox.workspace import SandboxWorkspace


class InvalidFileError(ValueError):
    """The value is not a file with a name and its content in base64."""


def file_object(workspace: SandboxWorkspace, file_id: str, user: str, name: str, size: int) -> Json:
    """The file as Slack's API and payloads show it. The bot fetches it from `url_private_download`."""
    link = f"{workspace.settings.base_url}/sandbox/files/{file_id}/{quote(name, safe='')}"
    return {
        "id": file_id,
        "created": to_micros(workspace.clock.now()) // 1_000_000,
        "name": name,
        "title": name,
        "mimetype": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "filetype": PurePath(name).suffix.removeprefix(".").lower(),
        "size": size,
        "user": user,
        "mode": "hosted",
        "url_private": link,
        "url_private_download": link,
        "permalink": link,
    }


def store_form_file(workspace: SandboxWorkspace, user: str, file: Json) -> Json:
    """Store a file from a form. file: {name, content}, the content in base64; else InvalidFileError."""
    try:
        name, content = str(file["name"]), base64.b64decode(file["content"], validate=True)
    except (KeyError, TypeError, binascii.Error):
        raise InvalidFileError("a file needs a name and its content in base64") from None
    return store_file(workspace, user, name, content)


def store_file(workspace: SandboxWorkspace, user: str, name: str, content: bytes) -> Json:
    """Store a file; returns Slack's file object for it."""
    file_id = new_id("F")
    workspace.store.put_file(file_id, content)
    workspace.store.commit()
    return file_object(workspace, file_id, user, name, len(content))


def store_form_files(workspace: SandboxWorkspace, user: str, values: Json) -> Json:
    """A form's values with each uploaded content stored and replaced by its file object."""
    stored: Json = {}
    for block_id, block in values.items():
        stored[block_id] = block
        if isinstance(block, dict):
            stored[block_id] = {name: _store_field_files(workspace, user, one) for name, one in block.items()}
    return stored


def _is_stored(file: object) -> bool:
    return isinstance(file, dict) and "content" not in file and "id" in file


def _store_field_files(workspace: SandboxWorkspace, user: str, value: object) -> object:
    if not isinstance(value, dict) or value.get("type") != "file_input":
        return value
    files = value.get("files")
    if not isinstance(files, list):
        raise InvalidFileError("a file field holds a list of files")
    return value | {
        "files": [one if _is_stored(one) else store_form_file(workspace, user, one) for one in files]
    }
