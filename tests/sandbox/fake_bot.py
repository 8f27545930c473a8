"""A small real Bolt app for the sandbox to talk to."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.scopes import EVENT_SCOPES
from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import APP_TOKEN, SECRET, client_of, serving

_ANY = re.compile(".*")


@dataclass
class FakeBot:
    """answers: what `ack` is called with, by command, action id or callback id. received: the bodies of
    requests, in order. views: by action id, what a press opens.
    """

    client: AsyncWebClient
    answers: dict[str, Any] = field(default_factory=dict)
    received: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    wait_seconds: float = 0
    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    def app(self) -> AsyncApp:
        app = AsyncApp(signing_secret=SECRET, client=self.client, process_before_response=True)

        async def acknowledge(ack: Any, body: dict[str, Any], name: str) -> None:
            self.received.append(body)
            await asyncio.sleep(self.wait_seconds)
            answer = self.answers.get(name)
            await (ack(**answer) if isinstance(answer, dict) else ack(answer) if answer else ack())

        async def command(ack: Any, body: dict[str, Any]) -> None:
            await acknowledge(ack, body, body["command"])

        async def action(ack: Any, body: dict[str, Any]) -> None:
            name = body["actions"][0]["action_id"]
            await acknowledge(ack, body, name)
            if name in self.views:
                await self.client.views_open(trigger_id=body["trigger_id"], view=self.views[name])
                self.opened.set()

        async def view(ack: Any, body: dict[str, Any]) -> None:
            await acknowledge(ack, body, body["view"]["callback_id"])

        async def event(body: dict[str, Any]) -> None:
            self.received.append(body)

        app.command("/cip")(command)
        app.action({"action_id": _ANY})(action)
        app.view(_ANY)(view)
        app.view_closed(_ANY)(view)
        for kind in (*(each for each in EVENT_SCOPES if not each.startswith("message.")), "message"):
            app.event(kind)(event)
        return app


@asynccontextmanager
async def over_http(sandbox: Sandbox) -> AsyncIterator[FakeBot]:
    """The app behind `/slack/events`, where the sandbox will send its requests."""
    bot = FakeBot(client_of(sandbox))
    app = bot.app()

    async def handle(request: web.Request) -> web.Response:
        bot.headers.append(dict(request.headers))
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    def add_route(application: web.Application) -> None:
        application.router.add_post("/slack/events", handle)

    async with serving(add_route) as address:
        sandbox.settings.events_url = f"{address}/slack/events"
        yield bot


@asynccontextmanager
async def over_socket(sandbox: Sandbox) -> AsyncIterator[FakeBot]:
    """The app connected through Socket Mode, with Bolt's own handler."""
    bot = FakeBot(client_of(sandbox))
    handler = AsyncSocketModeHandler(bot.app(), APP_TOKEN, web_client=bot.client, ping_interval=1)
    connect: Callable[[], Awaitable[None]] = handler.connect_async
    close: Callable[[], Awaitable[None]] = handler.close_async
    await connect()
    try:
        async with asyncio.timeout(60):
            await sandbox.sockets.connected.wait()
        yield bot
    finally:
        await close()
