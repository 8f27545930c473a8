"""What the page asks of time itself: to move, to play a quarter, to stop, to begin again."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from aiohttp import web

from bot.sandbox.entities import Json
from bot.sandbox.page_api.actions import number_of
from bot.sandbox.page_api.local_only import PageError, read_json
from bot.sandbox.page_feed import Feed
from bot.sandbox.time_travel import QUARTER_WEEKS, STEPS, TimeTravel, TravelError

T = TypeVar("T")
NO_SUCH_STEP = "The clock moves by a day, to the next event or prompt, to next Monday, or to a date."


@dataclass(frozen=True)
class ClockWork:
    """The POST endpoints of the clock. Every open page is told when the time has changed."""

    time: TimeTravel
    feed: Feed

    async def clock(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        words = await _or_say_why(self._move(body))
        self.feed.tell({"type": "clock"})
        return web.json_response({"words": words})

    async def _move(self, body: Json) -> str:
        if body.get("to") == "date":
            return await self.time.move_to(_day(body.get("date")))
        step = next((one for one in STEPS if one == body.get("to")), None)
        if step is None:
            raise PageError(NO_SUCH_STEP)
        return await self.time.move(step)

    async def play(self, request: web.Request) -> web.Response:
        """Answers at once; how it goes is told as news."""
        body = await read_json(request)
        weeks = number_of(body, "weeks", QUARTER_WEEKS, QUARTER_WEEKS)
        until = await _or_say_why(self.time.play(weeks))
        return web.json_response({"ok": True, "weeks": weeks, "until_words": until}, status=202)

    async def stop(self, request: web.Request) -> web.Response:
        await read_json(request)
        return web.json_response({"ok": True, "words": await self.time.stop()})

    async def reset(self, request: web.Request) -> web.Response:
        await read_json(request)
        self.feed.tell({"type": "resetting"})
        await _or_say_why(self.time.start_again())
        self.feed.tell({"type": "reset"})
        return web.json_response({"ok": True, "words": "Everything is back to the beginning."})


async def _or_say_why(asked: Awaitable[T]) -> T:
    try:
        return await asked
    except TravelError as problem:
        raise PageError(problem.sentence, 409 if problem.busy else 400) from None


def _day(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise PageError("That is not a date. Give it as 2027-01-15.") from None
