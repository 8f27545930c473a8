"""The page's debugging endpoints: recorded traffic, and switches for faults."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from bot.plan.wording import format_clock
from bot.sandbox.entities import Json
from bot.sandbox.fault_switches import MAX_TIMES, UnknownSwitchError, arm_switch, describe_switches
from bot.sandbox.faults import Faults
from bot.sandbox.page_api.actions import require_number, require_text
from bot.sandbox.page_api.local_only import PageError, read_json
from bot.sandbox.traffic import Exchange, TrafficLog

MAX_EXCHANGES_PER_PAGE = 200


def exchanges_after(traffic: TrafficLog, after: int) -> Json:
    """The exchanges recorded after that number, newest last; at most 200, the rest with the next request.

    In the result, "missed" means that some of them were dropped from the log.
    """
    newer = [one for one in traffic.exchanges() if one.number > after]
    page = newer[:MAX_EXCHANGES_PER_PAGE]
    first = page[0].number if page else traffic.latest + 1
    return {
        "exchanges": [_exchange_payload(one) for one in page],
        "latest": page[-1].number if page else traffic.latest,
        "more": len(newer) > len(page),
        "missed": bool(after) and after + 1 < first,
    }


def _exchange_payload(exchange: Exchange) -> Json:
    local = exchange.at.astimezone()
    path = urlsplit(exchange.url)
    return {
        "n": exchange.number,
        "at_iso": local.isoformat(),
        "at_words": f"{format_clock(local)} and {local.second} seconds",
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
        """Arm one switch, disarm one, or clear all."""
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
