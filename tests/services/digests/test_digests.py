"""The weekly digest of the small plan, whose first is due on Monday 2 March 2026 at 9:00am."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.commands import DigestPreview, Undo, UpdateStatus
from bot.database import Database
from bot.errors import NotUnderstoodError
from bot.messages import Digest
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.services.digests import digests
from models import Board, Delivery, DeliveryState, DigestSnapshot
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import NOW, asker, on, seed_plan

NINE = datetime(2026, 3, 2, 9, 0, 1, tzinfo=UTC)
WEEK = timedelta(days=7)


def digest_at(session: Session, now: datetime) -> Digest:
    digests.plan_digests(session, now)
    row = session.scalars(
        select(Delivery)
        .where(Delivery.kind == "digest", Delivery.state == DeliveryState.PLANNED)
        .order_by(Delivery.id.desc())
    ).first()
    assert row is not None
    row.state = DeliveryState.SENT
    return digests.read_digest(row.facts)


def run_command(session: Session, initials: str, now: datetime, ref: str, **facts: Any) -> None:
    section, _, number = ref.rpartition("/")
    command = UpdateStatus(refs=(RefQuery(section or None, number),), line="", **facts)
    dispatch(session, asker(initials), command, now)


def counts(digest: Digest) -> dict[str, tuple[int, int | None]]:
    return {each.colour.value: (each.count, each.change) for each in digest.counts}


def test_the_first_digest_counts_and_has_nothing_to_compare_with(planned: Database) -> None:
    with planned.transaction() as session:
        assert digests.plan_digests(session, NOW) == 0
        digest = digest_at(session, NINE)
    assert counts(digest) == {
        "red": (1, None),
        "amber": (3, None),
        "green": (1, None),
        "blue": (1, None),
        "grey": (1, None),
    }
    assert [line.ref for line in digest.reds] == ["1/5.2"]
    assert digest.reds[0].days_late == 3
    assert digest.since is None
    assert digest.unlinked == (("ZZ", 1),)
    assert {line.ref for line in digest.due_soon} == {"5.3", "1.3"}


def test_the_next_one_tells_what_changed_in_the_week(planned: Database) -> None:
    with planned.transaction() as session:
        digest_at(session, NINE)
        with pytest.raises(NotUnderstoodError, match="is the date of 1/5"):
            run_command(session, "SS", NINE + timedelta(hours=1), "1/5.2", due=on(-3), because="it stands")
        run_command(session, "SS", NINE + timedelta(hours=2), "1/5.2", status=Status.COMPLETE)
        run_command(
            session, "JM", NINE + timedelta(days=1), "6.1", due=on(90), because="the contract starts later"
        )
        run_command(session, "RM", NINE + timedelta(days=2), "5.3", status=Status.IN_PROGRESS)
        digest = digest_at(session, NINE + WEEK)
    assert counts(digest)["blue"] == (2, 1)
    assert counts(digest)["red"] == (0, -1)
    assert [(moved.ref, moved.by) for moved in digest.completed] == [("1/5.2", "SS")]
    assert [moved.ref for moved in digest.started] == ["5.3"]
    (redated,) = digest.redated
    assert (redated.old_due, redated.new_due, redated.because) == (
        on(60),
        on(90),
        "the contract starts later",
    )
    assert digest.since == date(2026, 3, 2)


def test_an_undone_change_is_left_out(planned: Database) -> None:
    with planned.transaction() as session:
        digest_at(session, NINE)
        run_command(session, "SS", NINE + timedelta(hours=2), "1/5.2", status=Status.COMPLETE)
        dispatch(session, asker("SS"), Undo(), NINE + timedelta(hours=3))
        assert digest_at(session, NINE + WEEK).completed == ()


def test_a_bot_that_was_off_posts_one_digest_and_says_for_which_week(planned: Database) -> None:
    with planned.transaction() as session:
        digest_at(session, NINE)
        back = datetime(2026, 3, 25, 14, 0, tzinfo=UTC)
        digest = digest_at(session, back)
        assert (digest.day, digest.posted) == (date(2026, 3, 23), date(2026, 3, 25))
        assert digest.missed == (date(2026, 3, 9), date(2026, 3, 16))
        assert digests.plan_digests(session, back + timedelta(hours=1)) == 0
        skipped = session.scalars(select(Delivery).where(Delivery.state == DeliveryState.SKIPPED)).all()
        assert [row.reason for row in skipped] == ["the bot was not running at the time"] * 2
        assert len(session.scalars(select(DigestSnapshot)).all()) == 2


def test_changes_in_a_late_digest_are_not_repeated(planned: Database) -> None:
    with planned.transaction() as session:
        digest_at(session, NINE)
        run_command(session, "SS", NINE + timedelta(days=8), "1/5.2", status=Status.COMPLETE)
        late = digest_at(session, NINE + timedelta(days=9))
        assert [moved.ref for moved in late.completed] == ["1/5.2"]
        run_command(session, "RM", NINE + timedelta(days=10), "5.3", status=Status.IN_PROGRESS)
        following = digest_at(session, NINE + 2 * WEEK)
    assert (following.completed, [moved.ref for moved in following.started]) == ((), ["5.3"])
    assert following.since == date(2026, 3, 11)


def test_it_waits_for_the_end_of_the_quiet_hours(planned: Database) -> None:
    with planned.transaction() as session:
        assert digests.plan_digests(session, datetime(2026, 3, 2, 21, 0, tzinfo=UTC)) == 0
        assert digests.plan_digests(session, datetime(2026, 3, 3, 8, 0, 1, tzinfo=UTC)) == 1


def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change(planned: Database) -> None:
    with planned.transaction() as session:
        digest_at(session, datetime(2026, 3, 23, 9, 0, 1, tzinfo=UTC))
        board = session.scalars(select(Board)).one()
        assert board.next_digest_at == datetime(2026, 3, 30, 8, 0, tzinfo=UTC)


def test_a_preview_stores_nothing(planned: Database) -> None:
    with planned.transaction() as session:
        preview = dispatch(session, asker("CH"), DigestPreview(), NOW)
        assert isinstance(preview, Digest)
        assert preview.preview
        assert session.scalars(select(DigestSnapshot)).all() == []
        assert session.scalars(select(Delivery)).all() == []


def test_declared_colours_show_that_the_facts_disagree(planned: Database) -> None:
    with planned.transaction() as session:
        run_command(session, "SS", NOW, "1/5.2", declared=Colour.GREEN)
        digest = digest_at(session, NINE)
    assert digest.reds[0].rag.disagrees
    assert digest.reds[0].rag.reason == "3 days late; declared Green, facts say Red"


def test_a_board_without_a_channel_keeps_a_row_that_says_so(database: Database) -> None:
    with database.transaction() as session:
        seed_plan(session, channel=None)
        digests.plan_digests(session, NINE)
        row = session.scalars(select(Delivery)).one()
        assert (row.state, row.reason) == (DeliveryState.SKIPPED, "the board has no channel")
