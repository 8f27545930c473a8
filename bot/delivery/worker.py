"""Works through the outbox: claim, post, record. No transaction is open while it posts."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import structlog
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.database import Database
from bot.delivery.sender import THREAD_GONE_CODES, MessageRef, Post, Sender
from bot.errors import BOT_ERROR_KINDS, CallKind, DeliveryError, ErrorKind
from bot.rendering import Renderer, SlackMessage
from bot.sentences import sentence
from bot.services import compose
from bot.services.compose import PreparedDelivery
from bot.services.leases import LEASE
from bot.services.outbox import admin_notices, claims, outbox, rate_limits, refusals
from bot.services.outbox.claims import ClaimedDelivery
from bot.services.outbox.rate_limits import SLACK_LIMITS, WorkspaceLimits
from bot.services.scheduling import waiting

log = structlog.get_logger()
BATCH_SIZE = 10
FIND_WINDOW = 3600.0
# Half a lease: whatever takes longer is given up well before anyone else may claim it.
POST_TIMEOUT = LEASE.total_seconds() / 2


class Worker:
    """Sends what is due. Any number of them may run: each row is claimed by one.

    team_id: the only workspace it can post to, once that is known; None means every one there is.
    """

    def __init__(
        self,
        database: Database,
        sender: Sender,
        renderer: Renderer,
        clock: Clock,
        *,
        limits: WorkspaceLimits = SLACK_LIMITS,
    ) -> None:
        self._database, self._sender, self._renderer, self._clock = database, sender, renderer, clock
        self._limits = limits
        self._name = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:6]}"
        self._lock = asyncio.Lock()
        self._stopping = False
        self.team_id: str | None = None

    async def drain(self) -> int:
        """Send until nothing may go any more; returns how many rows were settled."""
        settled = 0
        async with self._lock:
            if await self._database.read(waiting.has_overdue, self._clock.now()):
                await self._database.run(waiting.settle_overdue, self._clock.now())
            while not self._stopping and (claimed := await self._claim()):
                settled += await self._send_all(claimed)
        return settled

    async def _claim(self) -> list[ClaimedDelivery]:
        return await self._database.run(
            claims.claim,
            by=self._name,
            now=self._clock.now(),
            limit=BATCH_SIZE,
            team_id=self.team_id,
            limits=self._limits,
        )

    async def seconds_until_next(self) -> float | None:
        """In how many seconds something may next be sent, as far as is known now; None for nothing."""
        at = await self._database.read(claims.next_attempt_at, self.team_id)
        return None if at is None else max(0.0, (at - self._clock.now()).total_seconds())

    @asynccontextmanager
    async def pause(self) -> AsyncIterator[None]:
        """Nothing is sent while the context lasts; what is under way is finished first."""
        async with self._lock:
            yield

    def stop(self) -> None:
        """Begin nothing more: after the message under way the other claims are released."""
        self._stopping = True

    async def abandon_claims(self) -> None:
        """At the very end: release whatever is still claimed."""
        await self._database.run(claims.abandon_claims, by=self._name, now=self._clock.now())

    async def _send_all(self, claimed: Sequence[ClaimedDelivery]) -> int:
        """One after the other, in order. A pause the platform asks for is its workspace's, and so is a
        refused token: the rest of that one's is given back.
        """
        paused: set[int] = set()
        left: list[int] = []
        for each in claimed:
            if self._stopping or each.workspace_id in paused:
                left.append(each.id)
            elif (error := await self._try_send(each)) is not None and _concerns_others(error):
                paused.add(each.workspace_id)
        if left:
            await self._database.run(claims.release_claims, left, by=self._name, now=self._clock.now())
        return len(claimed) - len(left)

    async def _try_send(self, claimed: ClaimedDelivery) -> DeliveryError | None:
        """Send one; an error is written down, and returned."""
        try:
            await self._send(claimed.id)
        except DeliveryError as error:
            failed = error
        except Exception:
            log.exception("fault while sending", delivery=claimed.id)
            failed = DeliveryError(sentence("delivery.bot_fault"), code="fault", try_again=True)
        else:
            return None
        is_news = await self._database.run(self._record_failure, claimed, failed)
        if is_news:
            log.error("refused until somebody puts it right", code=failed.code, delivery=claimed.id)
        return failed

    async def _send(self, delivery_id: int) -> None:
        job = await self._database.run(self._prepare, delivery_id)
        if job is None:
            return
        parts = self._render(job)
        posted = await self._post_with_timeout(job, parts[min(job.part_index, len(parts) - 1)])
        if posted is None:
            await self._database.run(self._skip_or_postpone, job)
            return
        over = await self._database.run(self._record_sent, job, posted, len(parts))
        for scope in over:
            log.info("no longer refused", scope=scope)
        log.info("sent", kind=job.kind, delivery=delivery_id, attempts_before=job.was_attempted)

    def _record_sent(
        self, session: Session, job: PreparedDelivery, posted: MessageRef, parts: int
    ) -> list[str]:
        """Returns the scopes of which nothing is refused any more."""
        now = self._clock.now()
        over = refusals.note_success(session, outbox.require_row(session, job.delivery_id), now)
        compose.record_sent(session, job, posted.channel, posted.ts, parts, now)
        return over

    def _prepare(self, session: Session, delivery_id: int) -> PreparedDelivery | None:
        """The message as things stand now, if the claim was not lost; its lease begins anew."""
        return (
            compose.prepare_delivery(session, delivery_id, self._clock.now())
            if self._renew_claim(session, delivery_id)
            else None
        )

    def _renew_claim(self, session: Session, delivery_id: int) -> bool:
        return claims.renew(session, delivery_id, by=self._name, now=self._clock.now())

    def _skip_or_postpone(self, session: Session, delivery: PreparedDelivery) -> None:
        if self._renew_claim(session, delivery.delivery_id):
            compose.skip_or_postpone(session, delivery, self._clock.now())

    def _render(self, delivery: PreparedDelivery) -> list[SlackMessage]:
        if delivery.payload is not None:
            return [SlackMessage(delivery.payload["text"], delivery.payload["blocks"])]
        return self._renderer.slack(delivery.message) if delivery.message else [SlackMessage("", [])]

    async def _post_with_timeout(
        self, delivery: PreparedDelivery, message: SlackMessage
    ) -> MessageRef | None:
        try:
            async with asyncio.timeout(POST_TIMEOUT):
                return await self._post(delivery, message)
        except TimeoutError:
            raise DeliveryError("Slack did not answer in time.", code="timeout", try_again=True) from None

    async def _post(self, delivery: PreparedDelivery, message: SlackMessage) -> MessageRef | None:
        """Post, unless an earlier try that was never recorded did so already. None when it was not posted
        and is not to be any more, or not yet.
        """
        post = Post(
            delivery.target,
            message.text,
            delivery.token,
            message.blocks,
            delivery.updates,
            delivery.thread_ts,
        )
        try:
            return await self._find_or_post(delivery, post)
        except DeliveryError as error:
            # Somebody waits for it, also where what they answered was deleted.
            if delivery.kind != "reply" or not post.thread_ts or error.code not in THREAD_GONE_CODES:
                raise
            return await self._find_or_post(delivery, replace(post, thread_ts=""))

    async def _find_or_post(self, delivery: PreparedDelivery, post: Post) -> MessageRef | None:
        if delivery.was_attempted and delivery.updates is None:
            found = await self._look_for(delivery, post)
            if found is not None:
                return found
        return None if delivery.nothing_left or delivery.outside_hours else await self._sender.post(post)

    async def _look_for(self, delivery: PreparedDelivery, post: Post) -> MessageRef | None:
        """Without the permission to read the conversation it may be posted twice; it is not lost for that."""
        try:
            return await self._sender.find(post, since=delivery.due_at.timestamp() - FIND_WINDOW)
        except DeliveryError as error:
            if error.kind is not ErrorKind.PERMISSION or error.call is not CallKind.FIND:
                raise
            log.warning("it cannot be looked for before it is posted", code=error.code)
            return None

    def _record_failure(self, session: Session, claimed: ClaimedDelivery, error: DeliveryError) -> bool:
        """Returns whether it is the first of what is refused until somebody puts it right."""
        now = self._clock.now()
        log.warning("not sent", delivery=claimed.id, code=error.code, try_again=error.try_again)
        if error.retry_after is not None and error.call is not None:
            until = now + timedelta(seconds=error.retry_after)
            rate_limits.pause_calls(session, claimed.workspace_id, error.call, until, now)
        if not self._renew_claim(session, claimed.id):
            return False
        row = outbox.require_row(session, claimed.id)
        if refusals.must_wait(row, error):
            return refusals.put_off(session, row, error, now)
        if error.try_again:
            outbox.schedule_retry(
                session, claimed.id, now=now, reason=error.sentence, retry_after=error.retry_after
            )
            return False
        row = outbox.mark_failed(session, claimed.id, error.sentence)
        admin_notices.notify_undelivered(session, row, error, now)
        return False


def _concerns_others(error: DeliveryError) -> bool:
    """Whether the next call would most likely fail for the same reason."""
    return error.retry_after is not None or error.kind in BOT_ERROR_KINDS
