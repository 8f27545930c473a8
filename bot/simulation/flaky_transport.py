"""Brings what people do to the bot as Slack does over a bad line: answers get lost, requests come twice."""

import asyncio
import time
from random import Random

from bot.sandbox.deliveries import Ack, BotDelivery
from bot.sandbox.entities import Json
from bot.simulation.event_log import Diary
from bot.simulation.replicas import Bots, Children
from bot.simulation.scenario import Town
from handlers.slack.commands import WAIT

MOST_TRIES = 12
LOST, TWICE, AFTERWARDS = 0.04, 0.06, 0.06
OK = 200
PAUSE = 0.05


class Postman:
    """Each request keeps its id however often it is brought; every bringing is signed afresh."""

    def __init__(self, town: Town, bots: Bots, diary: Diary, rng: Random) -> None:
        self._town, self._bots, self._diary, self._rng = town, bots, diary, rng

    async def bring(self, delivery: BotDelivery) -> str | None:
        """The bot's answer as one text; None when no bot was there to hear it.

        Nobody gives up on a request that may have been heard: it is brought again until it is answered. One
        that the bot is still busy with, and says so, is brought again too, while the first is running.
        """
        if not self._bots.doors:
            return None
        chance = self._rng.random()
        if chance < LOST:
            await self._lose(delivery)
        elif chance < LOST + TWICE:
            self._diary.count("requests sent twice at once")
            await asyncio.gather(self._once(delivery, MOST_TRIES), self._once(delivery, MOST_TRIES + 1))
        ack = await self._once(delivery, 0)
        for number in range(1, MOST_TRIES):
            if ack.status == OK and _text(ack) != WAIT:
                break
            self._diary.count("requests sent again because the answer was lost")
            await self._someone()
            ack = await self._once(delivery, number)
        if chance > 1 - AFTERWARDS:
            self._diary.count("requests sent again after their answer")
            await self._once(delivery, MOST_TRIES + 2)
        return _text(ack)

    async def _lose(self, delivery: BotDelivery) -> None:
        """The sender hangs up before the answer comes; whether the bot heard it, nobody knows."""
        self._diary.count("answers lost")
        sending = asyncio.create_task(self._once(delivery, MOST_TRIES))
        await asyncio.sleep(self._rng.uniform(0.001, 0.01))
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)

    async def _once(self, delivery: BotDelivery, number: int) -> Ack:
        doors = self._bots.doors
        if not doors:
            return Ack(0, "", delivered=False)
        sandbox = self._town.sandbox
        sandbox.settings.events_url = self._rng.choice(doors)
        headers = {"Content-Type": delivery.content_type, **_signed(self._town, delivery.body, number)}
        if number:
            headers["X-Slack-Retry-Num"] = str(number)
        return await sandbox.send_raw(delivery.body, headers)

    async def _someone(self) -> None:
        """Wait until a bot is there again."""
        if isinstance(self._bots, Children):
            await self._bots.ready()
        await asyncio.sleep(PAUSE)


def _signed(town: Town, body: bytes, number: int) -> dict[str, str]:
    """A signature of its own for each bringing, as each has its own second. Seconds must differ, so they
    lie a little in the past.
    """
    return town.sandbox.sign(body, int(time.time()) - 60 + number)


def _text(ack: Ack) -> str:
    body: str | Json = ack.body
    return body if isinstance(body, str) else str(body.get("text") or "")
