"""A machine's clock that was wrong for a while: afterwards everything goes out as if it had been right."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.database import Database
from bot.services import heartbeat, idempotency
from bot.services.audit import audit
from bot.services.prompts import planner
from bot.services.scheduling.quiet_hours import MISSED_DAY
from models import (
    Action,
    ActionOwner,
    Board,
    BotHeartbeat,
    Delivery,
    DeliveryState,
    DigestSnapshot,
    Heartbeat,
    InboundRequest,
    PlanExport,
    RateLimit,
    StoredOffer,
    Workspace,
)
from tests.fixtures.databases import fresh_database
from tests.fixtures.plans import NOW, TEAM
from tests.fixtures.sandbox import FixedClock
from tests.jobs.wrong_clocks import Bot, Ledger, read_ledger

SUNDAY = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)
JUST_BEFORE = datetime(2026, 3, 9, 8, 59, 50, tzinfo=UTC)
HALF_PAST_NINE = datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
WEDNESDAY = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
AT_NIGHT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
# Beyond the clocks going forward on 29 March.
END = datetime(2026, 4, 1, 7, 0, tzinfo=UTC)
DAY, TWO_WEEKS, TWO_YEARS = timedelta(days=1), timedelta(weeks=2), timedelta(days=731)
WRONG_FOR = timedelta(seconds=28)
MISSED = "the bot was not running at the time"
_right: list[Ledger] = []


async def run_right(folder: Path) -> Ledger:
    """Of a bot whose clock is right; the same on both databases."""
    if not _right:
        with contextmanager(fresh_database)("sqlite", folder, "planned") as database:
            await Bot(database, NOW).run_until(END)
            _right.append(read_ledger(database))
    return _right[0]


async def run_wrong(database: Database, at: datetime, wrong_by: timedelta) -> Bot:
    """The clock is wrong for 28 seconds from `at`, in which the bot does two rounds."""
    bot = Bot(database, NOW)
    await bot.run_until(at - timedelta(seconds=5))
    await bot.run_at(at, wrong_by=wrong_by)
    await bot.run_at(at + timedelta(seconds=20), wrong_by=wrong_by)
    await bot.run_at(at + WRONG_FOR)
    return bot


@pytest.mark.parametrize(
    ("kind", "at", "wrong_by"),
    [
        ("sqlite", JUST_BEFORE, WRONG_FOR),
        ("sqlite", JUST_BEFORE, timedelta(hours=3)),
        ("postgresql", HALF_PAST_NINE, timedelta(hours=3)),
        ("sqlite", SUNDAY, DAY),
        ("sqlite", WEDNESDAY, DAY),
        ("postgresql", JUST_BEFORE, TWO_WEEKS),
        ("sqlite", JUST_BEFORE, TWO_WEEKS),
        ("sqlite", AT_NIGHT, TWO_WEEKS),
        ("sqlite", SUNDAY, TWO_WEEKS),
        ("sqlite", WEDNESDAY, TWO_WEEKS),
        ("postgresql", SUNDAY, TWO_YEARS),
        ("sqlite", JUST_BEFORE, TWO_YEARS),
        ("sqlite", HALF_PAST_NINE, TWO_YEARS),
        ("sqlite", HALF_PAST_NINE, -timedelta(hours=3)),
    ],
)
async def test_everything_goes_out_as_if_the_clock_had_been_right(
    kind: str, at: datetime, wrong_by: timedelta, tmp_path: Path
) -> None:
    right = await run_right(tmp_path)
    folder = tmp_path / "wrong"
    folder.mkdir()
    with contextmanager(fresh_database)(kind, folder, "planned") as database:
        bot = await run_wrong(database, at, wrong_by)
        await bot.run_until(END)
        wrong = read_ledger(database)
        with database.transaction() as session:
            findings = audit.run_audit(session, END + timedelta(hours=3)).by_kind
    early = [key for key in wrong.digests if key.endswith(":early")]
    assert [key for key in wrong.digests if key not in early] == right.digests
    assert len(set(wrong.digests)) == len(wrong.digests)
    assert len(early) <= 2
    assert set(right.questions) <= {*wrong.questions, *wrong.early_questions}
    assert len(set(wrong.questions)) == len(wrong.questions)
    assert MISSED not in {reason for _, reason in wrong.reasons}
    assert findings["missing-digest"] == 0


async def test_plan_managers_get_a_notice_of_what_was_sent_before_its_day(planned: Database) -> None:
    bot = await run_wrong(planned, HALF_PAST_NINE, TWO_WEEKS)
    await bot.run_until(HALF_PAST_NINE + DAY)
    (notice,) = [text for at, text in bot.platform.posted if "was ahead" in text]
    assert "it showed 23 March 2026" in notice
    assert (
        "The digest of the Board for 23 March 2026 was posted before that day. It is posted again" in notice
    )
    with planned.transaction(write=False) as session:
        early = session.scalars(select(Delivery).where(Delivery.key.endswith(":early"))).all()
        assert {row.kind for row in early} == {"digest", "prompt"}
        for row in early:
            assert row.sent_at is not None
            assert row.sent_at <= HALF_PAST_NINE + WRONG_FOR
        slots = session.scalars(select(DigestSnapshot.due_at)).all()
        assert max(slots) < HALF_PAST_NINE


async def test_there_is_no_notice_where_nothing_was_planned(planned: Database) -> None:
    bot = await run_wrong(planned, AT_NIGHT, timedelta(hours=3))
    await bot.run_until(AT_NIGHT + DAY)
    assert [text for _, text in bot.platform.posted if "was ahead" in text] == []


async def test_a_message_posted_on_its_day_by_the_platforms_clock_is_never_posted_again(
    planned: Database,
) -> None:
    """The bot's clock is set back by two weeks, and it was right before."""
    bot = Bot(planned, NOW)
    await bot.run_until(WEDNESDAY)
    before = read_ledger(planned).digests
    await bot.run_at(WEDNESDAY, wrong_by=-TWO_WEEKS)
    await bot.run_until(WEDNESDAY + timedelta(days=7))
    digests = read_ledger(planned).digests
    assert set(before) <= set(digests)
    assert [key for key in digests if key.endswith(":early")] == []


