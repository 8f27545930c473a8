"""A round when nothing is due: every bot does one every few seconds, for years."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.orm import Session

from bot.database import Database
from bot.delivery.sender import MessageRef, Post
from bot.delivery.worker import Worker
from bot.jobs.tick import TickJob
from bot.rendering import Renderer
from bot.services.prompts import daily_prompt, planner
from bot.services.prompts.daily_prompt import PromptHistory
from bot.services.scheduling.due_item import DueItem
from models import Action, ActionOwner, Board, DigestSnapshot, Person, Plan
from tests.fixtures.plans import NOW

HALF_PAST_EIGHT = NOW


class FixedClock:
    def now(self) -> datetime:
        return HALF_PAST_EIGHT


class UnusedSender:
    """A sender that is never asked."""

    async def post(self, post: Post) -> MessageRef:
        raise AssertionError(post)

    async def find(self, post: Post, *, since: float) -> MessageRef | None:
        raise AssertionError(post, since)


def build_tick(database: Database) -> TickJob:
    clock = FixedClock()
    return TickJob(database, Worker(database, UnusedSender(), Renderer(), clock), clock)


def copy_board(board: Board, name: str) -> Board:
    facts = {each.key: getattr(board, each.key) for each in Board.__table__.columns if each.key != "id"}
    return Board(**{**facts, "name": name})


async def record_statements(database: Database) -> list[str]:
    """What one round asks of the database."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    await build_tick(database).run()
    event.remove(database.engine, "before_cursor_execute", note)
    return [each for each in found if not each.startswith(("BEGIN", "SET TRANSACTION"))]


# The last write, what waits, what is refused, what is to be sent, digests, prompts, reminders that changed.
MAX_LOOKS = 7


async def test_it_only_looks(planned: Database) -> None:
    asked = await record_statements(planned)
    assert len(asked) <= MAX_LOOKS
    assert all(each.startswith("SELECT") and "FOR UPDATE" not in each for each in asked)


async def test_prompt_days_stored_with_other_spaces_are_replanned_once(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(text("UPDATE board SET prompt_days = '[7,0]'"))
    assert len(await record_statements(planned)) > MAX_LOOKS
    assert len(await record_statements(planned)) <= MAX_LOOKS
    with planned.transaction(write=False) as session:
        assert session.scalars(select(Board.ladder)).all() == [[7, 0]]


async def test_a_digest_that_is_due_is_more_than_a_look(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(update(Board).values(next_digest_at=HALF_PAST_EIGHT - timedelta(hours=30), ladder=[]))
        session.execute(update(Board).values(quiet_from=HALF_PAST_EIGHT.time().replace(hour=7)))
    assert len(await record_statements(planned)) > MAX_LOOKS


async def test_a_digest_that_cannot_be_made_keeps_nobody_from_being_asked(planned: Database) -> None:
    with planned.transaction() as session:
        session.execute(update(Board).values(digest_rule="no rule", next_digest_at=HALF_PAST_EIGHT))
        session.execute(update(ActionOwner).values(prompt_at=HALF_PAST_EIGHT))
    with pytest.raises(ExceptionGroup):
        await build_tick(planned).run()
    with planned.transaction(write=False) as session:
        left = session.scalars(select(ActionOwner.prompt_at).where(ActionOwner.prompt_at <= HALF_PAST_EIGHT))
        assert left.all() == []


async def test_a_digest_that_cannot_be_made_leaves_other_boards_theirs(planned: Database) -> None:
    with planned.transaction() as session:
        board = session.scalars(select(Board)).one()
        session.add(other := copy_board(board, "Other"))
        other.next_digest_at = HALF_PAST_EIGHT
        session.flush()
        session.execute(update(Plan).values(board_id=other.id))
        board.digest_rule, board.next_digest_at = "no rule", HALF_PAST_EIGHT - timedelta(hours=1)
    with pytest.raises(ExceptionGroup):
        await build_tick(planned).run()
    with planned.transaction(write=False) as session:
        assert session.scalars(select(Board.name).where(Board.next_digest_at > HALF_PAST_EIGHT)).all() == [
            "Other"
        ]
        assert session.scalars(select(DigestSnapshot)).one().board_id == other.id


async def test_a_board_that_cannot_be_replanned_leaves_the_others_theirs(planned: Database) -> None:
    with planned.transaction() as session:
        board = session.scalars(select(Board)).one()
        session.add(copy_board(board, "Other"))
        session.flush()
        session.execute(update(Board).values(prompt_days=[7, 0]))
        board.timezone = "No/Where"
    with pytest.raises(ExceptionGroup):
        await build_tick(planned).run()
    with planned.transaction(write=False) as session:
        taken_up = select(Board.name).where(Board.ladder_since.is_not(None))
        assert session.scalars(taken_up).all() == ["Other"]


def fail_planning_for(monkeypatch: pytest.MonkeyPatch, *initials: str) -> None:
    """Whatever the reason: nothing that people or imports write can be the cause."""
    original = daily_prompt.plan_for_person

    def plan_for_person(
        session: Session, due_items: list[DueItem], history: PromptHistory, now: datetime
    ) -> None:
        if due_items[0].person.initials in initials:
            raise ValueError("cannot be planned")
        original(session, due_items, history, now)

    monkeypatch.setattr(planner, "plan_for_person", plan_for_person)


async def test_somebody_whose_timezone_cannot_be_read_is_asked_in_that_of_the_board(
    planned: Database,
) -> None:
    with planned.transaction() as session:
        session.execute(update(ActionOwner).values(prompt_at=HALF_PAST_EIGHT))
        session.execute(update(Person).values(timezone="No/Where"))
    await build_tick(planned).run()
    with planned.transaction(write=False) as session:
        left = select(ActionOwner.id).where(ActionOwner.prompt_at <= HALF_PAST_EIGHT)
        assert session.scalars(left).all() == []


async def test_somebody_whose_prompts_cannot_be_planned_keeps_nobody_else_waiting(
    planned: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who cannot be asked have waited longest, and only one is taken at a time."""
    monkeypatch.setattr(planner, "BATCH_SIZE", 1)
    broken = select(Person.id).where(Person.initials.in_(("RM", "SS")))
    with planned.transaction() as session:
        session.execute(update(Action).values(escalate_at=None))
        session.execute(update(ActionOwner).values(prompt_at=HALF_PAST_EIGHT))
        earlier = HALF_PAST_EIGHT - timedelta(hours=1)
        session.execute(
            update(ActionOwner).where(ActionOwner.person_id.in_(broken)).values(prompt_at=earlier)
        )
    fail_planning_for(monkeypatch, "RM", "SS")
    with pytest.raises(ExceptionGroup) as raised:
        await build_tick(planned).run()
    (of_prompts,) = raised.value.exceptions
    assert isinstance(of_prompts, ExceptionGroup)
    assert len(of_prompts.exceptions) == 2
    with planned.transaction(write=False) as session:
        left = select(Person.initials).join(ActionOwner).where(ActionOwner.prompt_at <= HALF_PAST_EIGHT)
        assert set(session.scalars(left)) == {"RM", "SS"}
