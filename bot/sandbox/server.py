"""The sandbox itself: a local workspace that speaks to the bot as Slack does."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from bot.clock import Clock
from bot.sandbox import upload_routes
from bot.sandbox.acks import Failure
from bot.sandbox.config import SandboxSettings
from bot.sandbox.deliveries import Ack, Delivery, Transport, sign
from bot.sandbox.entities import Json, Message, View
from bot.sandbox.faults import Faults
from bot.sandbox.http_transport import HttpTransport
from bot.sandbox.page_api.page import add_page_routes
from bot.sandbox.page_api.routes import Behind
from bot.sandbox.page_api.routes import add_routes as add_json_routes
from bot.sandbox.page_feed import Sparingly
from bot.sandbox.responses import Responses
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.time_travel import TimeTravel
from bot.sandbox.traffic import Wire
from bot.sandbox.user_actions import People
from bot.sandbox.web_api.dispatch import WebApi
from bot.sandbox.workspace import Workspace


class Sandbox:
    """A workspace with its Web API, its way to the bot, and the acts of the people in it.

    `failures` lists what the bot answered that Slack would not have shown: empty in a good run.
    """

    def __init__(self, settings: SandboxSettings, clock: Clock, time: TimeTravel | None = None) -> None:
        self.settings = settings = replace(settings)
        self.time = time
        self.workspace = Workspace(settings, clock)
        self.faults = Faults()
        self.wire = Wire((settings.bot_token, settings.signing_secret, settings.app_token))
        self.sockets = SocketMode(settings, self.wire)
        self._http = HttpTransport(settings, self.wire)
        transport: Transport = self.sockets if settings.socket_mode else self._http
        self.people = People(self.workspace, transport, self.faults)
        feed = self.workspace.feed
        self.faults.changed = lambda: feed.tell({"type": "faults"})
        self.wire.told = Sparingly(lambda latest: feed.tell({"type": "wire", "latest": latest})).tell

    @property
    def failures(self) -> list[Failure]:
        return self.people.acks.failures

    @property
    def last_delivery(self) -> Delivery:
        return self.people.deliveries[-1]

    def add_routes(self, app: web.Application) -> None:
        api = WebApi(self.workspace, self.faults, self.wire, self.sockets)
        app.router.add_route("*", "/sandbox/api/{method}", api.handle)
        responses = Responses(self.workspace, self.people.acks, self.wire)
        app.router.add_post("/sandbox/response/{key}", responses.handle)
        app.router.add_get("/sandbox/socket/{ticket}", self.sockets.handle)
        upload_routes.add_routes(app, self.workspace, self.wire, self.faults)
        app.on_shutdown.append(self._hang_up)
        if self.time is not None:
            behind = Behind(self.workspace, self.people, self.time, self.wire, self.faults)
            add_json_routes(app, behind)
            add_page_routes(app)

    async def _hang_up(self, _: web.Application) -> None:
        """End what would keep the application from stopping: open websockets and pages that listen."""
        self.workspace.feed.close()
        await self.sockets.close()

    def reached_at(self, base_url: str, events_url: str | None = None) -> None:
        """Say where this server is reached, and where the bot takes its requests, once ports are known."""
        self.settings.base_url = base_url
        self.settings.events_url = events_url or self.settings.events_url

    async def start(self) -> None:
        """Nothing to wait for: the routes answer as soon as the application runs."""

    async def close(self) -> None:
        await self.sockets.close()
        await self._http.close()
        self.workspace.close()

    async def slash(self, user_id: str, channel_id: str, text: str, command: str | None = None) -> Ack:
        return await self.people.slash(user_id, channel_id, text, command or self.settings.command)

    async def press(
        self,
        user_id: str,
        channel_id: str,
        message_ts: str,
        action_id: str,
        value: Any = None,
        option: Any = None,
        block_id: str | None = None,
    ) -> Ack:
        """Press a button, or choose from a menu, picker or boxes in a message.

        value or option: what was chosen (an option's value, a date, a list of them); nothing for a button.
        NotThereError when the person sees no such message, or it has no such element.
        """
        given = value if option is None else option
        return await self.people.press(user_id, channel_id, message_ts, action_id, given, block_id)

    async def press_in_view(
        self,
        user_id: str,
        view_id: str,
        action_id: str,
        value: Any = None,
        block_id: str | None = None,
        typed: Json | None = None,
    ) -> Ack:
        """Do the same in a modal or on the Home tab; `typed` is what the form's fields hold by then."""
        return await self.people.press_in_view(user_id, view_id, action_id, value, block_id, typed or {})

    async def submit(
        self, user_id: str, view_id: str, state_values: Json, *, as_slack_checks: bool = True
    ) -> Ack:
        """Send a form. state_values: `{block_id: value}`, or Slack's `{block_id: {action_id: …}}`.

        Fields left out keep what they had. As in Slack, a required field left empty is asked for at once
        and the bot hears nothing (`delivered` is False); `as_slack_checks=False` sends it all the same.
        """
        return await self.people.submit(user_id, view_id, state_values, as_slack_checks=as_slack_checks)

    async def close_view(self, user_id: str, view_id: str) -> Ack | None:
        return await self.people.close_view(user_id, view_id)

    async def open_home(self, user_id: str) -> Ack:
        return await self.people.open_home(user_id)

    async def post_message(
        self, user_id: str, channel_id: str, text: str, thread_ts: str | None = None
    ) -> Ack | None:
        """Say something. The bot hears its direct messages and mentions of it; else None comes back."""
        return await self.people.say(user_id, channel_id, text, thread_ts)

    async def deliver_again(self, delivery: Delivery | None = None, retry: int = 1) -> Ack:
        """Send the last delivery (or this one) once more: same ids, fresh signature, retry headers."""
        return await self.people.again(delivery or self.last_delivery, retry)

    async def replay(self, delivery: Delivery | None = None) -> Ack:
        """Over HTTP, the very same bytes and headers as before. The answer is not applied."""
        again = delivery or self.last_delivery
        return await self._http.send_raw(again.body, again.headers, again)

    async def send_raw(self, body: bytes, headers: dict[str, str]) -> Ack:
        """Over HTTP, any bytes with any headers. The answer is not applied."""
        return await self._http.send_raw(body, headers)

    def sign(self, body: str | bytes, timestamp: int | None = None) -> dict[str, str]:
        return sign(self.settings.signing_secret, body, timestamp)

    def open_view(self, user_id: str) -> View | None:
        """Find the modal on top, if the person has one open."""
        return self.workspace.shelf.top(user_id)

    def home(self, user_id: str) -> View | None:
        return self.workspace.shelf.homes.get(user_id)

    def dm(self, user_id: str) -> str:
        """Find the id of the bot's direct message with this person."""
        return self.workspace.directory.im_with(user_id).id

    def seen_by(self, user_id: str, channel_id: str) -> list[Message]:
        """List what the person sees in a conversation, oldest first, with replies and ephemeral messages."""
        return list(self.workspace.messages.of(channel_id, user_id))
