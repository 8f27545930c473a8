"""Moves the sandbox's clock forward, stopping wherever something comes due, so that it happens then."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from typing import Any, Literal
from zoneinfo import ZoneInfo

import structlog

from bot.database import Database
from bot.demo.clock import SimulatedClock
from bot.demo.time_format import counted, sent_words, words_of
from bot.demo.upcoming import what_comes
from bot.jobs.tick import Rounds, next_due
from bot.sandbox.time_travel import ClockStep, TimeTravelError
from models.queries import outbox as ledger_query

Json = dict[str, Any]
Kind = Literal["move", "quarter"]
PAUSE_SECONDS = 0.12
# A move that is over before this is told only by its end.
PATIENCE_SECONDS = 0.4


@dataclass
class Progress:
    """One move under way. sent_before: how much of each kind had been sent when it began.

    told: sends news to every open page. wanted: it was asked to stop.
    """

    kind: Kind
    began: datetime
    until: datetime
    zone: ZoneInfo
    sent_before: dict[str, int]
    tell: Callable[[Json], object]
    answers: int = 0
    wanted: bool = False
    sent: dict[str, int] = field(default_factory=dict)
    news: Json | None = None

    def __post_init__(self) -> None:
        self._told_at = monotonic() + (PATIENCE_SECONDS if self.kind == "move" else -PAUSE_SECONDS)

    def at(self, now: datetime, sent: dict[str, int]) -> None:
        """The clock has come to `now`. Told a few times a second at most."""
        self.sent = sent
        if monotonic() - self._told_at < PAUSE_SECONDS:
            return
        self._told_at = monotonic()
        self.news = {"type": "playing", **self._facts(now), "percent": self._percent(now)}
        self.tell(self.news)

    def over(self, now: datetime, reason: str, words: str) -> None:
        """The last news of it; a short move, of which nothing was told, ends without."""
        if self.news is not None:
            self.tell({"type": "played", "reason": reason, **self._facts(now), "words": words})

    def count(self, kind: str) -> int:
        return self.sent.get(kind, 0) - self.sent_before.get(kind, 0)

    @property
    def answer_words(self) -> str:
        return counted(self.answers, "answer")

    @property
    def sent_words(self) -> str:
        return sent_words(self.count("prompt"), self.count("digest"))

    def _percent(self, now: datetime) -> int:
        whole = (self.until - self.began).total_seconds()
        return min(100, max(0, round(100 * (now - self.began).total_seconds() / whole))) if whole > 0 else 100

    def _facts(self, now: datetime) -> Json:
        local = now.astimezone(self.zone)
        so_far = ", ".join(part for part in (self.sent_words, self.answer_words) if part)
        return {
            "kind": self.kind,
            "now_iso": local.isoformat(),
            "now_words": words_of(local),
            "until_words": words_of(self.until.astimezone(self.zone)),
            "sent": {"prompts": self.count("prompt"), "digests": self.count("digest")},
            "answers": self.answers,
            "words": f"{words_of(local)}: {so_far or 'nothing'} so far",
        }


log = structlog.get_logger()
FURTHEST = timedelta(days=366)
# How far to look for something to happen before giving up.
LONGEST_SEARCH = timedelta(days=120)
MOST_STEPS = 5000
MONDAY_NINE = time(9, 0, 30)
# What is left of a Monday's first minute counts as that Monday, not as the way to it.
AT_NINE = timedelta(seconds=MONDAY_NINE.second)
MORNING = time(10, 5)
# When owners answer, while a quarter is played.
ANSWERING = time(11, 20)
STILL_THERE = "Nothing that was said is lost. Try again."
BUSY = "The clock is moving already. Wait until it stands, or stop it."

Answering = Callable[[datetime], Awaitable[int]]


class Journey:
    """One move at a time. answering: lets the owners answer at that moment, and says how many did."""

    def __init__(
        self,
        clock: SimulatedClock,
        database: Database,
        rounds: Rounds,
        timezone: str,
        *,
        tell: Callable[[Json], object],
        answering: Answering,
    ) -> None:
        self._clock, self._database, self._rounds = clock, database, rounds
        self._zone, self._tell, self._answering = ZoneInfo(timezone), tell, answering
        self._moving = asyncio.Lock()
        self._progress: Progress | None = None
        self._played: asyncio.Task[None] | None = None

    @property
    def playing(self) -> Json | None:
        return self._progress.news if self._progress else None

    def now(self) -> datetime:
        return self._clock.now()

    async def move(self, to: ClockStep) -> str:
        """Raises TravelError while another move is under way."""
        self._refuse_if_moving()
        async with self._moving:
            if to in {"next-prompt", "next-event"}:
                kinds = ("prompt",) if to == "next-prompt" else ("prompt", "digest")
                progress = await self._begin("move", self.now() + LONGEST_SEARCH)
                await self._finishing(progress, self._until_sent(progress, kinds))
            else:
                progress = await self._begin("move", self._target(to))
                await self._finishing(progress, self.travel(progress.until, progress))
            return self._told(progress)

    async def move_to(self, day: date) -> str:
        """To the middle of that day's morning: what is sent in the morning is there by then."""
        self._refuse_if_moving()
        target = datetime.combine(day, MORNING, self._zone).astimezone(UTC)
        self._check(day, target)
        async with self._moving:
            progress = await self._begin("move", target)
            await self._finishing(progress, self.travel(target, progress))
            return self._told(progress)

    async def play(self, weeks: int) -> str:
        """Set off; the end of it is told as news."""
        self._refuse_if_moving()
        local = self.now().astimezone(self._zone)
        until = (local + timedelta(weeks=weeks)).astimezone(UTC)
        await self._moving.acquire()
        try:
            progress = await self._begin("quarter", until)
        except BaseException:
            self._moving.release()
            raise
        self._played = asyncio.create_task(self._play(progress))
        return words_of(until.astimezone(self._zone))

    async def stop(self) -> str:
        progress = self._progress
        if progress is None:
            return ""
        progress.wanted = True
        async with self._moving:
            return self._told(progress)

    async def held(self) -> asyncio.Lock:
        """Stop what is under way and keep the clock where it is until the lock is released."""
        await self.stop()
        await self._moving.acquire()
        return self._moving

    async def close(self) -> None:
        """Stop, and wait for what is being done at this moment."""
        await self.stop()
        if self._played is not None:
            await asyncio.gather(self._played, return_exceptions=True)

    async def travel(self, target: datetime, progress: Progress | None = None, *, last: bool = True) -> None:
        """Go to `target`, doing everything due on the way at the moment it is due. last: what was put off is
        tried again there; on the way through, the next thing due will do that.
        """
        for _ in range(MOST_STEPS):
            due = await self._database.look(next_due)
            if due is None or due > target or (progress and progress.wanted):
                break
            self._clock.set(max(due + timedelta(seconds=1), self.now()))
            await self._rounds.go()
            if progress is not None:
                progress.at(self.now(), await self._sent())
        if progress is None or not progress.wanted:
            self._clock.set(max(target, self.now()))
            if last:
                await self._rounds.go()

    def _refuse_if_moving(self) -> None:
        if self._moving.locked():
            raise TimeTravelError(BUSY, busy=True)

    def _check(self, day: date, target: datetime) -> None:
        now = self.now()
        if target <= now:
            today = words_of(now.astimezone(self._zone))
            raise TimeTravelError(f"The clock only goes forward. It is now {today}. Choose a later day.")
        if target - now > FURTHEST:
            last = (now + FURTHEST).astimezone(self._zone).date()
            raise TimeTravelError(
                f"{day.day} {day:%B %Y} is too far ahead."
                f" The clock goes a year at a time, so at most to {last.day} {last:%B %Y}."
            )

    def _target(self, to: ClockStep) -> datetime:
        local = self.now().astimezone(self._zone)
        if to == "day":
            return (local + timedelta(days=1)).astimezone(UTC)
        monday = datetime.combine(
            local.date() + timedelta(days=-local.weekday() % 7), MONDAY_NINE, self._zone
        )
        if monday - local <= AT_NINE:
            monday += timedelta(days=7)
        return monday.astimezone(UTC)

    async def _begin(self, kind: Kind, until: datetime) -> Progress:
        self._progress = Progress(kind, self.now(), until, self._zone, await self._sent(), self._tell)
        return self._progress

    async def _finishing(self, progress: Progress, moving: Awaitable[None]) -> None:
        reason = "failed"
        try:
            await moving
            reason = "stopped" if progress.wanted else "done"
        finally:
            progress.sent = await self._sent()
            self._progress = None
            progress.over(self.now(), reason, self._told(progress, failed=reason == "failed"))

    async def _play(self, progress: Progress) -> None:
        try:
            await self._finishing(progress, self._days(progress))
        except Exception:
            log.exception("the clock stopped on the way")
        finally:
            self._moving.release()
            self._tell({"type": "clock"})

    async def _days(self, progress: Progress) -> None:
        """Day by day, with a moment in each when owners answer."""
        progress.at(self.now(), await self._sent())
        day = self.now().astimezone(self._zone).date()
        while not progress.wanted and self.now() < progress.until:
            moment = datetime.combine(day, ANSWERING, self._zone).astimezone(UTC)
            if self.now() < moment < progress.until:
                await self.travel(moment, progress, last=False)
                if not progress.wanted:
                    progress.answers += await self._answering(moment)
            day += timedelta(days=1)
            if datetime.combine(day, ANSWERING, self._zone) >= progress.until:
                await self.travel(progress.until, progress)
            progress.at(self.now(), await self._sent())

    async def _until_sent(self, progress: Progress, kinds: tuple[str, ...]) -> None:
        """On to the next thing due, and the next, until something was really sent."""
        for _ in range(MOST_STEPS):
            coming = await self._database.look(what_comes)
            due = min((each.at for each in coming if each.kind in kinds), default=None)
            if due is None or due > progress.until or progress.wanted:
                return
            await self.travel(due + timedelta(seconds=1), progress)
            progress.sent = await self._sent()
            if any(progress.count(kind) for kind in kinds):
                return

    async def _sent(self) -> dict[str, int]:
        return await self._database.look(ledger_query.count_sent_by_kind)

    def _told(self, progress: Progress, *, failed: bool = False) -> str:
        now = f"It is now {words_of(self.now().astimezone(self._zone))}."
        if failed:
            return f"Something went wrong, so the clock stopped on the way. {now} {STILL_THERE}"
        if progress.wanted:
            now = f"Stopped. {now}"
        sent, answers = progress.sent_words, progress.answer_words
        told = f"{now} On the way the bot sent {sent}." if sent else f"{now} Nothing was due on the way."
        return f"{told} Owners gave {answers}." if answers else told