async def test_a_restart_in_the_middle_forgets_nothing(planned: Database) -> None:
    first = Bot(planned, NOW)
    await first.run_until(JUST_BEFORE - timedelta(seconds=5))
    await first.run_at(JUST_BEFORE, wrong_by=TWO_WEEKS)
    second = Bot(planned, JUST_BEFORE + WRONG_FOR)
    await second.run_until(HALF_PAST_NINE)
    with planned.transaction(write=False) as session:
        keys = session.scalars(
            select(Delivery.key).where(Delivery.kind == "digest", Delivery.state == DeliveryState.SENT)
        ).all()
    assert "digest:1:2026-03-09T09:00:00+00:00:1" in keys


async def test_nothing_waits_for_a_time_that_only_the_wrong_clock_knew(planned: Database) -> None:
    bot = Bot(planned, NOW)
    await bot.run_until(SUNDAY)
    ahead = SUNDAY + TWO_WEEKS
    with planned.transaction() as session:
        heartbeat.beat(session, TEAM, SUNDAY)
    await bot.run_at(SUNDAY, wrong_by=TWO_WEEKS)
    with planned.transaction() as session:
        heartbeat.beat(session, TEAM, ahead)
        heartbeat.finish_catch_up(session, TEAM, ahead)
        workspace = session.scalars(select(Workspace)).one()
        session.add(RateLimit(workspace_id=workspace.id, name="call:post", free_at=ahead))
        session.execute(update(RateLimit).values(free_at=ahead))
        session.execute(update(Action).values(last_word_at=ahead))
        asked = ActionOwner.prompt_at.is_not(None)
        session.execute(update(ActionOwner).where(asked).values(snoozed_until=ahead, prompt_at=ahead))
        session.execute(update(Board).values(ladder_since=ahead))
        row = session.scalars(select(Delivery).where(Delivery.state == DeliveryState.SENT)).first()
        assert row is not None
        row.state, row.planned_at, row.attempts = DeliveryState.CLAIMED, SUNDAY, 1
        row.kind, row.lease_until, row.next_attempt_at = "reply", ahead, ahead
        row.facts = {"text": "Done.", "blocks": []}
    now = SUNDAY + WRONG_FOR
    bot.platform.clock.moment = bot.clock.moment = now
    assert await bot.tick_job._correct_clock(now)
    with planned.transaction(write=False) as session:
        assert session.scalars(select(RateLimit).where(RateLimit.free_at > now)).all() == []
        assert session.scalars(select(Action).where(Action.last_word_at > now)).all() == []
        limit = now + timedelta(days=2)
        assert session.scalars(select(ActionOwner).where(ActionOwner.snoozed_until > limit)).all() == []
        assert session.scalars(select(Board.ladder_since)).one() == now
        assert session.scalars(select(Delivery).where(Delivery.lease_until > now + DAY)).all() == []
        assert session.scalars(select(PlanExport)).all() == []
        presence = session.scalars(select(Heartbeat)).one()
        assert presence.heard_until == now
        assert presence.missed_since is not None
        assert presence.missed_since <= SUNDAY
        assert session.scalars(select(BotHeartbeat.at)).one() == now


