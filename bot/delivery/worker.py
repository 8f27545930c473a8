"""Works through the ledger: claim, post, record. Nothing here holds a transaction while it posts."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import structlog
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.database import Database
from bot.delivery.sending import Post, Posted, Sender
from bot.errors import DeliveryError
from bot.rendering import Renderer, SlackMessage
from bot.services import ledger, notices, outbox
from bot.services.outbox import Job

log = structlog.get_logger()
AT_ONCE = 20
LOOK_BACK = 3600.0


class Worker:
    """Sends what is due. Any number of them may run: each row is claimed by one."""

    def __init__(self, database: Database, sender: Sender, renderer: Renderer, clock: Clock) -> None:
        self._database, self._sender, self._renderer, self._clock = database, sender, renderer, clock
        self._name = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:6]}"
        self._one_at_a_time = asyncio.Lock()

    async def drain(self) -> int:
        """Send until nothing is due; returns how many rows were settled."""
        settled = 0
        async with self._one_at_a_time:
            while ids := await self._database.run(
                ledger.claim, by=self._name, now=self._clock.now(), limit=AT_ONCE
            ):
                settled += await self._send_all(ids)
        return settled

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Nothing is sent while the context lasts; what is under way is finished first."""
        async with self._one_at_a_time:
            yield

    async def _send_all(self, ids: Sequence[int]) -> int:
        """One after the other, in order; a pause asked for by the platform gives the rest back."""
        for place, delivery_id in enumerate(ids):
            error = await self._try(delivery_id)
            if error is not None:
                await self._database.run(self._record_failure, delivery_id, error)
            if error is not None and error.code == "ratelimited":
                await self._give_back(ids[place + 1 :], error.retry_after or 1.0)
                return place + 1
        return len(ids)

    async def _try(self, delivery_id: int) -> DeliveryError | None:
        try:
            await self._send(delivery_id)
        except DeliveryError as error:
            return error
        except Exception:
            log.exception("fault while sending", delivery=delivery_id)
            return DeliveryError("The bot had a fault.", code="fault", try_again=True)
        return None

    async def _give_back(self, ids: Sequence[int], wait: float) -> None:
        at = self._clock.now() + timedelta(seconds=wait)
        for delivery_id in ids:
            await self._database.run(ledger.release, delivery_id, at)

    async def _send(self, delivery_id: int) -> None:
        job = await self._database.run(outbox.compose, delivery_id, self._clock.now())
        if job is None:
            return
        parts = self._worded(job)
        posted = await self._posted(job, parts[min(job.part, len(parts) - 1)])
        if posted is None:
            await self._database.run(outbox.leave, job, self._clock.now())
            return
        await self._database.run(
            outbox.record_sent, job, posted.channel, posted.ts, len(parts), self._clock.now()
        )
        log.info("sent", kind=job.kind, delivery=delivery_id, attempts_before=job.again)

    def _worded(self, job: Job) -> list[SlackMessage]:
        if job.ready is not None:
            return [SlackMessage(job.ready["text"], job.ready["blocks"])]
        return self._renderer.slack(job.message) if job.message else [SlackMessage("", [])]

    async def _posted(self, job: Job, message: SlackMessage) -> Posted | None:
        """Post, unless an earlier try that was never recorded did so already. None when it was not posted
        and is not to be any more, or not yet.
        """
        post = Post(job.target, message.text, job.token, message.blocks, job.updates, job.thread_ts)
        if job.again and job.updates is None:
            found = await self._sender.find(post, since=job.due_at.timestamp() - LOOK_BACK)
            if found is not None:
                return found
        return None if job.moot or job.untimely else await self._sender.post(post)

    def _record_failure(self, session: Session, delivery_id: int, error: DeliveryError) -> None:
        now = self._clock.now()
        log.warning("not sent", delivery=delivery_id, code=error.code, try_again=error.try_again)
        if error.try_again:
            ledger.put_off(session, delivery_id, now=now, reason=error.sentence, wait=error.retry_after)
            return
        row = ledger.failed(session, delivery_id, error.sentence)
        notices.undelivered(session, row, error, now)
