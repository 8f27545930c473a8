"""What the page asks for on a person's behalf: say, press, fill in."""

import re
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.sandbox.acks import TROUBLE
from bot.sandbox.deliveries import Ack
from bot.sandbox.entities import Channel, Json
from bot.sandbox.files import NotAFileError, keep_all
from bot.sandbox.page_api.local_only import LARGEST_FORM, PageError, read_json
from bot.sandbox.page_api.state import Picture
from bot.sandbox.user_actions import NotThereError, People
from bot.sandbox.views import NotOnFormError
from bot.sandbox.workspace import Workspace


def text_of(body: Json, name: str) -> str:
    value: Any = body.get(name)
    if not isinstance(value, str):
        raise PageError(f"The request lacks {name}.")
    return value


def number_of(body: Json, name: str, default: int, most: int) -> int:
    """A whole number from 1 to `most`."""
    value: Any = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise PageError(f"{name.capitalize()} must be a whole number from 1 to {most}.")
    return value


def values_of(body: Json) -> Json:
    values = body.get("values") or {}
    if not isinstance(values, dict):
        raise PageError("The form could not be read.")
    return values


def open_channel(picture: Picture, channel_id: str) -> Channel:
    """A conversation of the person's that can be written in."""
    channel = picture.channel(channel_id)
    if channel.is_archived:
        raise PageError("This channel is archived. Nobody can write in it any more.", 409)
    return channel


_NAMED = re.compile(r"(?<![\w<])([@#])([\w][\w.-]*[\w]|[\w])")


def as_typed(workspace: Workspace, text: str) -> str:
    """Names that nobody and no channel has stay as they are."""
    people = {user.name.casefold(): user for user in workspace.users.values()}
    channels = {channel.name.casefold(): channel for channel in workspace.channels.values() if channel.name}

    def linked(found: re.Match[str]) -> str:
        name = found[2].casefold()
        if found[1] == "@" and name in people:
            return f"<@{people[name].id}|{people[name].name}>"
        if found[1] == "#" and name in channels:
            return f"<#{channels[name].id}|{channels[name].name}>"
        return found[0]

    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _NAMED.sub(linked, escaped)


_CHOSEN = (
    "selected_option",
    "selected_options",
    "selected_date",
    "selected_time",
    "selected_date_time",
    "selected_user",
    "selected_users",
    "selected_channel",
    "selected_channels",
    "selected_conversation",
    "selected_conversations",
    "rich_text_value",
    "value",
)


@dataclass(frozen=True)
class Acting:
    """The POST endpoints. Each takes and answers a JSON object."""

    workspace: Workspace
    people: People

    async def say(self, request: web.Request) -> web.Response:
        """Send a message, or the command that a line starting with "/" is."""
        body = await read_json(request)
        picture = self._picture(body)
        channel = open_channel(picture, text_of(body, "channel")).id
        text = text_of(body, "text").strip()
        if not text:
            raise PageError("Type something to send.")
        user = picture.user.id
        if text.startswith("/"):
            return told(await self._command(user, channel, text))
        thread = text_of(body, "thread_ts") if body.get("thread_ts") else None
        return told(await self.people.say(user, channel, as_typed(self.workspace, text), thread))

    async def _command(self, user: str, channel: str, text: str) -> Ack | None:
        name, rest = [*text.split(maxsplit=1), ""][:2]
        known = self.workspace.settings.command
        if name.casefold() != known:
            sentence = f"{name} is not a command here. Try {known} help"
            self.workspace.slackbot_says(channel, user, sentence)
            return None
        return await self.people.slash(user, channel, as_typed(self.workspace, rest), known)

    async def press(self, request: web.Request) -> web.Response:
        """Press something in a message (`channel`, `ts`) or a view (`view_id`, `values` typed so far)."""
        body = await read_json(request)
        user = self._picture(body).user.id
        given = next((body[name] for name in _CHOSEN if body.get(name) is not None), None)
        action_id, block_id = text_of(body, "action_id"), body.get("block_id")
        try:
            if body.get("view_id"):
                view = (user, text_of(body, "view_id"))
                ack = await self.people.press_in_view(*view, action_id, given, block_id, values_of(body))
            else:
                where = (text_of(body, "channel"), text_of(body, "ts"))
                ack = await self.people.press(user, *where, action_id, given, block_id)
        except (NotThereError, NotOnFormError):
            raise PageError("That is no longer there. The page shows what is there now.", 409) from None
        return told(ack)

    async def submit(self, request: web.Request) -> web.Response:
        body = await read_json(request, LARGEST_FORM)
        user, view_id = self._picture(body).user.id, text_of(body, "view_id")
        try:
            values = keep_all(self.workspace, user, values_of(body))
            ack = await self.people.submit(user, view_id, values, as_slack_checks=True)
        except NotThereError:
            raise PageError("That form is closed.", 409) from None
        except NotAFileError:
            raise PageError("A file in the form could not be read. Choose it again.") from None
        except NotOnFormError:
            raise PageError("The form has changed. Look at it again.", 409) from None
        return web.json_response(self._after_submission(user, ack))

    def _after_submission(self, user: str, ack: Ack) -> Json:
        view = self.workspace.shelf.top(user)
        shown = self.workspace.shown_view(view) | {"errors": view.errors} if view else None
        errors = view.errors if view else {}
        answer: Json = {"ok": not ack.failure and not errors, "errors": errors, "view": shown}
        return answer | ({"error": TROUBLE} if ack.failure else {})

    async def close_view(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        try:
            await self.people.close_view(self._picture(body).user.id, text_of(body, "view_id"))
        except NotThereError:
            return told(None)
        return told(None)

    async def open_home(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        return told(await self.people.open_home(self._picture(body).user.id))

    def _picture(self, body: Json) -> Picture:
        return Picture(self.workspace, text_of(body, "user"))


def told(ack: Ack | None) -> web.Response:
    failure = ack.failure if ack else ""
    return web.json_response({"ok": not failure, "failure": failure})
