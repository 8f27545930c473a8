"""Moves the sandbox's clock forward, and runs the tick at each moment at which something is due."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from typing import Any, Literal
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from bot.database import Database
from bot.demo.clock import SimulatedClock
from bot.demo.time_format import format_count, format_datetime, format_sent
from bot.demo.upcoming import list_upcoming
from bot.jobs.tick import TickJob, find_next_due
from bot.plan.wording import format_day
from bot.sandbox.time_travel import ClockStep, TimeTravelError
from bot.sentences import sentence
from bot.services.outbox import refusals
from models.queries import outbox as outbox_query

log = structlog.get_logger()
Json = dict[str, Any]
MoveKind = Literal["move", "quarter"]
# Answers the open prompts as of a moment; returns how many answers there were.
AnswerPrompts = Callable[[datetime], Awaitable[int]]
WAITING = "waiting"
PROGRESS_INTERVAL_SECONDS = 0.12
# A move that takes less than this publishes no progress.
PROGRESS_DELAY_SECONDS = 0.4
MAX_MOVE = timedelta(days=366)
# How far to look for something to happen before giving up.
MAX_SEARCH = timedelta(days=120)
MAX_STEPS = 5000
MONDAY_ARRIVAL_TIME = time(9, 0, 30)
# Up to so long before its arrival time, a Monday counts as reached.
MONDAY_TOLERANCE = timedelta(seconds=MONDAY_ARRIVAL_TIME.second)
ARRIVAL_TIME = time(10, 5)
# When owners answer, while a quarter is simulated.
ANSWER_TIME = time(11, 20)


@dataclass
class MoveProgress:
    """One move under way. sent_before, sent: how many messages of each kind had been sent when it began,
    and now; WAITING: how many wait.

    publish: sends an event to every open page. stop_requested: somebody asked to stop it.
    """

    kind: MoveKind
    began: datetime
    until: datetime
    zone: ZoneInfo
    sent_before: dict[str, int]
    publish: Callable[[Json], object]
    answers: int = 0
    stop_requested: bool = False
    sent: dict[str, int] = field(default_factory=dict)
    last_event: Json | None = None

    def __post_init__(self) -> None:
        self._published_at = monotonic() + (
            PROGRESS_DELAY_SECONDS if self.kind == "move" else -PROGRESS_INTERVAL_SECONDS
        )

    def update(self, now: datetime, sent: dict[str, int]) -> None:
        """Publish that the clock has come to `now`, a few times a second at most."""
        self.sent = sent
        if monotonic() - self._published_at < PROGRESS_INTERVAL_SECONDS:
            return
        self._published_at = monotonic()
        self.last_event = {"type": "playing", **self._event_fields(now), "percent": self._percent(now)}
        self.publish(self.last_event)

    def finish(self, now: datetime, reason: str, words: str) -> None:
        """Publish the end; not of a short move, which has published nothing before."""
        if self.last_event is not None:
            self.publish({"type": "played", "reason": reason, **self._event_fields(now), "words": words})

    def count(self, kind: str) -> int:
        return self.sent.get(kind, 0) - self.sent_before.get(kind, 0)

    @property
    def answers_text(self) -> str:
        return format_count(self.answers, "answer")

    @property
    def sent_text(self) -> str:
        return format_sent(self.count("prompt"), self.count("digest"))

    def _percent(self, now: datetime) -> int:
        whole = (self.until - self.began).total_seconds()
        return min(100, max(0, round(100 * (now - self.began).total_seconds() / whole))) if whole > 0 else 100

    def _event_fields(self, now: datetime) -> Json:
        local = now.astimezone(self.zone)
        now_words = format_datetime(local)
        return {
            "kind": self.kind,
            "now_iso": local.isoformat(),
            "now_words": now_words,
            "until_words": format_datetime(self.until.astimezone(self.zone)),
            "sent": {"prompts": self.count("prompt"), "digests": self.count("digest")},
            "answers": self.answers,
            "words": sentence("demo.progress", now=now_words, sent=self.sent_text, answers=self.answers_text),
        }


class ClockRunner:
    """Moves the clock, one move at a time. publish: sends an event to every open page."""

    def __init__(
        self,
        clock: SimulatedClock,
        database: Database,
        tick_job: TickJob,
        timezone: str,
        *,
        publish: Callable[[Json], object],
        answer_prompts: AnswerPrompts,
    ) -> None:
        self._clock, self._database, self._tick_job = clock, database, tick_job
        self._zone, self._publish, self._answer_prompts = ZoneInfo(timezone), publish, answer_prompts
        self._move_lock = asyncio.Lock()
        self._progress: MoveProgress | None = None
        self._play_task: asyncio.Task[None] | None = None

    @property
    def progress_event(self) -> Json | None:
        return self._progress.last_event if self._progress else None

    def now(self) -> datetime:
        return self._clock.now()

    async def move(self, step: ClockStep) -> str:
        """Returns where the clock is and what was sent. Raises TimeTravelError while another move is
        under way.
        """
        self._refuse_if_moving()
        async with self._move_lock:
            if step in {"next-prompt", "next-event"}:
                kinds = ("prompt",) if step == "next-prompt" else ("prompt", "digest")
                progress = await self._start_progress("move", self.now() + MAX_SEARCH)
                await self._run_move(progress, self._run_until_sent(progress, kinds))
            else:
                progress = await self._start_progress("move", self._target_of(step))
                await self._run_move(progress, self.run_until(progress.until, progress))
            return self._describe_move(progress)

    async def move_to(self, day: date) -> str:
        """To that day at 10:05am, when what is due in the morning has been sent."""
        self._refuse_if_moving()
        target = datetime.combine(day, ARRIVAL_TIME, self._zone).astimezone(UTC)
        self._check_target(day, target)
        async with self._move_lock:
            progress = await self._start_progress("move", target)
            await self._run_move(progress, self.run_until(target, progress))
            return self._describe_move(progress)

    async def play(self, weeks: int) -> str:
        """Start simulating so many weeks; returns when they end. The end of it is published as an event."""
        self._refuse_if_moving()
        local = self.now().astimezone(self._zone)
        until = (local + timedelta(weeks=weeks)).astimezone(UTC)
        await self._move_lock.acquire()
        try:
            progress = await self._start_progress("quarter", until)
        except BaseException:
            self._move_lock.release()
            raise
        self._play_task = asyncio.create_task(self._play(progress))
        return format_datetime(until.astimezone(self._zone))

    async def stop(self) -> str:
        progress = self._progress
        if progress is None:
            return ""
        progress.stop_requested = True
        async with self._move_lock:
            return self._describe_move(progress)

    async def stop_and_lock(self) -> asyncio.Lock:
        """Stop any move; the clock cannot be moved until the lock is released."""
        await self.stop()
        await self._move_lock.acquire()
        return self._move_lock

    async def close(self) -> None:
        """Stop any move, and wait for its end."""
        await self.stop()
        if self._play_task is not None:
            await asyncio.gather(self._play_task, return_exceptions=True)

    async def run_until(
        self, target: datetime, progress: MoveProgress | None = None, *, run_at_target: bool = True
    ) -> None:
        """Move to `target`, running the tick at each moment that something is due. run_at_target: run it
        there as well, to retry what failed; not needed if the move goes on from there.
        """
        for _ in range(MAX_STEPS):
            due = await self._database.read(find_next_due)
            if due is None or due > target or (progress and progress.stop_requested):
                break
            self._clock.set(max(due + timedelta(seconds=1), self.now()))
            await self._tick_job.run()
            if progress is not None:
                progress.update(self.now(), await self._count_sent())
        if progress is None or not progress.stop_requested:
            self._clock.set(max(target, self.now()))
            if run_at_target:
                await self._tick_job.run()

    async def retry_refused(self) -> None:
        """As a bot does that starts with a new token. A move under way tries again by itself."""
        await self._database.run(refusals.try_now, self.now())
        if not self._move_lock.locked():
            await self._tick_job.run()

    def _refuse_if_moving(self) -> None:
        if self._move_lock.locked():
            raise TimeTravelError(sentence("demo.clock_moving"), busy=True)

    def _check_target(self, day: date, target: datetime) -> None:
        now = self.now()
        if target <= now:
            today = format_datetime(now.astimezone(self._zone))
            raise TimeTravelError(f"The clock only goes forward. It is now {today}. Choose a later day.")
        if target - now > MAX_MOVE:
            last = (now + MAX_MOVE).astimezone(self._zone).date()
            raise TimeTravelError(
                f"{format_day(day)} is too far ahead."
                f" The clock goes a year at a time, so at most to {format_day(last)}."
            )

    def _target_of(self, step: ClockStep) -> datetime:
        local = self.now().astimezone(self._zone)
        if step == "day":
            return (local + timedelta(days=1)).astimezone(UTC)
        monday = datetime.combine(
            local.date() + timedelta(days=-local.weekday() % 7), MONDAY_ARRIVAL_TIME, self._zone
        )
        if monday - local <= MONDAY_TOLERANCE:
            monday += timedelta(days=7)
        return monday.astimezone(UTC)

    async def _start_progress(self, kind: MoveKind, until: datetime) -> MoveProgress:
        self._progress = MoveProgress(
            kind, self.now(), until, self._zone, await self._count_sent(), self._publish
        )
        return self._progress

    async def _run_move(self, progress: MoveProgress, moving: Awaitable[None]) -> None:
        reason = "failed"
        try:
            await moving
            reason = "stopped" if progress.stop_requested else "done"
        finally:
            progress.sent = await self._count_sent()
            self._progress = None
            progress.finish(self.now(), reason, self._describe_move(progress, failed=reason == "failed"))

    async def _play(self, progress: MoveProgress) -> None:
        try:
            await self._run_move(progress, self._play_days(progress))
        except Exception:
            log.exception("the clock stopped on the way")
        finally:
            self._move_lock.release()
            self._publish({"type": "clock"})

    async def _play_days(self, progress: MoveProgress) -> None:
        """Day by day; each has a moment at which owners answer."""
        progress.update(self.now(), await self._count_sent())
        day = self.now().astimezone(self._zone).date()
        while not progress.stop_requested and self.now() < progress.until:
            moment = datetime.combine(day, ANSWER_TIME, self._zone).astimezone(UTC)
            if self.now() < moment < progress.until:
                await self.run_until(moment, progress, run_at_target=False)
                if not progress.stop_requested:
                    progress.answers += await self._answer_prompts(moment)
            day += timedelta(days=1)
            if datetime.combine(day, ANSWER_TIME, self._zone) >= progress.until:
                await self.run_until(progress.until, progress)
            progress.update(self.now(), await self._count_sent())

    async def _run_until_sent(self, progress: MoveProgress, kinds: tuple[str, ...]) -> None:
        """Move to the next moment that something of these kinds is due, until something is really sent."""
        for _ in range(MAX_STEPS):
            upcoming = await self._database.read(list_upcoming)
            due = min((each.at for each in upcoming if each.kind in kinds), default=None)
            if due is None or due > progress.until or progress.stop_requested:
                return
            await self.run_until(due + timedelta(seconds=1), progress)
            progress.sent = await self._count_sent()
            if any(progress.count(kind) for kind in (*kinds, WAITING)):
                return

    async def _count_sent(self) -> dict[str, int]:
        return await self._database.read(_count_outcomes)

    def _describe_move(self, progress: MoveProgress, *, failed: bool = False) -> str:
        now = format_datetime(self.now().astimezone(self._zone))
        if failed:
            return sentence("demo.move_failed", now=now)
        return sentence(
            "demo.moved",
            now=now,
            is_stopped=progress.stop_requested,
            sent=progress.sent_text,
            waiting=progress.sent.get(WAITING, 0),
            answers=progress.answers_text,
        )


def _count_outcomes(session: Session) -> dict[str, int]:
    """By kind, how many messages were sent; WAITING: how many wait because they were refused."""
    waiting = sum(each.waiting for each in refusals.summarise(session))
    return {**outbox_query.count_sent_by_kind(session), WAITING: waiting}
