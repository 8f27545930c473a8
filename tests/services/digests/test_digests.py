"""The weekly digest of the small plan, whose first is due on Monday 2 March 2026 at 9:00am."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.commands import DigestPreview, Undo, UpdateStatus
from bot.database import Database
from bot.errors import NotUnderstoodError
from bot.messages import Digest
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.rendering import Renderer
from bot.services.digests import digests
from bot.services.outbox import claims, outbox
from bot.services.scheduling import closing
from models import Board, Delivery, DeliveryState, DigestSnapshot
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import NOW, asker, on, seed_plan
from tests.services.prompts.test_planner import plan_everyone

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


@pytest.mark.parametrize(
    ("now", "day", "next_day"),
    [
        # Easter Monday is 6 April, and the summer bank holiday 31 August 2026.
        (datetime(2026, 4, 7, 8, 0, 1, tzinfo=UTC), date(2026, 4, 7), date(2026, 4, 13)),
        (datetime(2026, 9, 1, 8, 0, 1, tzinfo=UTC), date(2026, 9, 1), date(2026, 9, 7)),
    ],
)
def test_on_a_bank_holiday_it_comes_on_the_next_working_day(
    planned: Database, now: datetime, day: date, next_day: date
) -> None:
    with planned.transaction() as session:
        board = session.scalars(select(Board)).one()
        digests.schedule_next(board, now - timedelta(days=2))
        assert board.next_digest_at == now.replace(second=0)
        assert digests.plan_digests(session, now - timedelta(days=1)) == 0
        digest = digest_at(session, now)
        assert (digest.day, digest.posted, digest.missed) == (day, None, ())
        assert board.next_digest_at is not None
        assert board.next_digest_at.date() == next_day


def test_it_compares_with_the_last_digest_that_was_posted(planned: Database) -> None:
    with planned.transaction() as session:
        digest_at(session, NINE)
        run_command(session, "SS", NINE + timedelta(days=1), "1/5.2", status=Status.COMPLETE)
        digests.plan_digests(session, NINE + WEEK)
        unseen = session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
        assert unseen is not None
        unseen.state = DeliveryState.WAITING
        third = digest_at(session, NINE + 2 * WEEK)
        assert unseen.state is DeliveryState.SKIPPED
        assert third.since == date(2026, 3, 2)
        assert [moved.ref for moved in third.completed] == ["1/5.2"]
        assert counts(third)["red"][0] - counts(third)["red"][1] == 1  # type: ignore[operator] # it is a change


INDEPENDENT_COUNT = """
    SELECT person.initials, count(DISTINCT action.id)
    FROM prompt_item
    JOIN delivery ON delivery.id = prompt_item.delivery_id AND delivery.state = 'sent'
    JOIN action ON action.id = prompt_item.action_id
    JOIN person ON person.id = prompt_item.person_id
    WHERE NOT prompt_item.as_lead AND prompt_item.reason = '' AND prompt_item.answer IN ('', 'later')
    AND delivery.sent_at < :before AND action.gone_at IS NULL
    AND action.status IN ('not-started', 'in-progress')
    AND NOT EXISTS (
        SELECT 1 FROM status_change
        WHERE status_change.action_id = action.id AND status_change.at >= delivery.due_at
    )
    GROUP BY person.initials
"""


def test_no_answer_yet_is_every_open_question_older_than_two_working_days(planned: Database) -> None:
    with planned.transaction() as session:
        for day in range(36):
            now = NINE + timedelta(days=day)
            plan_everyone(session, now)
            for each in claims.claim(session, by="test", now=now, limit=100):
                row = session.get_one(Delivery, each.id)
                closing.record_asked(session, row.id, now)
                outbox.mark_sent(session, row.id, channel="D1", ts=f"{row.id}.0", now=now)
            session.flush()
            if day == 20:
                run_command(session, "JM", now + timedelta(hours=1), "6.1", note="going on")
        monday = datetime(2026, 4, 7, 8, 0, 1, tzinfo=UTC)
        digest = digest_at(session, monday)
        # Two working days before Tuesday 7 April, after Easter, is Wednesday 1 April.
        rows = session.execute(text(INDEPENDENT_COUNT), {"before": datetime(2026, 4, 1, 23, 0, tzinfo=UTC)})
        expected: dict[str, int] = dict(list(rows))
    assert expected
    assert {each.owner.initials: each.count for each in digest.unanswered} == expected
    assert min(each.since for each in digest.unanswered) == date(2026, 3, 2)
    assert [each.since for each in digest.unanswered] == sorted(each.since for each in digest.unanswered)


def test_the_board_is_asked_for_help_first_and_then_about_what_is_latest(planned: Database) -> None:
    with planned.transaction() as session:
        run_command(
            session,
            "JM",
            NOW,
            "6.1",
            declared=Colour.AMBER,
            note="one bid only",
            help_needed="A second bidder",
            route_to_green="Advertise again",
        )
        digest = digest_at(session, NINE)
        assert [each.line.ref for each in digest.for_board] == ["6.1", "1/5.2"]
        assert digest.for_board[0].help_needed == "A second bidder"
        run_command(session, "JM", NINE, "6.1", declared=Colour.GREEN)
        assert [each.line.ref for each in digest_at(session, NINE + WEEK).for_board] == ["1/5.2"]


def test_what_turned_red_and_what_recovered(planned: Database) -> None:
    with planned.transaction() as session:
        digest_at(session, NINE)
        run_command(session, "SS", NINE, "1/5.2", due=on(50), because="the supplier is late")
        run_command(session, "JM", NINE, "6.1", declared=Colour.RED, note="no bids")
        digest = digest_at(session, NINE + WEEK)
    assert [moved.ref for moved in digest.recovered] == ["1/5.2"]
    assert "6.1" in [moved.ref for moved in digest.turned_red]
    assert digest.unowned == ("2/5.2",)
    assert [(each.year, each.amount) for each in digest.money] == [("2026/27", 1065.0)]


def test_nobody_is_mentioned_in_the_channel(planned: Database) -> None:
    with planned.transaction() as session:
        message = digest_at(session, NINE)
    assert "<@" not in "".join(f"{part.text}{part.blocks}" for part in Renderer("/cip").slack(message))
