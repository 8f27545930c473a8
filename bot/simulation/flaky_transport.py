"""Delivers requests to the bot over an unreliable network: responses are lost, requests come twice."""

import asyncio
import time
from random import Random

from bot.sandbox.deliveries import Ack, BotDelivery
from bot.sandbox.entities import Json
from bot.sentences import sentence
from bot.simulation.event_log import EventLog
from bot.simulation.replicas import ForkedReplicas, Replicas
from bot.simulation.scenario import Scenario

MAX_ATTEMPTS = 12
DROPPED_SHARE, DUPLICATE_SHARE, LATE_DUPLICATE_SHARE = 0.04, 0.06, 0.06
HTTP_OK = 200
RETRY_SECONDS = 0.05


class FlakyTransport:
    """Each request has the same id in every attempt; each attempt has a signature of its own."""

    def __init__(self, scenario: Scenario, replicas: Replicas, event_log: EventLog, rng: Random) -> None:
        self._scenario, self._replicas, self._event_log, self._rng = scenario, replicas, event_log, rng

    async def deliver(self, delivery: BotDelivery) -> str | None:
        """The text of the bot's answer; None when no bot is running.

        A request is sent again until it is answered, at most twelve times, as it may have been handled. One
        that the bot reports as still in progress is sent again too.
        """
        if not self._replicas.events_urls:
            return None
        chance = self._rng.random()
        if chance < DROPPED_SHARE:
            await self._drop_response(delivery)
        elif chance < DROPPED_SHARE + DUPLICATE_SHARE:
            self._event_log.count("requests sent twice at once")
            await asyncio.gather(self._send(delivery, MAX_ATTEMPTS), self._send(delivery, MAX_ATTEMPTS + 1))
        ack = await self._send(delivery, 0)
        for attempt in range(1, MAX_ATTEMPTS):
            if ack.status == HTTP_OK and _text_of(ack) != sentence("handlers.still_working"):
                break
            self._event_log.count("requests sent again because the answer was lost")
            await self._wait_for_replica()
            ack = await self._send(delivery, attempt)
        if chance > 1 - LATE_DUPLICATE_SHARE:
            self._event_log.count("requests sent again after their answer")
            await self._send(delivery, MAX_ATTEMPTS + 2)
        return _text_of(ack)

    async def _drop_response(self, delivery: BotDelivery) -> None:
        """Hang up before the response; the bot may or may not have handled the request."""
        self._event_log.count("answers lost")
        sending = asyncio.create_task(self._send(delivery, MAX_ATTEMPTS))
        await asyncio.sleep(self._rng.uniform(0.001, 0.01))
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)

    async def _send(self, delivery: BotDelivery, attempt: int) -> Ack:
        events_urls = self._replicas.events_urls
        if not events_urls:
            return Ack(0, "", delivered=False)
        sandbox = self._scenario.sandbox
        sandbox.settings.events_url = self._rng.choice(events_urls)
        headers = {
            "Content-Type": delivery.content_type,
            **_signature_headers(self._scenario, delivery.body, attempt),
        }
        if attempt:
            headers["X-Slack-Retry-Num"] = str(attempt)
        return await sandbox.send_raw(delivery.body, headers)

    async def _wait_for_replica(self) -> None:
        """Wait until a bot is running again."""
        if isinstance(self._replicas, ForkedReplicas):
            await self._replicas.wait_until_ready()
        await asyncio.sleep(RETRY_SECONDS)


def _signature_headers(scenario: Scenario, body: bytes, attempt: int) -> dict[str, str]:
    """A timestamp and signature for the attempt. Signatures differ only by the second, so each attempt takes
    another one, a little in the past.
    """
    return scenario.sandbox.sign(body, int(time.time()) - 60 + attempt)


def _text_of(ack: Ack) -> str:
    body: str | Json = ack.body
    return body if isinstance(body, str) else str(body.get("text") or "")
