"""For those who want to look closer: what went over the wire, and faults on a switch."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox.entities import Json
from bot.sandbox.faults import MAX_TIMES, Faults, UnknownSwitchError, arm_switch, describe_switches
from bot.sandbox.page_api.actions import require_number, require_text
from bot.sandbox.page_api.local_only import PageError, read_json
from bot.sandbox.time_travel import format_time
from bot.sandbox.traffic import Exchange, TrafficLog

MAX_EXCHANGES_PER_PAGE = 200


def exchanges_after(traffic: TrafficLog, after: int) -> Json:
    """What was recorded after that number, newest last; at most 200, the rest with the next request.

    missed: some of what came after it is not kept any more.
    """
    newer = [one for one in traffic.exchanges() if one.number > after]
    given = newer[:MAX_EXCHANGES_PER_PAGE]
    first = given[0].number if given else traffic.latest + 1
    return {
        "exchanges": [_exchange_payload(one) for one in given],
        "latest": given[-1].number if given else traffic.latest,
        "more": len(newer) > len(given),
        "missed": bool(after) and after + 1 < first,
    }


def _exchange_payload(exchange: Exchange) -> Json:
    local = exchange.at.astimezone()
    path = urlsplit(exchange.url)
    return {
        "n": exchange.number,
        "at_iso": local.isoformat(),
        "at_words": f"{format_time(local)} and {local.second} seconds",
        "direction": "to the workspace" if exchange.direction == "from the bot" else exchange.direction,
        "title": exchange.title,
        "method": exchange.method,
        "path": path.path + (f"?{path.query}" if path.query else ""),
        "headers": exchange.headers,
        "body": exchange.body,
        "readable": exchange.formatted_body,
        "status": exchange.status,
        "response_headers": exchange.answer_headers,
        "response": exchange.answer,
        "milliseconds": exchange.milliseconds,
    }


@dataclass(frozen=True)
class DebugEndpoints:
    traffic: TrafficLog
    faults: Faults

    async def read_traffic(self, request: web.Request) -> web.Response:
        after = request.query.get("after") or "0"
        if not (after.isascii() and after.isdecimal()):
            raise PageError("After must be a whole number.")
        return web.json_response(exchanges_after(self.traffic, int(after)))

    async def clear_traffic(self, request: web.Request) -> web.Response:
        await read_json(request)
        self.traffic.clear()
        return web.json_response({"ok": True})

    async def read_faults(self, _request: web.Request) -> web.Response:
        return web.json_response(describe_switches(self.faults))

    async def set_faults(self, request: web.Request) -> web.Response:
        """Arm one, take one back, or clear all."""
        body = await read_json(request)
        if body.get("clear"):
            self.faults.clear()
        elif body.get("disarm"):
            self.faults.disarm(require_text(body, "disarm"))
        else:
            times = require_number(body, "times", 1, MAX_TIMES)
            try:
                arm_switch(self.faults, require_text(body, "kind"), times)
            except UnknownSwitchError:
                raise PageError("There is no fault of that kind.") from None
        return web.json_response(describe_switches(self.faults))
