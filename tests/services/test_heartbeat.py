"""Since when something may have been written that no bot was told of, and who looks for it."""

from datetime import datetime, timedelta

import pytest

from bot.backup import after_restore
from bot.database import Database
from bot.services import heartbeat
from bot.services.outbox.rate_limits import SLACK_LIMITS
from tests.fixtures.plans import NOW, TEAM, USERS


def beat(database: Database, now: datetime) -> datetime | None:
    with database.transaction() as session:
        return heartbeat.beat(session, TEAM, now)


def later_by(**passed: float) -> datetime:
    return NOW + timedelta(**passed)


def test_the_first_bot_ever_has_missed_nothing(planned: Database) -> None:
    assert beat(planned, NOW) is None
    assert beat(planned, later_by(seconds=30)) is None


def test_what_was_missed_began_just_before_it_was_last_there(planned: Database) -> None:
    beat(planned, NOW)
    beat(planned, later_by(seconds=30))
    assert beat(planned, later_by(minutes=10)) == later_by(seconds=20)


def test_one_of_several_looks_and_another_when_it_has_gone(planned: Database) -> None:
    beat(planned, NOW)
    assert beat(planned, later_by(minutes=10)) is not None
    assert beat(planned, later_by(minutes=10, seconds=1)) is None
    with planned.transaction() as session:
        assert heartbeat.renew_catch_up(session, TEAM, SLACK_LIMITS, later_by(minutes=12))
    assert beat(planned, later_by(minutes=14)) is None
    assert beat(planned, later_by(minutes=15, seconds=1)) == later_by(seconds=-10)


def test_what_was_looked_for_is_not_looked_for_again(planned: Database) -> None:
    beat(planned, NOW)
    beat(planned, later_by(minutes=10))
    with planned.transaction() as session:
        heartbeat.finish_catch_up(session, TEAM, later_by(minutes=11))
    assert beat(planned, later_by(minutes=11, seconds=30)) is None


def test_a_second_absence_before_all_was_looked_for_takes_nothing_off_the_first(planned: Database) -> None:
    beat(planned, NOW)
    assert beat(planned, later_by(minutes=10)) == beat(planned, later_by(minutes=40)) == later_by(seconds=-10)


def test_nothing_is_looked_for_that_may_have_been_forgotten(planned: Database) -> None:
    beat(planned, NOW)
    assert beat(planned, later_by(days=30)) == later_by(days=24)
    # Nor when somebody was long about it, and another takes it up.
    assert beat(planned, later_by(days=33)) == later_by(days=27)
    assert heartbeat.is_too_old(later_by(days=26), later_by(days=33))
    assert not heartbeat.is_too_old(later_by(days=28), later_by(days=33))


def test_what_cannot_be_taken_for_days_is_let_go_before_it_may_be_taken_twice(planned: Database) -> None:
    beat(planned, NOW)
    beat(planned, later_by(minutes=10))
    assert beat(planned, later_by(days=9)) == later_by(days=3)


def test_an_absence_while_it_looked_is_looked_for_too(planned: Database) -> None:
    beat(planned, NOW)
    beat(planned, later_by(minutes=10))
    with planned.transaction() as session:
        heartbeat.finish_catch_up(session, TEAM, later_by(hours=2))
    assert beat(planned, later_by(hours=2, seconds=1)) == later_by(seconds=-10)


@pytest.mark.parametrize("slow", [5, 60])
def test_a_clock_that_is_behind_takes_nothing_back(planned: Database, slow: int) -> None:
    beat(planned, NOW)
    beat(planned, later_by(seconds=-slow))
    assert beat(planned, later_by(minutes=3)) == later_by(seconds=-10)


def test_only_so_many_conversations_are_opened_at_once(planned: Database) -> None:
    beat(planned, NOW)
    beat(planned, later_by(minutes=10))
    with planned.transaction() as session:
        turns = [
            heartbeat.renew_catch_up(session, TEAM, SLACK_LIMITS, later_by(minutes=10)) for _ in range(12)
        ]
    assert turns == [True] * 10 + [False] * 2


def test_after_a_restore_nothing_is_looked_for(planned: Database) -> None:
    beat(planned, NOW)
    with planned.transaction() as session:
        after_restore.reconcile(session, NOW, later_by(days=2))
    assert beat(planned, later_by(days=2)) is None


def test_everybody_with_an_account_may_have_written(planned: Database) -> None:
    with planned.transaction(write=False) as session:
        assert sorted(heartbeat.list_accounts(session, TEAM)) == sorted(USERS.values())
