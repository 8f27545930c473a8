"""The clock was wrong while Slack refused messages: what waited goes out as if it had been right."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.database import Database
from bot.errors import CallKind, DeliveryError, ErrorKind
from bot.services.audit import audit
from bot.services.outbox import refusals
from models import Delivery, DeliveryState, Refusal
from tests.fixtures.databases import fresh_database
from tests.fixtures.plans import NOW
from tests.jobs.test_wrong_clock import END, WRONG_FOR, run_right
from tests.jobs.wrong_clocks import Bot, read_ledger

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
TWO_WEEKS = timedelta(weeks=2)
MONDAY_MORNING = datetime(2026, 3, 9, 8, 50, tzinfo=UTC)
MONDAY_AFTERNOON = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
TOKEN = DeliveryError(
    "Slack refuses the token.",
    code="token_revoked",
    try_again=False,
    call=CallKind.POST,
    kind=ErrorKind.TOKEN,
)
CHANNEL = DeliveryError(
    "The bot is not a member of that channel.",
    code="not_in_channel",
    try_again=False,
    call=CallKind.POST,
    kind=ErrorKind.CHANNEL,
)


async def run_wrong_while_refused(
    bot: Bot, at: datetime, wrong_by: timedelta, error: DeliveryError, *, refused_since: datetime
) -> None:
    """Two rounds by the wrong clock and one by the right one, all refused; then Slack accepts again."""
    await bot.run_until(refused_since)
    bot.platform.refuses = error
    await bot.run_until(at - timedelta(seconds=5))
    await bot.run_at(at, wrong_by=wrong_by)
    await bot.run_at(at + timedelta(seconds=20), wrong_by=wrong_by)
    await bot.run_at(at + WRONG_FOR)
    await bot.run_at(at + WRONG_FOR + SECOND)
    bot.platform.refuses = None


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("error", [TOKEN, CHANNEL], ids=["token", "channel"])
async def test_what_a_clock_that_was_ahead_planned_is_taken_back_though_it_waits(
    kind: str, error: DeliveryError, tmp_path: Path
) -> None:
    right = await run_right(tmp_path)
    folder = tmp_path / "wrong"
    folder.mkdir()
    with contextmanager(fresh_database)(kind, folder, "planned") as database:
        bot = Bot(database, NOW)
        await run_wrong_while_refused(
            bot, MONDAY_MORNING, TWO_WEEKS, error, refused_since=MONDAY_MORNING - timedelta(minutes=5)
        )
        for minutes in (10, 70, 71):
            await bot.run_at(MONDAY_MORNING + timedelta(minutes=minutes) + SECOND)
        await bot.run_until(END)
        wrong = read_ledger(database)
        with database.transaction() as session:
            findings = audit.run_audit(session, END + 3 * HOUR).by_kind
    assert wrong.digests == right.digests
    assert set(right.questions) <= set(wrong.questions)
    assert wrong.early_questions == []
    assert findings["missing-digest"] == 0


async def test_what_waits_is_tried_within_the_hour_though_the_next_try_was_set_by_a_clock_ahead(
    planned: Database,
) -> None:
    bot = Bot(planned, NOW)
    await run_wrong_while_refused(bot, MONDAY_AFTERNOON, TWO_WEEKS, TOKEN, refused_since=MONDAY_MORNING)
    with planned.transaction(write=False) as session:
        (refusal,) = session.scalars(select(Refusal)).all()
        assert refusal.since <= bot.now
    await bot.run_at(bot.now + HOUR)
    await bot.run_at(bot.now + SECOND)
    with planned.transaction(write=False) as session:
        assert refusals.summarise(session) == []
        waiting = select(Delivery).where(Delivery.state == DeliveryState.WAITING)
        assert session.scalars(waiting).all() == []


async def test_a_digest_superseded_in_a_future_that_did_not_come_goes_out(planned: Database) -> None:
    bot = Bot(planned, NOW)
    await run_wrong_while_refused(bot, MONDAY_AFTERNOON, TWO_WEEKS, CHANNEL, refused_since=MONDAY_MORNING)
    await bot.run_at(bot.now + HOUR)
    await bot.run_at(bot.now + SECOND)
    assert "digest:1:2026-03-09T09:00:00+00:00:1" in read_ledger(planned).digests


async def test_a_prompt_that_waits_is_not_given_up_in_a_future_that_did_not_come(planned: Database) -> None:
    bot = Bot(planned, NOW)
    await bot.run_until(MONDAY_MORNING)
    bot.platform.refuses = TOKEN
    await bot.run_until(MONDAY_AFTERNOON)
    with planned.transaction(write=False) as session:
        waiting = select(Delivery.key).where(
            Delivery.kind == "prompt", Delivery.state == DeliveryState.WAITING
        )
        keys = set(session.scalars(waiting))
    assert keys
    await bot.run_at(MONDAY_AFTERNOON + SECOND, wrong_by=TWO_WEEKS)
    await bot.run_at(MONDAY_AFTERNOON + WRONG_FOR)
    bot.platform.refuses = None
    await bot.run_at(MONDAY_AFTERNOON + WRONG_FOR + HOUR)
    await bot.run_at(bot.now + SECOND)
    await bot.run_until(MONDAY_AFTERNOON + 2 * DAY)
    days = {day for _, day, _ in read_ledger(planned).questions if day > "2026-03-08"}
    assert days == {"2026-03-09"}

    with planned.transaction(write=False) as session:
        states = session.scalars(select(Delivery.state).where(Delivery.key.in_(keys))).all()
        assert set(states) == {DeliveryState.SENT}


@pytest.mark.parametrize("behind", [DAY, TWO_WEEKS])
async def test_a_clock_that_was_put_back_costs_no_hour_of_waiting(
    planned: Database, behind: timedelta
) -> None:
    """Nothing tells that the next try was set by a clock ahead but that it is further off than any."""
    bot = Bot(planned, NOW)
    await bot.run_until(MONDAY_MORNING)
    bot.platform.refuses = TOKEN
    await bot.run_until(MONDAY_AFTERNOON)
    with planned.transaction() as session:
        session.execute(update(Refusal).values(next_try_at=bot.now + behind))
    bot.platform.refuses = None
    await bot.run_at(bot.now + SECOND)
    await bot.run_at(bot.now + SECOND)
    with planned.transaction(write=False) as session:
        assert refusals.summarise(session) == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("apart", [timedelta(minutes=3), timedelta(minutes=20)], ids=["3", "20"])
async def test_two_bots_whose_clocks_differ_send_each_message_once(
    kind: str, apart: timedelta, tmp_path: Path
) -> None:
    """For a whole morning, taking turns: what the one ahead sends early counts for its day."""
    with contextmanager(fresh_database)(kind, tmp_path, "planned") as database:
        right, ahead = Bot(database, NOW), Bot(database, NOW)
        await right.run_until(MONDAY_MORNING - DAY)
        posted = len(right.platform.posted)
        for minutes in range(-25, 60, 5):
            moment = MONDAY_MORNING + timedelta(minutes=minutes)
            await ahead.run_at(moment, wrong_by=apart)
            await right.run_at(moment + SECOND)
        texts = [text for _, text in [*right.platform.posted[posted:], *ahead.platform.posted]]
        ledger = read_ledger(database)
    assert len([text for text in texts if text.startswith("Board: digest for Monday 9 March 2026\n")]) == 1
    assert [each for each in ledger.digests if "03-09" in each] == ["digest:1:2026-03-09T09:00:00+00:00:1"]
    asked = [(account, action) for account, day, action in ledger.questions if day >= "2026-03-09"]
    assert len(asked) == len(set(asked))
    people = {account for account, _ in asked}
    assert people
    assert len([text for text in texts if "word from you" in text]) == len(people)
