"""`/healthz` (the process answers), `/readyz` (it can do its work) and `/metrics` (for Prometheus)."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from sqlalchemy.orm import Session

from bot import metrics
from bot.sentences import sentence
from bot.services import workspaces
from bot.services.outbox import outbox, refusals
from bot.services.outbox.outbox import OutboxStats
from bot.services.outbox.refusals import RefusalSummary
from handlers.context import AppContext

log = structlog.get_logger()
TickAge = Callable[[], float | None]
WriteAge = Callable[[], float]
IsConnected = Callable[[], Awaitable[bool]]
_DATABASE_TIMEOUT = 3.0
_MAX_MISSED_TICKS = 4
# In seconds. The heartbeat writes every 30.
_MIN_SILENCE, _MAX_WRITE_AGE = 60.0, 75.0


async def _always_connected() -> bool:
    return True


def add_web_routes(
    app: web.Application,
    context: AppContext,
    tick_age: TickAge,
    write_age: WriteAge,
    is_connected: IsConnected = _always_connected,
) -> None:
    """tick_age: how many seconds ago the scheduler last ran, None before the first time. write_age: how many
    seconds ago something was last written. Neither by a clock that can be set. is_connected: whether the chat
    platform's requests reach the bot, as far as the bot can tell.
    """
    health = Health(context, tick_age, write_age, is_connected)
    app.router.add_get("/healthz", health.alive)
    app.router.add_get("/readyz", health.ready)
    app.router.add_get("/metrics", health.metrics)


class Health:
    """The three endpoints."""

    def __init__(
        self, context: AppContext, tick_age: TickAge, write_age: WriteAge, is_connected: IsConnected
    ) -> None:
        self._context, self._tick_age, self._write_age = context, tick_age, write_age
        self._is_connected = is_connected

    async def alive(self, _request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def ready(self, _request: web.Request) -> web.Response:
        """200, or 503 with what is not ready in words. Trouble with the chat platform makes it degraded, not
        unready: a load balancer must not cut off the way on which it is put right.
        """
        found = (await self._database_problem(), self._write_problem(), self._scheduler_problem())
        problems, platform = [problem for problem in found if problem], await self._platform_problems()
        body = {
            "ready": not problems,
            "degraded": bool(platform),
            "problems": problems,
            "platform": platform,
            "last_write_seconds_ago": int(self._write_age()),
        }
        return web.json_response(body, status=503 if problems else 200)

    async def _database_problem(self) -> str:
        try:
            async with asyncio.timeout(_DATABASE_TIMEOUT):
                current = await self._context.database.read(workspaces.is_schema_current)
        except TimeoutError:
            return sentence("handlers.database_slow")
        except Exception:
            log.exception("the database could not be asked whether it is ready")
            return sentence("handlers.database_unreachable")
        return "" if current else sentence("handlers.database_not_migrated")

    def _write_problem(self) -> str:
        age = self._write_age()
        return sentence("handlers.nothing_written", seconds=int(age)) if age > _MAX_WRITE_AGE else ""

    def _scheduler_problem(self) -> str:
        silence = self._tick_age()
        if silence is None:
            return sentence("handlers.scheduler_not_started")
        limit = max(_MIN_SILENCE, self._context.settings.tick_seconds * _MAX_MISSED_TICKS)
        return "" if silence <= limit else sentence("handlers.scheduler_stopped", seconds=int(silence))

    async def _platform_problems(self) -> list[str]:
        """In words, without the names of channels and people."""
        words = [
            sentence("handlers.platform_refuses", reason=each.reason, waiting=each.waiting, since=each.since)
            for each in refusals.group_by_reason(await self._refusals() or ())
        ]
        if not await self._is_connected():
            words.append(sentence("handlers.not_connected"))
        return words

    async def _refusals(self) -> list[RefusalSummary] | None:
        """None where they cannot be read."""
        try:
            async with asyncio.timeout(_DATABASE_TIMEOUT):
                return await self._context.database.read(refusals.summarise)
        except Exception:
            log.exception("what Slack refuses could not be read")
            return None

    async def _set_platform_faults(self) -> None:
        counts = Counter(each.kind for each in await self._refusals() or ())
        counts["connection"] = 0 if await self._is_connected() else 1
        metrics.set_platform_faults(counts)

    async def metrics(self, _request: web.Request) -> web.Response:
        stats = await self._outbox_stats()
        await self._set_platform_faults()
        body = (
            metrics.exposition(stats.by_state, stats.oldest_unsent_seconds)
            if stats
            else metrics.exposition(None)
        )
        return web.Response(body=body, headers={"Content-Type": metrics.CONTENT_TYPE})

    async def _outbox_stats(self) -> OutboxStats | None:
        """None where the outbox cannot be read."""

        def work(session: Session) -> OutboxStats:
            return outbox.collect_stats(session, self._context.clock.now())

        try:
            async with asyncio.timeout(_DATABASE_TIMEOUT):
                return await self._context.database.read(work)
        except Exception:
            log.exception("the outbox could not be read for the metrics")
            return None
