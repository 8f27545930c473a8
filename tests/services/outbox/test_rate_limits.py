"""How fast the bot speaks: in one conversation, in one workspace, and after a pause was asked for."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.database import Database
from bot.errors import CallKind
from bot.services.leases import LEASE
from bot.services.outbox import claims, outbox, rate_limits
from bot.services.outbox.claims import ClaimedDelivery
from bot.services.outbox.outbox import NewDelivery
from bot.services.outbox.rate_limits import SLACK_LIMITS, Limit
from models import Board, Delivery, Workspace
from tests.services.prompts.test_planner import NINE

SECOND = timedelta(seconds=1)


def enqueue(session: Session, count: int, target: str = "U{}", **facts: object) -> None:
    given: dict[str, object] = {"workspace_id": 1, "board_id": None, "kind": "reply"} | facts
    for number in range(count):
        key = f"{target}:{facts}:{number}"
        planned = NewDelivery(key=key, target=target.format(number), due_at=NINE, **given)  # type: ignore[arg-type] # named as the fields are
        assert outbox.enqueue(session, planned) is not None


def claim_due(session: Session, now: datetime, limit: int = 1000) -> list[ClaimedDelivery]:
    """Claim and send whatever may go at this moment."""
    sent: list[ClaimedDelivery] = []
    while claimed := claims.claim(session, by="test", now=now, limit=limit):
        for each in claimed:
            outbox.mark_sent(session, each.id, channel="C1", ts="1.1", now=now)
        session.flush()
        sent += claimed
    return sent


def test_a_pace_allows_a_burst_after_a_rest_and_then_keeps_its_step() -> None:
    pace = Limit(SECOND, 3)
    assert pace.capacity(NINE - timedelta(hours=1), NINE) == 3
    assert pace.capacity(NINE + SECOND, NINE) == 2
    assert pace.capacity(NINE + 1.5 * SECOND, NINE) == 1
    assert pace.capacity(NINE + 3 * SECOND, NINE) == 0
    assert pace.available_at(NINE + 3 * SECOND, 1) == NINE + SECOND
    assert pace.available_at(NINE + 3 * SECOND, 99) == NINE + 3 * SECOND


def test_a_conversation_gets_about_one_a_second_and_nothing_is_lost(planned: Database) -> None:
    with planned.transaction() as session:
        enqueue(session, 10, "C0BOARD")
        counts = [len(claim_due(session, NINE + second * SECOND)) for second in range(9)]
        assert counts == [3, 1, 1, 1, 1, 1, 1, 1, 0]


def test_direct_messages_are_opened_fifty_in_any_minute_at_most(planned: Database) -> None:
    with planned.transaction() as session:
        enqueue(session, 150)
        counts = [len(claim_due(session, NINE + second * SECOND)) for second in range(240)]
        assert counts[0] == SLACK_LIMITS.opening.burst
        assert max(sum(counts[second : second + 60]) for second in range(180)) <= 50
        assert sum(counts) == 150, "as fast as that allows"


def test_what_is_looked_for_first_is_opened_twice(planned: Database) -> None:
    with planned.transaction() as session:
        enqueue(session, 10)
        session.execute(update(Delivery).values(attempts=1))
        assert len(claim_due(session, NINE)) == SLACK_LIMITS.opening.burst / 2


def test_what_needs_nothing_opened_does_not_wait_for_what_does(planned: Database) -> None:
    with planned.transaction() as session:
        enqueue(session, 100)
        claim_due(session, NINE)
        (first,) = session.scalars(select(Delivery.id).where(Delivery.state == "sent").limit(1))
        enqueue(session, 5, "C{}")
        enqueue(session, 1, "U{}", kind="prompt-update", updates_id=first)
        later = claim_due(session, NINE + SECOND)
        sent = session.scalars(select(Delivery.target).where(Delivery.id.in_([each.id for each in later])))
        assert sorted(sent) == ["C0", "C1", "C2", "C3", "C4", "U0"]


def test_who_asked_something_does_not_wait_for_a_morning_of_reminders(planned: Database) -> None:
    with planned.transaction() as session:
        board = session.scalars(select(Board.id)).one()
        enqueue(session, 300, "U0OWNER{}", board_id=board, kind="prompt")
        claim_due(session, NINE)
        enqueue(session, 1, "U0ASKER")
        session.execute(update(Delivery).where(Delivery.target == "U0ASKER").values(next_attempt_at=NINE))
        for second in range(1, 10):
            claim_due(session, NINE + second * SECOND)
        assert session.scalar(select(Delivery.state).where(Delivery.target == "U0ASKER")) == "sent"


def test_a_workspace_gets_several_hundred_a_minute(planned: Database) -> None:
    with planned.transaction() as session:
        enqueue(session, 300, "C{}")
        counts = [len(claim_due(session, NINE + second * SECOND)) for second in range(60)]
        assert counts[0] == SLACK_LIMITS.workspace.burst
        assert sum(counts) <= SLACK_LIMITS.workspace.burst + 60 * 4
        assert sum(counts) >= 200


def test_every_process_shares_the_pace(planned: Database) -> None:
    with planned.transaction() as session:
        enqueue(session, 40, "C{}")
        enqueue(session, 5, "C0BOARD")
    counts = []
    for _ in range(2):
        with planned.transaction() as session:
            counts.append(len(claim_due(session, NINE)))
    assert counts == [SLACK_LIMITS.workspace.burst, 0]


def test_a_pause_is_for_one_kind_of_call_in_one_workspace(planned: Database) -> None:
    with planned.transaction() as session:
        session.add(Workspace(id=2, team_id="T2"))
        session.flush()
        enqueue(session, 2)
        enqueue(session, 1, "C2", workspace_id=2)
        (first,) = claim_due(session, NINE, limit=1)[:1]
        enqueue(session, 2, "C9", kind="prompt-update", updates_id=first.id)
        session.execute(update(Delivery).where(Delivery.kind == "reply").values(state="planned"))
        rate_limits.pause_calls(session, 1, CallKind.POST, NINE + 30 * SECOND, NINE)
        sent = {each.id for each in claim_due(session, NINE)}
        kinds = session.execute(
            select(Delivery.workspace_id, Delivery.kind).where(Delivery.id.in_(sent)).distinct()
        )
        assert (1, "reply") not in {tuple(row) for row in kinds}
        assert {row.workspace_id for row in claim_due(session, NINE + 29 * SECOND)} == set()
        assert {row.workspace_id for row in claim_due(session, NINE + 30 * SECOND)} == {1}


def test_five_hundred_of_one_board_do_not_delay_the_digest_of_another(planned: Database) -> None:
    with planned.transaction() as session:
        board = session.scalars(select(Board)).one()
        session.expunge(board)
        session.execute(update(Board).values(name="Late board"))
        other = Board(workspace_id=1, name="Other board", **_settings(board))
        session.add(other)
        session.flush()
        enqueue(session, 500, board_id=board.id)
        assert len(claim_due(session, NINE)) == SLACK_LIMITS.opening.burst
        enqueue(session, 1, "C0OTHER", kind="digest", board_id=other.id)
        soon = claim_due(session, NINE + 2 * SECOND)
        digest = session.scalars(select(Delivery.id).where(Delivery.kind == "digest")).one()
        assert digest in [each.id for each in soon[:2]]


def test_a_workspace_with_much_to_say_leaves_room_for_another(planned: Database) -> None:
    with planned.transaction() as session:
        session.add(Workspace(id=2, team_id="T2"))
        session.flush()
        enqueue(session, 500)
        enqueue(session, 1, "C2", workspace_id=2)
        first = claims.claim(session, by="test", now=NINE, limit=10)
        assert {each.workspace_id for each in first} == {1, 2}
        assert [
            each.workspace_id for each in claims.claim(session, by="x", now=NINE, limit=9, team_id="T2")
        ] == []


def test_a_claim_is_kept_or_was_lost(planned: Database) -> None:
    with planned.transaction() as session:
        enqueue(session, 1)
        (ours,) = claims.claim(session, by="one", now=NINE, limit=10)
        assert claims.renew(session, ours.id, by="one", now=NINE + SECOND)
        late = NINE + 2 * SECOND + LEASE
        assert claims.claim(session, by="two", now=late - 2 * SECOND, limit=10) == []
        assert claims.claim(session, by="two", now=late, limit=10) == [ours]
        assert not claims.renew(session, ours.id, by="one", now=late)
        claims.abandon_claims(session, by="one", now=late)
        assert claims.renew(session, ours.id, by="two", now=late)


def _settings(board: Board) -> dict[str, object]:
    names = ("timezone", "country", "digest_rule", "prompt_days", "prompt_time", "quiet_from", "quiet_until")
    return {name: getattr(board, name) for name in (*names, "ladder", "weekly_budget", "recent_days")}
