"""The sandbox: a local workspace with the interfaces of Slack."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from bot.clock import Clock
from bot.sandbox import upload_routes
from bot.sandbox.acks import Failure
from bot.sandbox.condition_controls import ConditionControls
from bot.sandbox.config import SandboxSettings
from bot.sandbox.deliveries import Ack, BotDelivery, Transport, sign
from bot.sandbox.entities import Json, SandboxMessage, View
from bot.sandbox.faults import Faults
from bot.sandbox.http_transport import HttpTransport
from bot.sandbox.page_api.page import add_page_routes
from bot.sandbox.page_api.routes import PageContext
from bot.sandbox.page_api.routes import add_routes as add_json_routes
from bot.sandbox.page_feed import Throttle
from bot.sandbox.responses import ResponseUrlEndpoint
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.time_travel import TimeTravel
from bot.sandbox.traffic import TrafficLog
from bot.sandbox.user_actions import UserActions
from bot.sandbox.web_api.dispatch import WebApi
from bot.sandbox.workspace import SandboxWorkspace


class Sandbox:
    """A workspace with its Web API, the transport to the bot, and the actions of its users.

    faults: what goes wrong with the next calls. conditions: what is wrong until it is put right.
    time: None for a sandbox without a page. failures: answers of the bot that failed or that Slack would
    refuse.
    """

    def __init__(self, settings: SandboxSettings, clock: Clock, time: TimeTravel | None = None) -> None:
        self.settings = settings = replace(settings)
        self.time = time
        self.workspace = SandboxWorkspace(settings, clock)
        self.faults = Faults()
        self.traffic = TrafficLog((settings.bot_token, settings.signing_secret, settings.app_token))
        self.sockets = SocketMode(settings, self.traffic)
        self._http = HttpTransport(settings, self.traffic)
        transport: Transport = self.sockets if settings.socket_mode else self._http
        self.user_actions = UserActions(self.workspace, transport, self.faults)
        self.conditions = ConditionControls(self.workspace, self.user_actions)
        feed = self.workspace.feed
        self.faults.on_change = lambda: feed.publish({"type": "faults"})
        self.workspace.conditions.on_change = self.faults.on_change
        self.traffic.on_record = Throttle(
            lambda latest: feed.publish({"type": "wire", "latest": latest})
        ).push

    @property
    def failures(self) -> list[Failure]:
        return self.user_actions.acks.failures

    @property
    def last_delivery(self) -> BotDelivery:
        return self.user_actions.deliveries[-1]

    def add_routes(self, app: web.Application) -> None:
        api = WebApi(self.workspace, self.faults, self.traffic, self.sockets)
        app.router.add_route("*", "/sandbox/api/{method}", api.handle)
        responses = ResponseUrlEndpoint(self.workspace, self.user_actions.acks, self.traffic)
        app.router.add_post("/sandbox/response/{key}", responses.handle)
        app.router.add_get("/sandbox/socket/{ticket}", self.sockets.handle)
        upload_routes.add_routes(app, self.workspace, self.traffic, self.faults)
        app.on_shutdown.append(self._close_connections)
        if self.time is not None:
            context = PageContext(
                self.workspace,
                self.user_actions,
                self.time,
                self.traffic,
                self.faults,
                self.conditions,
            )
            add_json_routes(app, context)
            add_page_routes(app)

    async def _close_connections(self, _: web.Application) -> None:
        """Close websockets and the pages' event streams, which would keep the application from stopping."""
        self.workspace.feed.close()
        await self.sockets.close()

    def set_addresses(self, base_url: str, events_url: str | None = None) -> None:
        """Set where this server is reached, and where the bot takes its requests, once ports are known."""
        self.settings.base_url = base_url
        self.settings.events_url = events_url or self.settings.events_url

    async def start(self) -> None:
        """Nothing to do: the routes answer as soon as the application runs."""

    async def close(self) -> None:
        await self.sockets.close()
        await self._http.close()
        self.workspace.close()

    async def slash(self, user_id: str, channel_id: str, text: str, command: str | None = None) -> Ack:
        return await self.user_actions.slash(user_id, channel_id, text, command or self.settings.command)

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

        value or option: what was chosen (an option's value, a date, a list of them); None for a button.
        TargetNotFoundError when the person sees no such message, or it has no such element.
        """
        selection = value if option is None else option
        return await self.user_actions.press(user_id, channel_id, message_ts, action_id, selection, block_id)

    async def use_shortcut(self, user_id: str, channel_id: str, message_ts: str, callback_id: str) -> Ack:
        return await self.user_actions.use_shortcut(user_id, channel_id, message_ts, callback_id)

    async def press_in_view(
        self,
        user_id: str,
        view_id: str,
        action_id: str,
        value: Any = None,
        block_id: str | None = None,
        form_values: Json | None = None,
    ) -> Ack:
        """The same in a modal or on the Home tab. form_values: what the form's fields hold by then."""
        return await self.user_actions.press_in_view(
            user_id, view_id, action_id, value, block_id, form_values or {}
        )

    async def submit(
        self, user_id: str, view_id: str, form_values: Json, *, client_validation: bool = True
    ) -> Ack:
        """Send a form. form_values: `{block_id: value}`, or Slack's `{block_id: {action_id: …}}`.

        Fields left out keep their values. As in Slack, an empty required field is an error at once and
        nothing is sent to the bot (`delivered` is False); client_validation=False sends it all the same.
        """
        return await self.user_actions.submit(
            user_id, view_id, form_values, client_validation=client_validation
        )

    async def close_view(self, user_id: str, view_id: str) -> Ack | None:
        return await self.user_actions.close_view(user_id, view_id)

    async def open_home(self, user_id: str) -> Ack:
        return await self.user_actions.open_home(user_id)

    async def post_message(
        self, user_id: str, channel_id: str, text: str, thread_ts: str | None = None
    ) -> Ack | None:
        """Post as a person. None when the bot gets no event, that is outside its direct messages and
        mentions.
        """
        return await self.user_actions.post_message(user_id, channel_id, text, thread_ts)

    async def edit_message(self, user_id: str, channel_id: str, ts: str, text: str) -> Ack | None:
        """Change the words of the person's own message. None when the bot gets no event for it."""
        return await self.user_actions.edit_message(user_id, channel_id, ts, text)

    async def redeliver(self, delivery: BotDelivery | None = None, retry: int = 1) -> Ack:
        """Send the last delivery (or this one) again: same ids, new signature, retry headers."""
        return await self.user_actions.redeliver(delivery or self.last_delivery, retry)

    async def replay(self, delivery: BotDelivery | None = None) -> Ack:
        """Over HTTP, with the same bytes and headers as before. The answer is not applied."""
        again = delivery or self.last_delivery
        return await self._http.send_raw(again.body, again.headers, again)

    async def send_raw(self, body: bytes, headers: dict[str, str]) -> Ack:
        """Over HTTP, any bytes with any headers. The answer is not applied."""
        return await self._http.send_raw(body, headers)

    def sign(self, body: str | bytes, timestamp: int | None = None) -> dict[str, str]:
        return sign(self.settings.signing_secret, body, timestamp)

    def current_modal(self, user_id: str) -> View | None:
        """The modal on top; None when none is open."""
        return self.workspace.views.top(user_id)

    def home_view(self, user_id: str) -> View | None:
        return self.workspace.views.homes.get(user_id)

    def dm_id(self, user_id: str) -> str:
        """The id of the bot's direct message with this person, which is opened if need be."""
        return self.workspace.directory.open_im(user_id).id

    def visible_messages(self, user_id: str, channel_id: str) -> list[SandboxMessage]:
        """What the person sees in a conversation, oldest first, with replies and ephemeral messages."""
        return list(self.workspace.messages.in_channel(channel_id, user_id))
