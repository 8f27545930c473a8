"""Half a year of daily rounds on the small plan: every open action is asked about until somebody speaks."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.commands import LinkAccount, PersonRef, Undo, UpdateStatus
from bot.database import Database
from bot.delivery.worker import Worker
from bot.jobs.tick import TickJob
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.rendering import Renderer
from bot.services.actions import presenters
from bot.services.audit import prompts as audit_prompts
from bot.services.prompts import messages
from models import Action, ActionOwner, Board, Delivery, DeliveryState, Person, PromptItem
from models.plans import Section
from tests.backup.test_after_restore import NINE, RecordingSender
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import asker
from tests.fixtures.sandbox import FixedClock

HALF_A_YEAR = 182
# A question moves over a long weekend, and waits for room in the week or for a message of that day.
DAYS_OFF = 6


class DailyRounds:
    """One round at nine on each day, and what was asked by then."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, FixedClock(NINE)
        self.tick = TickJob(
            database, Worker(database, RecordingSender(), Renderer("/cip"), self.clock), self.clock
        )

    async def run(self, count: int) -> None:
        for _ in range(count):
            await self.tick.run()
            self.clock.moment += timedelta(days=1)

    def asked_days(self) -> dict[tuple[str, str], list[date]]:
        """By the action's section and ref."""
        days: dict[tuple[str, str], list[date]] = defaultdict(list)
        with self.database.transaction(write=False) as session:
            rows = session.execute(
                select(Section.number, Action.ref, Delivery.sent_at)
                .select_from(PromptItem)
                .join(Delivery, Delivery.id == PromptItem.delivery_id)
                .join(Action, Action.id == PromptItem.action_id)
                .join(Section, Section.id == Action.section_id)
                .where(Delivery.state == DeliveryState.SENT, PromptItem.reason == "", ~PromptItem.as_lead)
                .order_by(Delivery.sent_at)
            )
            for section, ref, sent_at in rows:
                assert sent_at is not None
                days[section, ref].append(sent_at.date())
        return days


@pytest.fixture
def rounds(planned: Database) -> DailyRounds:
    return DailyRounds(planned)


def find_action(session: Session, ref: str, section: str = "1") -> Action:
    query = select(Action).join(Section).where(Action.ref == ref, Section.number == section)
    return session.scalars(query).one()


def longest_gap(start: date, days: list[date], end: date) -> int:
    return max((after - before).days for before, after in pairwise([start, *days, end]))


async def test_nobody_answers_and_every_open_action_is_asked_about_to_the_end(rounds: DailyRounds) -> None:
    await rounds.run(HALF_A_YEAR)
    asked, end = rounds.asked_days(), rounds.clock.moment.date()
    for key in (("1", "5.2"), ("1", "5.3"), ("1", "6.1"), ("2", "1.3")):
        assert longest_gap(NINE.date(), asked[key], end) <= 28 + DAYS_OFF, key
    late = [day for day in asked["1", "5.2"] if day > NINE.date() + timedelta(days=7)]
    assert len(late) >= 20
    assert max((after - before).days for before, after in pairwise(late)) <= 7 + DAYS_OFF
    assert ("1", "5.1") not in asked, "it is complete"
    with rounds.database.transaction(write=False) as session:
        calendar_days = {day for days in asked.values() for day in days}
        assert {day.weekday() for day in calendar_days} <= set(range(5))
        rows = session.scalars(
            select(Delivery).where(Delivery.kind == "prompt", Delivery.state == "sent")
        ).all()
        by_person = defaultdict(list)
        for row in rows:
            by_person[row.person_id].append(row.due_at.date())
        for days in by_person.values():
            assert all(sum(0 <= (later - day).days < 7 for later in days) <= 3 for day in days)


@pytest.mark.parametrize("seed", [1, 2])
async def test_seldom_answered_and_asked_within_28_days_of_every_word(rounds: DailyRounds, seed: int) -> None:
    rng, words = Random(seed), defaultdict[tuple[str, str], list[date]](list)
    for _ in range(HALF_A_YEAR):
        await rounds.run(1)
        if rng.random() < 0.1:
            section, ref = rng.choice((("1", "5.2"), ("1", "5.3"), ("1", "6.1"), ("2", "1.3")))
            with rounds.database.transaction() as session:
                said = UpdateStatus(refs=(RefQuery(section, ref),), note="going on", line="")
                dispatch(session, asker("PM"), said, rounds.clock.moment - timedelta(hours=20))
            words[section, ref].append(rounds.clock.moment.date() - timedelta(days=1))
    asked, end = rounds.asked_days(), rounds.clock.moment.date()
    for key in (("1", "5.2"), ("1", "5.3"), ("1", "6.1"), ("2", "1.3")):
        assert longest_gap(NINE.date(), sorted(asked[key] + words[key]), end) <= 28 + DAYS_OFF, key


async def test_an_action_with_a_word_every_week_is_left_alone_while_not_late(rounds: DailyRounds) -> None:
    for _ in range(8):
        await rounds.run(6)
        with rounds.database.transaction() as session:
            said = UpdateStatus(refs=(RefQuery("1", "6.1"),), note="going on", line="")
            dispatch(session, asker("JM"), said, rounds.clock.moment - timedelta(hours=20))
    assert rounds.asked_days()["1", "6.1"] == []


async def test_an_action_without_a_date_is_asked_about_after_28_days(rounds: DailyRounds) -> None:
    with rounds.database.transaction() as session:
        session.execute(update(Person).where(Person.initials == "ZZ").values(slack_user_id="U0ZZ"))
    await rounds.run(60)
    assert rounds.asked_days()["2", "3.1"] == [date(2026, 3, 30), date(2026, 4, 27)]