async def test_a_clock_that_was_wrong_at_the_cleanup_forgets_no_request(planned: Database) -> None:
    bot = Bot(planned, NOW)
    with planned.transaction() as session:
        workspace = session.scalars(select(Workspace)).one()
        idempotency.save_answer(session, workspace.id, "one", "v0=1", {"text": "Done."}, NOW)
        facts = {"workspace_id": workspace.id, "user_id": "U0SS", "words": "nearly", "options": {}}
        times = {"created_at": NOW, "expires_at": NOW + timedelta(days=7)}
        session.add(StoredOffer(key="k", root_key="k", **facts, **times))

    async def count_after_cleanup(at: datetime) -> int:
        bot.clock.moment = at
        await bot.tick_job.delete_expired()
        with planned.transaction(write=False) as session:
            kept = len(session.scalars(select(InboundRequest)).all())
            assert len(session.scalars(select(StoredOffer)).all()) == kept
            return kept

    assert await count_after_cleanup(NOW + TWO_WEEKS) == 1, "the clock may be wrong at the start"
    assert await count_after_cleanup(NOW + timedelta(minutes=10)) == 1
    assert await count_after_cleanup(NOW + TWO_WEEKS) == 1, "the clock may be wrong for a moment"
    assert await count_after_cleanup(NOW + timedelta(minutes=20)) == 1
    assert await count_after_cleanup(NOW + timedelta(days=8)) == 1
    assert await count_after_cleanup(NOW + timedelta(days=8, minutes=10)) == 0


def test_the_auditor_says_which_digest_is_missing_whatever_the_board_says(planned: Database) -> None:
    """The time of its next digest was set too far ahead, and rows say that two were missed in a future."""
    with planned.transaction() as session:
        board = session.scalars(select(Board)).one()
        board.next_digest_at = NOW + TWO_YEARS
        for slot in (NOW.replace(hour=9, minute=0) + timedelta(weeks=1), NOW.replace(hour=9, minute=0)):
            session.add(
                Delivery(
                    workspace_id=board.workspace_id,
                    board_id=board.id,
                    kind="digest",
                    key=f"digest:{board.id}:{slot.isoformat()}:0",
                    token=slot.isoformat(),
                    due_at=slot,
                    planned_at=NOW + TWO_YEARS,
                    state=DeliveryState.SKIPPED,
                    reason=MISSED,
                    next_attempt_at=slot,
                )
            )
        session.flush()
        found = audit.run_audit(session, NOW + timedelta(weeks=1, hours=3))
        words = [each.words for each in found.new_findings if each.kind == "missing-digest"]
        assert len(words) == 2
        assert all("2 March 2026" in each or "9 March 2026" in each for each in words)


async def test_a_prompt_given_up_in_a_future_that_did_not_come_is_sent_on_its_day(planned: Database) -> None:
    """It could not be sent at nine; a moment later the clock says that its day is over."""
    bot = Bot(planned, NOW)
    await bot.run_until(JUST_BEFORE)
    moment = JUST_BEFORE + timedelta(seconds=11)
    with planned.transaction() as session:
        planner.plan_prompts(session, moment)
        session.execute(
            update(Delivery).where(Delivery.state == DeliveryState.PLANNED).values(next_attempt_at=moment)
        )
    await bot.run_at(moment, wrong_by=TWO_WEEKS)
    with planned.transaction(write=False) as session:
        given_up = select(Delivery.key).where(Delivery.reason == MISSED_DAY)
        keys = set(session.scalars(given_up))
        assert keys
    await bot.run_at(moment + WRONG_FOR)
    with planned.transaction(write=False) as session:
        states = session.scalars(select(Delivery.state).where(Delivery.key.in_(keys))).all()
        assert set(states) == {DeliveryState.SENT}


@dataclass
class ClockOfHeldUp(FixedClock):
    """Of a process that is held up once it has looked at its clock. first_look: what it saw then."""

    first_look: datetime | None = None

    def now(self) -> datetime:
        seen, self.first_look = self.first_look or self.moment, None
        return seen


async def test_a_process_that_was_held_up_takes_nothing_back(planned: Database) -> None:
    """Another bot wrote to the outbox meanwhile, at a time that is right."""
    await Bot(planned, NOW).run_until(JUST_BEFORE)
    await Bot(planned, HALF_PAST_NINE).run_at(HALF_PAST_NINE)
    before = read_ledger(planned)
    assert any(day == f"{HALF_PAST_NINE:%Y-%m-%d}" for _, day, _ in before.questions)
    later = HALF_PAST_NINE + timedelta(seconds=5)
    held_up = Bot(planned, later, ClockOfHeldUp(later, first_look=JUST_BEFORE))
    await held_up.tick_job.run()
    assert read_ledger(planned) == before
    with planned.transaction(write=False) as session:
        planned_at = session.scalars(select(Delivery.planned_at).where(Delivery.kind == "prompt")).all()
        assert max(each for each in planned_at if each) == HALF_PAST_NINE
