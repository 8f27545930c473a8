"""Socket Mode: deliveries are envelopes on a websocket that the bot opened and where it acknowledges them."""

import asyncio
import json
import secrets
import time
from collections.abc import Mapping
from uuid import uuid4

from aiohttp import WSMsgType, web

from bot.sandbox.config import APP_ID, SandboxSettings
from bot.sandbox.deliveries import DISPATCH_FAILED, OPERATION_TIMEOUT, Ack, BotDelivery
from bot.sandbox.entities import Json
from bot.sandbox.errors import RefusedError
from bot.sandbox.traffic import TrafficLog

_MAX_CONNECTIONS = 10


class SocketMode:
    """The bot's open websockets. connected: set while one is open."""

    def __init__(self, settings: SandboxSettings, traffic: TrafficLog) -> None:
        self._settings = settings
        self._traffic = traffic
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._pending_acks: dict[str, asyncio.Future[Json]] = {}
        self.connected = asyncio.Event()

    def issue_address(self) -> str:
        """The url for apps.connections.open, valid for one connection. RefusedError with ten connections
        open.
        """
        if len(self._open) >= _MAX_CONNECTIONS:
            raise RefusedError("too_many_websockets")
        ticket = secrets.token_urlsafe(24)
        self._tickets.add(ticket)
        return f"ws{self._settings.base_url.removeprefix('http')}/sandbox/socket/{ticket}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="That address was never given out, or has been used.")
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(max_msg_size=1024 * 1024)
        await socket.prepare(request)
        self._open.append(socket)
        await socket.send_json(self._hello())
        self.connected.set()
        try:
            await self._listen(socket)
        finally:
            self._open.remove(socket)
            if not self._open:
                self.connected.clear()
        return socket

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            answer = json.loads(message.data)
            waiting = self._pending_acks.get(answer.get("envelope_id", ""))
            if waiting is not None and not waiting.done():
                waiting.set_result(answer)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "connection_info": {"app_id": APP_ID},
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
        }

    async def send(self, delivery: BotDelivery, extra_headers: Mapping[str, str]) -> Ack:
        if not self._open:
            return Ack(0, "", delivered=False, failure=DISPATCH_FAILED, delivery=delivery)
        envelope = self._envelope(delivery, extra_headers)
        started = time.perf_counter()
        answer = await self._exchange(envelope)
        self._record(envelope, answer, started)
        if answer is None:
            return Ack(0, "", delivered=False, failure=OPERATION_TIMEOUT, delivery=delivery)
        return Ack(200, answer.get("payload") or "", delivered=True, delivery=delivery)

    def _envelope(self, delivery: BotDelivery, extra_headers: Mapping[str, str]) -> Json:
        envelope: Json = {
            "envelope_id": str(uuid4()),
            "type": delivery.kind,
            "payload": delivery.payload,
            "accepts_response_payload": delivery.kind != "events_api",
        }
        if delivery.kind == "events_api":
            envelope["retry_attempt"] = int(extra_headers.get("X-Slack-Retry-Num", 0))
            envelope["retry_reason"] = extra_headers.get("X-Slack-Retry-Reason", "")
        return envelope

    async def _exchange(self, envelope: Json) -> Json | None:
        """Wait for the acknowledgement; None when none came in time."""
        waiting: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._pending_acks[envelope["envelope_id"]] = waiting
        try:
            await self._open[-1].send_json(envelope)
            async with asyncio.timeout(self._settings.ack_seconds):
                return await waiting
        except (TimeoutError, ConnectionError):
            return None
        finally:
            del self._pending_acks[envelope["envelope_id"]]

    def _record(self, envelope: Json, answer: Json | None, started: float) -> None:
        sent = json.dumps(envelope["payload"])
        status, text = (0, "no answer in time") if answer is None else (200, json.dumps(answer))
        seconds = time.perf_counter() - started
        none: dict[str, str] = {}
        self._traffic.record(
            "to the bot", ("WEBSOCKET", envelope["type"], none, sent), (status, none, text), seconds
        )

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the bot to reconnect, as Slack does every few hours. `connected` is set once it has."""
        self.connected.clear()
        for socket in list(self._open):
            await socket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
            )

    async def close(self) -> None:
        for socket in list(self._open):
            await socket.close()
