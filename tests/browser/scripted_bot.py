"""A small Bolt app with answers written down beforehand: what the page shows is what a real bot sent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from tests.browser import sample_views
from tests.fixtures.sandbox import SECRET, client_of, serving

Json = dict[str, Any]
OVER_ACK_SECONDS = 1.5


class ScriptedBot:
    """`heard` is every payload in order; `client` posts as the bot."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self.heard: list[Json] = []
        self.app = AsyncApp(signing_secret=SECRET, client=client, process_before_response=True)
        self.app.command("/cip")(self._command)
        self.app.action("open-form")(self._open_form)
        self.app.action("slow")(self._too_slow)
        self.app.action("done")(self._mark_done)
        self.app.action("grow")(self._grow_form)
        self.app.action("home-go")(self._home_pressed)
        self.app.action({"action_id": sample_views.ANY})(self._anything)
        self.app.view("form")(self._form)
        self.app.event("app_home_opened")(self._home)
        for kind in ("message", "app_mention", "file_shared", "user_change"):
            self.app.event(kind)(self._message)

    def last(self) -> Json:
        return self.heard[-1]

    async def post(self, channel: str, text: str, **more: Any) -> str:
        """The `ts` of the new message."""
        answer = await self.client.chat_postMessage(channel=channel, text=text, **more)
        return str(answer["ts"])

    async def _command(self, ack: Any, body: Json) -> None:
        self.heard.append(body)
        match body["text"].partition(" ")[0]:
            case "slow":
                await asyncio.sleep(OVER_ACK_SECONDS)
                await ack()
            case "form":
                await ack()
                await self._show_form(body)
            case "public":
                await ack({"text": "Told to everyone", "response_type": "in_channel"})
            case _:
                await ack(f"You asked: {body['text']}")

    async def _show_form(self, body: Json) -> None:
        await self.client.views_open(trigger_id=body["trigger_id"], view=sample_views.form())

    async def _open_form(self, ack: Any, body: Json) -> None:
        self.heard.append(body)
        await ack()
        await self._show_form(body)

    async def _too_slow(self, ack: Any, body: Json) -> None:
        self.heard.append(body)
        await asyncio.sleep(OVER_ACK_SECONDS)
        await ack()

    async def _mark_done(self, ack: Any, body: Json) -> None:
        self.heard.append(body)
        await ack()
        where = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        await self.client.chat_update(
            **where, text="Recorded as done", blocks=[sample_views.section("*Recorded* as done")]
        )

    async def _grow_form(self, ack: Any, body: Json) -> None:
        self.heard.append(body)
        await ack()
        await self.client.views_update(view_id=body["view"]["id"], view=sample_views.form(grown=True))

    async def _anything(self, ack: Any, body: Json) -> None:
        self.heard.append(body)
        await ack()

    async def _form(self, ack: Any, body: Json) -> None:
        """Dates in 2020 are refused beside the field; the rest is taken."""
        self.heard.append(body)
        date = body["view"]["state"]["values"]["when"]["when"]["selected_date"]
        if date.startswith("2020"):
            await ack(
                response_action="errors", errors={"when": "That date has passed. Give one still to come."}
            )
        else:
            await ack()

    async def _home(self, body: Json, event: Json) -> None:
        self.heard.append(body)
        if event["tab"] == "home":
            await self.client.views_publish(user_id=event["user"], view=sample_views.home())

    async def _home_pressed(self, ack: Any, body: Json) -> None:
        self.heard.append(body)
        await ack()
        view = sample_views.home("Pressed, and the page of the bot is new")
        await self.client.views_publish(user_id=body["user"]["id"], view=view)

    async def _message(self, body: Json) -> None:
        self.heard.append(body)


@asynccontextmanager
async def scripted_bot(sandbox: Sandbox) -> AsyncIterator[ScriptedBot]:
    """The bot behind its own `/slack/events`, where the sandbox will send its signed requests."""
    bot = ScriptedBot(client_of(sandbox))

    async def handle(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bot.app.async_dispatch(await to_bolt_request(request)))

    def routes(app: web.Application) -> None:
        app.router.add_post("/slack/events", handle)

    async with serving(routes) as address:
        sandbox.settings.events_url = f"{address}/slack/events"
        yield bot
