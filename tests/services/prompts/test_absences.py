"""Whoever is away is asked nothing until they are back, and then once; the audit counts with it."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.commands import Away, NotMine, UpdateStatus, Why
from bot.database import Database
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.messages import AwayReceipt, NotMineReceipt, PromptLog
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.services.audit import audit
from models import Delivery, DeliveryState, Person
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import asker
from tests.services.prompts.test_planner import deliver, deliver_daily, plan_everyone

NINE = datetime(2026, 3, 2, 9, 0, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def notices(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(Delivery).where(Delivery.kind == "lead-notice").order_by(Delivery.id))
    return [(row.person.initials if row.person else "", " ".join(row.facts["details"])) for row in rows]


def go(session: Session, initials: str, until: date | None, now: datetime = NINE) -> AwayReceipt:
    receipt = dispatch(session, asker(initials), Away(until=until), now)
    assert isinstance(receipt, AwayReceipt)
    return receipt


def test_nothing_is_asked_until_the_day_and_then_all_of_it_once(planned: Database) -> None:
    with planned.transaction() as session:
        go(session, "RM", date(2026, 3, 16))
        asked = deliver_daily(session, NINE, 15)
        assert [day for day, *_ in asked["RM"]] == ["Mon 16"]
        assert asked["RM"][0][1:] == ("5.3", "1.3") or set(asked["RM"][0][1:]) >= {"5.3", "1.3"}
        assert asked["JM"][0][0] == "Mon 02"
        left_out = session.scalars(
            select(Delivery.reason).where(Delivery.state == DeliveryState.SKIPPED, Delivery.target == "U0RM")
        ).all()
        assert set(left_out) == {"they are away; asked once they are back"}


def test_each_lead_hears_once_what_falls_due(planned: Database) -> None:
    """SS owns 1/5.2, which is late already; JM owns 5.3, in RM's project, and 1.3, which nobody leads."""
    with planned.transaction() as session:
        receipt = go(session, "JM", date(2026, 3, 13))
        assert (receipt.due, receipt.informed, receipt.unreached) == (("5.3", "1.3"), ("RM", "PM"), ())
        first, second = notices(session)
        assert first[0] == "RM"
        assert "5.3 Talk to service leads" in first[1]
        assert "1.3" not in first[1]
        assert second[0] == "PM"
        assert "1.3 Answer when children go missing, due 12 March 2026" in second[1]
        go(session, "JM", date(2026, 3, 13))
        assert len(notices(session)) == 2
        assert go(session, "SS", date(2026, 3, 13)).due == ()
        assert len(notices(session)) == 2


@pytest.mark.parametrize("until", [date(2026, 3, 2), date(2026, 3, 1), date(2027, 3, 4), date(9999, 1, 1)])
def test_a_day_that_cannot_be_is_refused(planned: Database, until: date) -> None:
    with planned.transaction() as session:
        with pytest.raises(NotUnderstoodError, match="Nothing was changed"):
            go(session, "SS", until)
        assert session.scalars(select(Person).where(Person.away_until.is_not(None))).all() == []


def test_whom_the_plan_does_not_know_cannot_be_away(planned: Database) -> None:
    with planned.transaction() as session, pytest.raises(NotAllowedError, match="not linked"):
        dispatch(session, asker("U0STRANGER"), Away(until=date(2026, 3, 9)), NINE)


def test_an_update_by_somebody_else_meanwhile_asks_nothing_either(planned: Database) -> None:
    with planned.transaction() as session:
        go(session, "RM", date(2026, 4, 20))
        command = UpdateStatus(refs=(RefQuery(None, "5.3"),), status=Status.IN_PROGRESS, line="")
        dispatch(session, asker("JM"), command, NINE)
        asked = deliver_daily(session, NINE, 40)
        assert "RM" not in asked


def test_why_says_when_they_are_asked_next(planned: Database) -> None:
    with planned.transaction() as session:
        go(session, "RM", date(2026, 3, 16))
        answer = dispatch(session, asker("RM"), Why(ref=RefQuery(None, "5.3")), NINE)
        assert isinstance(answer, PromptLog)
        [coming] = [each.at for each in answer.coming if each.person == "RM"]
        assert coming == datetime(2026, 3, 16, 9, tzinfo=UTC)


def test_back_early_what_was_held_back_is_asked_at_once(planned: Database) -> None:
    with planned.transaction() as session:
        go(session, "RM", date(2026, 3, 30))
        assert "RM" not in deliver_daily(session, NINE, 2)
        now = NINE + 2 * DAY + timedelta(hours=3)
        assert go(session, "RM", None, now).until is None
        plan_everyone(session, now)
        assert "5.3" in [line.line.ref for line in deliver(session, now)["RM"].lines]
        assert go(session, "RM", None, now).until is None


@pytest.mark.parametrize("seed", range(4))
def test_the_audit_misses_nobody_who_is_away_or_was(planned: Database, seed: int) -> None:
    rng = random.Random(seed)
    with planned.transaction() as session:
        for day in range(24):
            now = NINE + day * DAY
            if rng.random() < 0.3:
                until = (now + timedelta(days=rng.randrange(1, 9))).date()
                go(session, rng.choice(("RM", "SS", "JM")), until, now + timedelta(hours=4))
            if rng.random() < 0.2:
                go(session, rng.choice(("RM", "SS", "JM")), None, now + timedelta(hours=5))
            for hours in (0, 4, 6):
                plan_everyone(session, now + timedelta(hours=hours))
                deliver(session, now + timedelta(hours=hours))
            found = audit.run_audit(session, now + timedelta(hours=6, minutes=5)).by_kind
            assert found.get("missing-prompt", 0) == 0, (day, seed)


def test_not_mine_is_for_owners_and_leaves_the_action(planned: Database) -> None:
    with planned.transaction() as session:
        command = NotMine(ref=RefQuery("1", "5.2"), whose="HT")
        for initials in ("PM", "RM", "VW"):
            with pytest.raises(NotAllowedError, match="does not name you as an owner"):
                dispatch(session, asker(initials), command, NINE)
        assert notices(session) == []
        for _ in range(2):
            receipt = dispatch(session, asker("SS"), command, NINE)
            assert isinstance(receipt, NotMineReceipt)
            assert receipt.informed == ("RM", "PM")
        assert [who for who, _ in notices(session)] == ["RM", "PM"]
        dispatch(session, asker("SS"), command, NINE + DAY)
        assert len(notices(session)) == 4
