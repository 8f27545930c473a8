"""A call of a Web API method, with arguments from a form, a JSON body or the query."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.sandbox.entities import Json, SandboxChannel
from bot.sandbox.errors import RefusedError
from bot.sandbox.workspace import SandboxWorkspace

_FALSE_VALUES = ("", "0", "false", "False")


@dataclass
class ApiCall:
    """args: by name. Values from a form are strings; from a JSON body they may be anything."""

    workspace: SandboxWorkspace
    method: str
    args: Json

    def text(self, name: str, default: str = "") -> str:
        value = self.args.get(name)
        return default if value is None else str(value)

    def require_text(self, name: str, code: str = "invalid_arguments") -> str:
        """RefusedError with `code` when the argument is missing or empty."""
        if not self.text(name):
            raise RefusedError(code, [f"[ERROR] missing required field: {name}"])
        return self.text(name)

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.args.get(name)
        return default if value is None else str(value) not in _FALSE_VALUES

    def integer(self, name: str, default: int) -> int:
        try:
            return int(self.args.get(name) or default)
        except (TypeError, ValueError):
            raise RefusedError("invalid_arguments", [f"[ERROR] must provide an integer: {name}"]) from None

    def json(self, name: str, code: str = "invalid_arguments") -> Any:
        """The value, parsed if it is a string of JSON; None when it is not given. RefusedError with `code`
        when it is no JSON.
        """
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise RefusedError(code) from None

    def channel(self, name: str = "channel") -> SandboxChannel:
        """The channel, by id or #name. RefusedError `channel_not_found` unless the bot can see it."""
        channel = self.find_channel(name)
        if channel is None or (channel.is_private and not self.workspace.is_bot_member(channel)):
            raise RefusedError("channel_not_found")
        return channel

    def find_channel(self, name: str = "channel") -> SandboxChannel | None:
        """The channel, by id or #name, whether or not the bot can see it."""
        id_or_name = self.text(name)
        channels = self.workspace.channels
        return channels.get(id_or_name) or next(
            (one for one in channels.values() if one.name and one.name == id_or_name.removeprefix("#")), None
        )


async def read_args(request: web.Request) -> Json:
    """The arguments of query and body. RefusedError for a body that is neither a form nor a JSON object."""
    args: Json = dict(request.query)
    if not request.body_exists:
        return args
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise RefusedError("invalid_json") from None
        if not isinstance(body, dict):
            raise RefusedError("json_not_object")
        return args | body
    return args | dict(await request.post())
