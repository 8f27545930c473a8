"""Sends deliveries as signed HTTP requests."""

import asyncio
import json
import time
from collections.abc import Mapping

import aiohttp

from bot.sandbox.config import SandboxSettings
from bot.sandbox.deliveries import DISPATCH_FAILED, OPERATION_TIMEOUT, Ack, BotDelivery, sign
from bot.sandbox.entities import Json
from bot.sandbox.traffic import TrafficLog

HTTP_OK = 200


def parse_body(text: str, content_type: str) -> str | Json:
    """A JSON object as a dict; anything else as the text."""
    if content_type == "application/json" or text.startswith("{"):
        try:
            body = json.loads(text)
        except ValueError:
            return text
        return body if isinstance(body, dict) else text
    return text


class HttpTransport:
    """Posts to `settings.events_url`, signed with the real time, and waits `ack_seconds` for the response."""

    def __init__(self, settings: SandboxSettings, traffic: TrafficLog) -> None:
        self._settings = settings
        self._traffic = traffic
        self._session: aiohttp.ClientSession | None = None

    async def send(self, delivery: BotDelivery, extra_headers: Mapping[str, str]) -> Ack:
        delivery.headers = {
            "Content-Type": delivery.content_type,
            "User-Agent": "Slackbot 1.0 (sandbox)",
            **sign(self._settings.signing_secret, delivery.body),
            **extra_headers,
        }
        return await self.send_raw(delivery.body, delivery.headers, delivery)

    async def send_raw(
        self, body: bytes, headers: Mapping[str, str], delivery: BotDelivery | None = None
    ) -> Ack:
        """Send exactly these bytes and headers. delivery: goes into the Ack."""
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._settings.ack_seconds):
                status, answer_headers, text = await self._post(body, headers)
        except TimeoutError:
            self._record(body, headers, (0, {}, "no answer in time"), started)
            return Ack(0, "", delivered=False, failure=OPERATION_TIMEOUT, delivery=delivery)
        except aiohttp.ClientError as problem:
            self._record(body, headers, (0, {}, str(problem)), started)
            return Ack(0, "", delivered=False, failure=DISPATCH_FAILED, delivery=delivery)
        self._record(body, headers, (status, answer_headers, text), started)
        content_type = answer_headers.get("Content-Type", "").partition(";")[0]
        failure = "" if status == HTTP_OK else DISPATCH_FAILED
        return Ack(status, parse_body(text, content_type), status == HTTP_OK, failure, delivery)

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], str]:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        url = self._settings.events_url or ""
        async with self._session.post(url, data=body, headers=dict(headers)) as answer:
            return answer.status, answer.headers, await answer.text()

    def _record(
        self,
        body: bytes,
        headers: Mapping[str, str],
        answer: tuple[int, Mapping[str, str], str],
        started: float,
    ) -> None:
        request = ("POST", self._settings.events_url or "", headers, body.decode())
        self._traffic.record("to the bot", request, answer, time.perf_counter() - started)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
