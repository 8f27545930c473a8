"""The page's endpoints for what a person does: post, press, submit."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.sandbox.acks import CONNECTION_ERROR_TEXT
from bot.sandbox.deliveries import Ack
from bot.sandbox.entities import Json, SandboxChannel
from bot.sandbox.files import InvalidFileError, store_form_files
from bot.sandbox.markup import to_command_markup, to_message_markup
from bot.sandbox.page_api.local_only import MAX_FORM_BYTES, PageError, read_json
from bot.sandbox.page_api.state import PagePresenter
from bot.sandbox.user_actions import TargetNotFoundError, UserActions
from bot.sandbox.views import UnknownFieldError
from bot.sandbox.workspace import SandboxWorkspace


def require_text(body: Json, name: str) -> str:
    """The string of that name. PageError without one."""
    value: Any = body.get(name)
    if not isinstance(value, str):
        raise PageError(f"The request lacks {name}.")
    return value


def require_number(body: Json, name: str, default: int, maximum: int) -> int:
    """The whole number of that name, from 1 to `maximum`. PageError for anything else."""
    value: Any = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= maximum:
        raise PageError(f"{name.capitalize()} must be a whole number from 1 to {maximum}.")
    return value


def form_values_of(body: Json) -> Json:
    values = body.get("values") or {}
    if not isinstance(values, dict):
        raise PageError("The form could not be read.")
    return values


def require_writable_channel(presenter: PagePresenter, channel_id: str) -> SandboxChannel:
    """A channel of the person's that is not archived; else PageError."""
    channel = presenter.channel(channel_id)
    if channel.is_archived:
        raise PageError("This channel is archived. Nobody can write in it any more.", 409)
    return channel


_SELECTION_KEYS = (
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
class ActionEndpoints:
    """The POST endpoints. Request and response are JSON objects; the user is in `user`."""

    workspace: SandboxWorkspace
    user_actions: UserActions

    async def post_message(self, request: web.Request) -> web.Response:
        """Post a message, or run the command when the text starts with "/"."""
        body = await read_json(request)
        presenter = self._presenter(body)
        channel = require_writable_channel(presenter, require_text(body, "channel")).id
        text = require_text(body, "text").strip()
        if not text:
            raise PageError("Type something to send.")
        user = presenter.user.id
        if text.startswith("/"):
            return ack_response(await self._run_command(user, channel, text))
        thread = require_text(body, "thread_ts") if body.get("thread_ts") else None
        marked = to_message_markup(self.workspace, text)
        return ack_response(await self.user_actions.post_message(user, channel, marked, thread))

    async def edit_message(self, request: web.Request) -> web.Response:
        """Change the words of a message (`channel`, `ts`) that the person wrote."""
        body = await read_json(request)
        presenter = self._presenter(body)
        channel = require_writable_channel(presenter, require_text(body, "channel")).id
        text = to_message_markup(self.workspace, require_text(body, "text").strip())
        if not text:
            raise PageError("Type the message again. Only other words can take its place.")
        message = (presenter.user.id, channel, require_text(body, "ts"))
        try:
            return ack_response(await self.user_actions.edit_message(*message, text))
        except TargetNotFoundError:
            raise PageError("You can change your own messages only.", 409) from None

    async def _run_command(self, user: str, channel: str, text: str) -> Ack | None:
        name, rest = [*text.split(maxsplit=1), ""][:2]
        command = self.workspace.settings.command
        if name.casefold() != command:
            text = f"{name} is not a command here. Try {command} help"
            self.workspace.post_as_slackbot(channel, user, text)
            return None
        return await self.user_actions.slash(user, channel, to_command_markup(self.workspace, rest), command)

    async def press(self, request: web.Request) -> web.Response:
        """Press an element of a message (`channel`, `ts`) or a view (`view_id`, and `values` of its
        fields).
        """
        body = await read_json(request)
        user = self._presenter(body).user.id
        selection = next((body[name] for name in _SELECTION_KEYS if body.get(name) is not None), None)
        action_id, block_id = require_text(body, "action_id"), body.get("block_id")
        try:
            if body.get("view_id"):
                view = (user, require_text(body, "view_id"))
                ack = await self.user_actions.press_in_view(
                    *view, action_id, selection, block_id, form_values_of(body)
                )
            else:
                message = (require_text(body, "channel"), require_text(body, "ts"))
                ack = await self.user_actions.press(user, *message, action_id, selection, block_id)
        except (TargetNotFoundError, UnknownFieldError):
            raise PageError("That is no longer there. The page shows what is there now.", 409) from None
        return ack_response(ack)

    async def use_shortcut(self, request: web.Request) -> web.Response:
        """Choose the shortcut `callback_id` of a message (`channel`, `ts`)."""
        body = await read_json(request)
        message = (require_text(body, "channel"), require_text(body, "ts"))
        user, callback_id = self._presenter(body).user.id, require_text(body, "callback_id")
        try:
            return ack_response(await self.user_actions.use_shortcut(user, *message, callback_id))
        except TargetNotFoundError:
            raise PageError("That message is no longer there.", 409) from None

    async def submit(self, request: web.Request) -> web.Response:
        body = await read_json(request, MAX_FORM_BYTES)
        user, view_id = self._presenter(body).user.id, require_text(body, "view_id")
        try:
            values = store_form_files(self.workspace, user, form_values_of(body))
            ack = await self.user_actions.submit(user, view_id, values, client_validation=True)
        except TargetNotFoundError:
            raise PageError("That form is closed.", 409) from None
        except InvalidFileError:
            raise PageError("A file in the form could not be read. Choose it again.") from None
        except UnknownFieldError:
            raise PageError("The form has changed. Look at it again.", 409) from None
        return web.json_response(self._after_submission(user, ack))

    def _after_submission(self, user: str, ack: Ack) -> Json:
        view = self.workspace.views.top(user)
        payload = self.workspace.view_payload(view) | {"errors": view.errors} if view else None
        errors = view.errors if view else {}
        answer: Json = {"ok": not ack.failure and not errors, "errors": errors, "view": payload}
        return answer | ({"error": CONNECTION_ERROR_TEXT} if ack.failure else {})

    async def close_view(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        try:
            await self.user_actions.close_view(self._presenter(body).user.id, require_text(body, "view_id"))
        except TargetNotFoundError:
            return ack_response(None)
        return ack_response(None)

    async def open_home(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        return ack_response(await self.user_actions.open_home(self._presenter(body).user.id))

    def _presenter(self, body: Json) -> PagePresenter:
        return PagePresenter(self.workspace, require_text(body, "user"))


def ack_response(ack: Ack | None) -> web.Response:
    failure = ack.failure if ack else ""
    return web.json_response({"ok": not failure, "failure": failure})
