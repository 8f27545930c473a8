"""`GET /calendar/KEY.ics`: due dates as a calendar feed. Its key is the only authorisation."""

import asyncio
import importlib
from collections import OrderedDict

from aiohttp import web

from bot.plan.reading import ReadPolicy
from bot.reporting import calendar_feed
from bot.reporting.calendar_feed import FeedContent
from bot.sentences import sentence
from handlers.context import AppContext

PATH = "/calendar/{key}.ics"
MAX_CONCURRENT_LOOKUPS = 4
MAX_CACHED_FEEDS = 64
MAX_WAITING = 64
MAX_KEY_LENGTH = 64
_HEADERS = {
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def add_calendar_routes(app: web.Application, context: AppContext) -> None:
    app.router.add_get(PATH, CalendarEndpoint(context).send)


class CalendarEndpoint:
    """Serves the feeds. A few are looked up at once, and some more wait; any beyond that get a 503."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._lookups = asyncio.Semaphore(MAX_CONCURRENT_LOOKUPS)
        self._waiting = 0
        self._cache: OrderedDict[int, tuple[str, bytes]] = OrderedDict()

    async def send(self, request: web.Request) -> web.Response:
        """404 for an unknown key and for a revoked one, after the same look-up and in the same words."""
        if self._waiting >= MAX_WAITING:
            return web.Response(status=503, text=sentence("handlers.busy"), headers={"Retry-After": "60"})
        self._waiting += 1
        try:
            async with self._lookups:
                return await self._answer(request)
        finally:
            self._waiting -= 1

    async def _answer(self, request: web.Request) -> web.Response:
        key = request.match_info["key"][:MAX_KEY_LENGTH]
        policy, now = ReadPolicy(self._context.settings.read), self._context.clock.now()
        feed = await self._context.database.read(calendar_feed.find_feed, key, policy, now)
        if feed is None:
            headers = {**_HEADERS, "Cache-Control": "no-store"}
            return web.Response(status=404, text=sentence("handlers.no_calendar"), headers=headers)
        headers = {**_HEADERS, "Cache-Control": "private, max-age=900", "ETag": f'"{feed.etag}"'}
        if any(tag.value in {feed.etag, "*"} for tag in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        headers["Content-Disposition"] = 'inline; filename="due-dates.ics"'
        body = await self._feed_body(feed)
        return web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=headers)

    async def _feed_body(self, feed: FeedContent) -> bytes:
        """The feed as text, from the cache when nothing has changed since."""
        etag, body = self._cache.get(feed.id, ("", b""))
        if etag != feed.etag:
            body = await asyncio.to_thread(_write_feed, feed)
            self._cache[feed.id] = (feed.etag, body)
        self._cache.move_to_end(feed.id)
        while len(self._cache) > MAX_CACHED_FEEDS:
            self._cache.popitem(last=False)
        return body


def _write_feed(feed: FeedContent) -> bytes:
    """The library for calendars is imported at the first feed: most processes never need it."""
    body: bytes = importlib.import_module("bot.reporting.ics").write_ics(feed)
    return body
