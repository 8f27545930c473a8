"""The page's endpoints for the clock: move, play a quarter, stop, reset."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from aiohttp import web

from bot.sandbox.entities import Json
from bot.sandbox.page_api.actions import require_number
from bot.sandbox.page_api.local_only import PageError, read_json
from bot.sandbox.page_feed import PageFeed
from bot.sandbox.time_travel import CLOCK_STEPS, QUARTER_WEEKS, TimeTravel, TimeTravelError

T = TypeVar("T")
UNKNOWN_STEP = "The clock moves by a day, to the next event or prompt, to next Monday, or to a date."


@dataclass(frozen=True)
class ClockEndpoints:
    """The POST endpoints of the clock. A move is published to every open page."""

    time: TimeTravel
    feed: PageFeed

    async def move(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        words = await _with_page_errors(self._apply_move(body))
        self.feed.publish({"type": "clock"})
        return web.json_response({"words": words})

    async def _apply_move(self, body: Json) -> str:
        if body.get("to") == "date":
            return await self.time.move_to(_parse_day(body.get("date")))
        step = next((one for one in CLOCK_STEPS if one == body.get("to")), None)
        if step is None:
            raise PageError(UNKNOWN_STEP)
        return await self.time.move(step)

    async def play(self, request: web.Request) -> web.Response:
        """Start to play, and respond at once; pages get the progress with the events of the clock."""
        body = await read_json(request)
        weeks = require_number(body, "weeks", QUARTER_WEEKS, QUARTER_WEEKS)
        until = await _with_page_errors(self.time.play(weeks))
        return web.json_response({"ok": True, "weeks": weeks, "until_words": until}, status=202)

    async def stop(self, request: web.Request) -> web.Response:
        await read_json(request)
        return web.json_response({"ok": True, "words": await self.time.stop()})

    async def reset(self, request: web.Request) -> web.Response:
        await read_json(request)
        self.feed.publish({"type": "resetting"})
        await _with_page_errors(self.time.reset())
        self.feed.publish({"type": "reset"})
        return web.json_response({"ok": True, "words": "Everything is back to the beginning."})


async def _with_page_errors(awaitable: Awaitable[T]) -> T:
    try:
        return await awaitable
    except TimeTravelError as problem:
        raise PageError(problem.sentence, 409 if problem.busy else 400) from None


def _parse_day(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise PageError("That is not a date. Give it as 2027-01-15.") from None
