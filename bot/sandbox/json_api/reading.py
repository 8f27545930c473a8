"""What the page reads: state, conversations, threads, views, and news as it happens."""

import asyncio
import contextlib
import json
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.entities import Json, View
from bot.sandbox.json_api.picture import Picture
from bot.sandbox.local_only import PAGE_HEADERS
from bot.sandbox.time_travel import TimeTravel
from bot.sandbox.workspace import Workspace

_KEEP_ALIVE_SECONDS = 15


@dataclass(frozen=True)
class Reading:
    """The GET endpoints. Each names the person in `?user=`."""

    workspace: Workspace
    time: TimeTravel

    def _picture(self, request: web.Request) -> Picture:
        return Picture(self.workspace, request.query.get("user"))

    async def state(self, request: web.Request) -> web.Response:
        return web.json_response(await self._picture(request).state(self.time))

    async def hints(self, request: web.Request) -> web.Response:
        """What the person may want to type: commands are the page's own, the rest is asked for."""
        picture = self._picture(request)
        people = [
            {"name": one.name, "real_name": one.real_name, "title": one.title}
            for one in self.workspace.directory.people()
            if not one.deleted
        ]
        command = {"command": self.workspace.settings.command}
        return web.json_response({**command, "people": people, **await self.time.hints(picture.user.id)})

    async def conversation(self, request: web.Request) -> web.Response:
        since = request.query.get("since", "")
        return web.json_response(self._picture(request).conversation(request.match_info["channel"], since))

    async def thread(self, request: web.Request) -> web.Response:
        where = request.match_info
        return web.json_response(self._picture(request).thread(where["channel"], where["ts"]))

    async def view(self, request: web.Request) -> web.Response:
        return self._view_or_null(self.workspace.shelf.top(self._picture(request).user.id))

    async def home(self, request: web.Request) -> web.Response:
        return self._view_or_null(self.workspace.shelf.homes.get(self._picture(request).user.id))

    def _view_or_null(self, view: View | None) -> web.Response:
        if view is None:
            return web.json_response(None)
        return web.json_response(self.workspace.shown_view(view) | {"errors": view.errors})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events; every 15 seconds without news a comment keeps the line open."""
        user = self._picture(request).user.id
        headers = {**PAGE_HEADERS, "Content-Type": "text/event-stream"}
        answer = web.StreamResponse(headers=headers)
        # A page that is closed while news is on its way is nothing to report.
        with self.workspace.feed.reader(user) as news, contextlib.suppress(ConnectionResetError):
            await answer.prepare(request)
            await answer.write(b": hello\n\n")
            while (line := await _next_line(news)) is not None:
                await answer.write(line)
        return answer


async def _next_line(news: "asyncio.Queue[Json | None]") -> bytes | None:
    try:
        async with asyncio.timeout(_KEEP_ALIVE_SECONDS):
            what = await news.get()
    except TimeoutError:
        return b": still here\n\n"
    return None if what is None else f"data: {json.dumps(what)}\n\n".encode()
