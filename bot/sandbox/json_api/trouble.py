"""For those who want to look closer: what went over the wire, and faults on a switch."""

from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.faults import MOST_TIMES, Faults, NoSwitchError, arm, shown
from bot.sandbox.json_api.bodies import number_of, text_of
from bot.sandbox.json_api.exchanges import page_of
from bot.sandbox.local_only import PageError, read_json
from bot.sandbox.traffic import Wire


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
