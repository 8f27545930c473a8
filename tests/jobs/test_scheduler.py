"""The jobs wake whatever becomes of the machine's clock, and wait a while when it was set."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Self

import apscheduler.schedulers.base
import pytest
from sqlalchemy import select, update

from bot import clock
from bot.database import Database
from bot.delivery.worker import Worker
from bot.jobs import clock_watch, scheduler
from bot.jobs.clock_watch import SETTLE_SECONDS, ClockWatch
from bot.jobs.scheduler import Scheduler
from bot.jobs.tick import TickJob
from bot.rendering import Renderer
from bot.services import heartbeat
from models import ActionOwner, Board
from models.queries import idempotency as query
from tests.fixtures.waiting import wait_until
from tests.jobs.test_tick import FixedClock, UnusedSender


class MachineClock:
    """The machine's clock, as everything in the process sees it, can be set. Its monotonic clock cannot."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.offset = timedelta()
        machine = self

        class ShiftedDatetime(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Self:
                return cls.fromtimestamp((datetime.now(UTC) + machine.offset).timestamp(), tz)

        monkeypatch.setattr(apscheduler.schedulers.base, "datetime", ShiftedDatetime)
        monkeypatch.setattr(clock, "datetime", ShiftedDatetime)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> MachineClock:
    monkeypatch.setattr(scheduler, "PULSE_INTERVAL", 0.05)
    return MachineClock(monkeypatch)


@asynccontextmanager
async def counting(
    database: Database, watch: ClockWatch | None = None
) -> AsyncIterator[tuple[Scheduler, Callable[[], int]]]:
    """A scheduler with a job every tenth of a second, and how often that ran."""
    runs = 0

    async def count() -> None:
        nonlocal runs
        runs += 1

    worker = Worker(database, UnusedSender(), Renderer(), FixedClock())
    jobs = Scheduler(TickJob(database, worker, FixedClock()), worker, tick_seconds=0.1, watch=watch)
    jobs.add_job(0.1, count)
    jobs.start()
    try:
        yield jobs, lambda: runs
    finally:
        await jobs.stop()


@pytest.mark.parametrize(
    "step",
    [timedelta(hours=-3), timedelta(days=-731), timedelta(seconds=-28), timedelta(weeks=2)],
    ids=["three hours back", "two years back", "seconds back", "two weeks on"],
)
async def test_the_jobs_go_on_after_the_clock_was_set(
    database: Database, machine: MachineClock, step: timedelta
) -> None:
    async with counting(database) as (_, count):
        await wait_until(lambda: count() >= 2, "the job runs")
        machine.offset = step
        before = count()
        await wait_until(lambda: count() >= before + 3, "the job runs on")


async def test_they_go_on_when_it_was_ahead_for_a_moment(database: Database, machine: MachineClock) -> None:
    async with counting(database) as (_, count):
        machine.offset = timedelta(weeks=2)
        before = count()
        await wait_until(lambda: count() >= before + 2, "the job runs at the wrong time")
        machine.offset = timedelta()
        before = count()
        await wait_until(lambda: count() >= before + 3, "the job runs at the right time")


async def test_a_step_of_years_is_one_run_and_no_list_of_millions(
    database: Database, machine: MachineClock
) -> None:
    async with counting(database) as (_, count):
        await wait_until(lambda: count() >= 1, "the job runs")
        machine.offset = timedelta(days=7310)
        before, began = count(), time.monotonic()
        await wait_until(lambda: count() > before, "the job runs")
        await asyncio.sleep(0.2)
        assert count() - before <= (time.monotonic() - began) / 0.1 + 3


async def test_silence_is_measured_by_a_clock_that_nobody_sets(
    planned: Database, machine: MachineClock
) -> None:
    async with counting(planned) as (jobs, _):
        await wait_until(lambda: jobs.seconds_since_tick() is not None, "the tick runs")
        machine.offset = timedelta(hours=-3)
        await asyncio.sleep(0.05)
        age = jobs.seconds_since_tick()
        assert age is not None
        assert 0 <= age < 60


async def test_nothing_is_done_by_a_clock_that_was_just_set(
    planned: Database, machine: MachineClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock_watch, "SETTLE_SECONDS", 1.0)
    async with counting(planned, ClockWatch(clock.SystemClock())) as (jobs, count):
        await wait_until(lambda: count() >= 2, "the job runs")
        machine.offset = timedelta(weeks=2)
        before = count()
        began = time.monotonic()
        await wait_until(lambda: count() > before + 1, "the job runs when the clock has settled")
        assert time.monotonic() - began >= 0.9
        assert jobs.seconds_since_tick() is not None


class Times:
    """A wall clock and a monotonic one, each moved by hand."""

    def __init__(self) -> None:
        self.wall, self.steady = datetime(2026, 3, 2, 9, 0, tzinfo=UTC), 1000.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.steady

    def pass_by(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.steady += seconds


def watch_of(times: Times) -> ClockWatch:
    return ClockWatch(times, times.monotonic)


def test_a_clock_that_goes_on_is_settled_from_the_start() -> None:
    times = Times()
    watch = watch_of(times)
    for _ in range(10):
        assert watch.is_settled()
        times.pass_by(5)


@pytest.mark.parametrize("seconds", [1_209_600, -10_800, 31, -31])
def test_a_step_is_waited_out_and_the_step_back_too(seconds: int) -> None:
    times = Times()
    watch = watch_of(times)
    times.wall += timedelta(seconds=seconds)
    assert not watch.is_settled()
    times.pass_by(28)
    times.wall -= timedelta(seconds=seconds)
    assert not watch.is_settled()
    times.pass_by(SETTLE_SECONDS - 1)
    assert not watch.is_settled()
    times.pass_by(1)
    assert watch.is_settled()


def test_small_corrections_are_no_step() -> None:
    times = Times()
    watch = watch_of(times)
    for _ in range(20):
        times.pass_by(5)
        times.wall += timedelta(seconds=10)
        assert watch.is_settled()


async def test_what_was_written_ahead_is_set_right_only_once_the_clock_stays(planned: Database) -> None:
    """A machine may also start with a clock that is behind, for a moment."""
    times = Times()
    watch = watch_of(times)
    worker = Worker(planned, UnusedSender(), Renderer(), times)
    tick_job = TickJob(planned, worker, times, watch)
    ahead = times.wall + timedelta(weeks=2)
    await planned.run(heartbeat.record_write, ahead)
    await tick_job.run()
    assert not watch.is_settled()
    assert tick_job.last_run_at is None
    assert await planned.read(query.last_write_at) == ahead
    times.pass_by(SETTLE_SECONDS)
    assert watch.is_settled()
    with planned.transaction() as session:
        session.execute(update(Board).values(next_digest_at=ahead))
        session.execute(update(ActionOwner).values(prompt_at=None))
    await tick_job.run()
    assert tick_job.last_run_at == times.wall
    assert await planned.read(query.last_write_at) == times.wall
    with planned.transaction(write=False) as session:
        next_digest_at = session.scalars(select(Board.next_digest_at)).one()
        assert next_digest_at is not None
        assert next_digest_at < ahead
