"""For those who want to look closer: what went over the wire, and faults on a switch."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox.entities import Json
from bot.sandbox.faults import MOST_TIMES, Faults, NoSwitchError, arm, shown
from bot.sandbox.page_api.actions import number_of, text_of
from bot.sandbox.page_api.local_only import PageError, read_json
from bot.sandbox.time_travel import clock_time
from bot.sandbox.traffic import Exchange, Wire

AT_ONCE = 200


def page_of(wire: Wire, after: int) -> Json:
    """What was recorded after that number, newest last; at most 200, the rest with the next request.

    missed: some of what came after it is not kept any more.
    """
    newer = [one for one in wire.all() if one.number > after]
    given = newer[:AT_ONCE]
    first = given[0].number if given else wire.latest + 1
    return {
        "exchanges": [_shown(one) for one in given],
        "latest": given[-1].number if given else wire.latest,
        "more": len(newer) > len(given),
        "missed": bool(after) and after + 1 < first,
    }


def _shown(one: Exchange) -> Json:
    local = one.at.astimezone()
    path = urlsplit(one.address)
    return {
        "n": one.number,
        "at_iso": local.isoformat(),
        "at_words": f"{clock_time(local)} and {local.second} seconds",
        "direction": "to the workspace" if one.direction == "from the bot" else one.direction,
        "title": one.title,
        "method": one.method,
        "path": path.path + (f"?{path.query}" if path.query else ""),
        "headers": one.headers,
        "body": one.body,
        "readable": one.readable,
        "status": one.status,
        "response_headers": one.answer_headers,
        "response": one.answer,
        "milliseconds": one.milliseconds,
    }


@dataclass(frozen=True)
class Trouble:
    wire: Wire
    faults: Faults

    async def read_wire(self, request: web.Request) -> web.Response:
        after = request.query.get("after") or "0"
        if not (after.isascii() and after.isdecimal()):
            raise PageError("After must be a whole number.")
        return web.json_response(page_of(self.wire, int(after)))

    async def clear_wire(self, request: web.Request) -> web.Response:
        await read_json(request)
        self.wire.clear()
        return web.json_response({"ok": True})

    async def read_faults(self, _request: web.Request) -> web.Response:
        return web.json_response(shown(self.faults))

    async def set_faults(self, request: web.Request) -> web.Response:
        """Arm one, take one back, or clear all."""
        body = await read_json(request)
        if body.get("clear"):
            self.faults.clear()
        elif body.get("disarm"):
            self.faults.disarm(text_of(body, "disarm"))
        else:
            times = number_of(body, "times", 1, MOST_TIMES)
            try:
                arm(self.faults, text_of(body, "kind"), times)
            except NoSwitchError:
                raise PageError("There is no fault of that kind.") from None
        return web.json_response(shown(self.faults))
