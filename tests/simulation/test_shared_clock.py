"""The simulated time, and machines whose clock is wrong about it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.jobs.clock_watch import ClockWatch
from bot.simulation.shared_clock import MachineClock, SharedClock, WatchedClock

NOON = datetime(2027, 9, 1, 12, 0, tzinfo=UTC)
WEEK = timedelta(weeks=1)


def test_two_processes_see_one_time_and_one_error(tmp_path: Path) -> None:
    first, second = SharedClock(tmp_path / "time"), SharedClock(tmp_path / "time")
    first.set(NOON + timedelta(microseconds=1))
    first.error = -WEEK
    assert second.now() == NOON + timedelta(microseconds=1)
    assert second.error == -WEEK
    assert MachineClock(second).now() == NOON + timedelta(microseconds=1) - WEEK


def test_the_workspace_has_the_right_time_while_the_machines_are_wrong(tmp_path: Path) -> None:
    clock = SharedClock(tmp_path / "time")
    clock.set(NOON)
    clock.error = 2 * WEEK
    clock.set(NOON + WEEK)
    assert clock.now() == NOON + WEEK
    assert MachineClock(clock).now() == NOON + 3 * WEEK
    clock.error = timedelta()
    assert MachineClock(clock).now() == NOON + WEEK


@pytest.mark.parametrize("error", [WEEK, -WEEK, timedelta(minutes=1)])
def test_a_wrong_clock_is_noticed_and_time_that_passes_is_not(tmp_path: Path, error: timedelta) -> None:
    shared = SharedClock(tmp_path / "time")
    shared.set(NOON)
    watched = WatchedClock(shared)
    watch = ClockWatch(watched, watched.monotonic)
    assert watch.is_settled()
    shared.set(NOON + WEEK)
    assert watch.is_settled(), "the simulation moves on"
    shared.error = error
    assert not watch.is_settled()
    shared.set(NOON + WEEK + timedelta(seconds=119))
    assert not watch.is_settled()
    shared.set(NOON + WEEK + timedelta(seconds=120))
    assert watch.is_settled()
    shared.error = timedelta()
    assert not watch.is_settled()