async def test_a_board_sets_how_often(rounds: DailyRounds) -> None:
    with rounds.database.transaction() as session:
        session.execute(update(Person).where(Person.initials == "ZZ").values(slack_user_id="U0ZZ"))
        session.execute(update(Board).values(repeat_days=14, late_repeat_days=3, ladder=[]))
    await rounds.run(30)
    asked = rounds.asked_days()
    assert asked["2", "3.1"] == [date(2026, 3, 16), date(2026, 3, 30)]
    assert len(asked["1", "5.2"]) >= 8


async def test_who_is_linked_later_is_asked_the_next_morning(rounds: DailyRounds) -> None:
    await rounds.run(40)
    assert rounds.asked_days()["2", "3.1"] == []
    with rounds.database.transaction() as session:
        link = LinkAccount(initials="ZZ", person=PersonRef(user_id="U0ZZ"))
        dispatch(session, asker("PM"), link, rounds.clock.moment - timedelta(hours=20))
    await rounds.run(4)
    assert rounds.asked_days()["2", "3.1"] == [date(2026, 4, 13)]


async def test_silence_counts_from_the_question_that_was_sent(rounds: DailyRounds) -> None:
    """Amber comes five working days after the question, and 30 days after the last word."""

    def reported(session: Session) -> tuple[Colour, str]:
        action = find_action(session, "6.1")
        rag = presenters.reported_rag(action, action.plan, rounds.clock.moment)
        return rag.colour, rag.reason

    seen: dict[date, Colour] = {}
    for _ in range(45):
        await rounds.run(1)
        with rounds.database.transaction(write=False) as session:
            seen[rounds.clock.moment.date()] = reported(session)[0]
    # Asked on Monday 30 March; Good Friday and Easter Monday are no working days.
    assert rounds.asked_days()["1", "6.1"][0] == date(2026, 3, 30)
    assert next(day for day, colour in seen.items() if colour is Colour.AMBER) == date(2026, 4, 8)
    with rounds.database.transaction() as session:
        action = find_action(session, "6.1")
        assert action.unanswered_since is not None
        assert action.unanswered_since.date() == date(2026, 3, 30)
        said = UpdateStatus(refs=(RefQuery("1", "6.1"),), status=Status.IN_PROGRESS, line="")
        dispatch(session, asker("JM"), said, rounds.clock.moment)
        assert action.unanswered_since is None
        assert reported(session)[0] is Colour.GREEN
        dispatch(session, asker("JM"), Undo(), rounds.clock.moment + timedelta(minutes=1))
        assert action.unanswered_since.date() == date(2026, 3, 30)
        assert reported(session) == (Colour.AMBER, "no word for 45 days")


async def test_who_cannot_be_asked_is_amber_with_that_reason(rounds: DailyRounds) -> None:
    await rounds.run(30)
    with rounds.database.transaction(write=False) as session:
        shared = {
            key: presenters.reported_rag(action, action.plan, rounds.clock.moment)
            for key in (("3.1", "2"), ("5.2", "2"))
            if (action := find_action(session, *key))
        }
    assert [rag.colour for rag in shared.values()] == [Colour.AMBER, Colour.RED]
    assert "no word for 30 days, and nobody could be asked" in shared["3.1", "2"].reason


async def test_nothing_that_was_not_sent_makes_silence(rounds: DailyRounds) -> None:
    with rounds.database.transaction() as session:
        session.execute(update(Person).values(away_until=date(2026, 6, 1)))
    await rounds.run(50)
    assert rounds.asked_days() == {}
    with rounds.database.transaction(write=False) as session:
        action = find_action(session, "6.1")
        assert action.unanswered_since is None
        assert presenters.reported_rag(action, action.plan, rounds.clock.moment).colour is Colour.GREEN


def audit_findings(session: Session, now: datetime) -> Iterator[str]:
    board = session.scalars(select(Board)).one()
    return (each.words for each in audit_prompts.find_missing_prompts(session, board, now))


async def test_the_audit_finds_nothing_missing_and_then_what_is(rounds: DailyRounds) -> None:
    for _ in range(10):
        await rounds.run(9)
        with rounds.database.transaction(write=False) as session:
            evening = rounds.clock.moment - timedelta(hours=18)
            assert list(audit_findings(session, evening)) == []
    with rounds.database.transaction() as session:
        session.execute(update(ActionOwner).values(prompt_at=datetime(2030, 1, 1, tzinfo=UTC)))
    await rounds.run(12)
    with rounds.database.transaction(write=False) as session:
        evening = datetime.combine(rounds.clock.moment.date() - timedelta(days=1), datetime.min.time(), UTC)
        found = list(audit_findings(session, evening.replace(hour=14)))
    assert any("5.2" in words for words in found)


async def test_a_question_tells_what_a_digest_said_only_once_a_channel_has_it(rounds: DailyRounds) -> None:
    """The digest of Monday 2 March is posted; that of 9 March is refused."""

    def reds(session: Session) -> set[date]:
        rows = session.scalars(select(Delivery).where(Delivery.kind == "prompt")).all()
        found = (messages.build_prompt(session, row, rounds.clock.moment) for row in rows)
        lines = [line for prompt in found if prompt for line in prompt.lines]
        return {line.red_in_digest_on for line in lines if line.red_in_digest_on}

    await rounds.run(5)
    with rounds.database.transaction(write=False) as session:
        assert reds(session) == {date(2026, 3, 2)}
    await rounds.run(5)
    with rounds.database.transaction() as session:
        late = Delivery.kind == "digest", Delivery.key.contains("2026-03-09")
        session.execute(update(Delivery).where(*late).values(state=DeliveryState.WAITING))
    with rounds.database.transaction(write=False) as session:
        assert reds(session) == set()
