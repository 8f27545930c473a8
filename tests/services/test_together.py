"""Two transactions at the same moment on PostgreSQL, as two replicas or two people make them."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from bot.commands import Offer, Option, TakeOption, UpdateStatus
from bot.database import Database
from bot.errors import NotUnderstoodError
from bot.messages import OfferedAnswers
from bot.plan.reading import EVERY_BOARD
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from bot.services import compose
from bot.services.outbox import claims, outbox
from bot.services.outbox.outbox import NewDelivery
from bot.services.prompts import answers, messages, planner
from models import Action, ActionOwner, Board, Delivery, Person, PromptItem, Section, StatusChange
from models.queries import actions as query
from models.queries import boards as boards_query
from models.queries import prompt_schedule as prompting_query
from models.queries import refs
from tests.fixtures.commands import dispatch
from tests.fixtures.databases import fresh_database
from tests.fixtures.plans import asker
from tests.services.prompts.test_planner import NINE

A_WHILE = 0.3


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Database]:
    yield from fresh_database("postgresql", tmp_path, "planned")


@asynccontextmanager
async def meanwhile(database: Database, work: Callable[[Session], object]) -> AsyncIterator[None]:
    """The work is done, and committed only a while after the block has begun."""
    with database.transaction() as session:
        await asyncio.to_thread(work, session)
        session.flush()
        yield
        await asyncio.sleep(A_WHILE)


def build_update(status: Status, ref: str = "5.3") -> UpdateStatus:
    return UpdateStatus(refs=(RefQuery(None, ref),), status=status, line="")


async def test_two_who_speak_of_one_action_are_recorded_one_after_the_other(shared: Database) -> None:
    first = build_update(Status.COMPLETE)
    async with meanwhile(shared, lambda session: dispatch(session, asker("RM"), first, NINE)):
        second = asyncio.create_task(shared.run(dispatch, asker("JM"), build_update(Status.ON_HOLD), NINE))
        await asyncio.sleep(A_WHILE)
        assert not second.done()
    await second
    with shared.transaction(write=False) as session:
        said = session.scalars(select(StatusChange).order_by(StatusChange.id)).all()
        assert [(each.from_status, each.to_status) for each in said] == [
            (Status.NOT_STARTED, Status.COMPLETE),
            (Status.COMPLETE, Status.ON_HOLD),
        ]
        action = session.scalars(select(Action).where(Action.ref == "5.3")).one()
        assert action.status is Status.ON_HOLD


async def test_a_morning_is_one_message_though_somebody_is_speaking_of_part_of_it(shared: Database) -> None:
    with shared.transaction() as session:
        jm = session.scalars(select(Person.id).where(Person.initials == "JM")).one()
        session.execute(update(ActionOwner).where(ActionOwner.person_id == jm).values(prompt_at=NINE))

    def speak(session: Session) -> None:
        ids = session.scalars(select(Action.id).where(Action.ref == "5.3")).all()
        for action in query.lock_actions(session, ids).values():
            for owner in action.owners:
                owner.position += 10

    async with meanwhile(shared, speak):
        planning = asyncio.create_task(shared.run(planner.plan_prompts, NINE))
        await asyncio.sleep(A_WHILE)
    await planning
    while await shared.run(planner.plan_prompts, NINE):
        pass
    with shared.transaction(write=False) as session:
        rows = session.scalars(select(Delivery).where(Delivery.person_id == jm)).all()
        assert [[item.action.ref for item in row.items] for row in rows] == [["5.3", "6.1", "1.3"]]


async def test_only_one_replica_plans_for_a_workspace_at_a_time(shared: Database) -> None:
    async with meanwhile(shared, lambda session: planner.plan_prompts(session, NINE)):
        assert await shared.run(planner.plan_prompts, NINE) == 0
    assert await shared.run(planner.plan_prompts, NINE) == 0
    with shared.transaction(write=False) as session:
        keys = session.scalars(select(Delivery.key).where(Delivery.kind == "prompt")).all()
        assert len(keys) == len(set(keys)) == 3


async def test_two_answers_to_one_message_both_show(shared: Database) -> None:
    with shared.transaction() as session:
        session.execute(update(ActionOwner).values(prompt_at=NINE))
        while planner.plan_prompts(session, NINE):
            pass
        row = session.scalars(select(Delivery).join(Person).where(Person.initials == "JM")).one()
        outbox.mark_sent(session, row.id, channel="D1", ts="1.1", now=NINE)
        items, row_id = [messages.button_value(item) for item in row.items], row.id

    def press(session: Session, value: str) -> None:
        assert answers.answer_prompt(session, asker("JM"), value, "on-track", NINE) is None

    async with meanwhile(shared, lambda session: press(session, items[0])):
        second = asyncio.create_task(shared.run(press, items[1]))
        await asyncio.sleep(A_WHILE)
    await second
    with shared.transaction() as session:
        waiting = session.scalars(select(Delivery.id).where(Delivery.updates_id == row_id)).all()
        assert len(waiting) == 1
        shown = messages.build_prompt(session, session.get_one(Delivery, row_id), NINE)
        assert shown is not None
        answered = {line.value: line.answer for line in shown.lines}
        assert answered == {items[0]: "on-track", items[1]: "on-track", items[2]: ""}


async def test_a_rewriting_is_not_sent_before_the_answer_it_is_for_is_there(shared: Database) -> None:
    """An answer relies on a rewriting that waits already: nobody may claim that before it is saved."""
    with shared.transaction() as session:
        session.execute(update(ActionOwner).values(prompt_at=NINE))
        while planner.plan_prompts(session, NINE):
            pass
        for row in session.scalars(select(Delivery)):
            outbox.mark_sent(session, row.id, channel="D1", ts="1.1", now=NINE)
        item = session.scalars(select(PromptItem).join(Person, Person.id == PromptItem.person_id)).all()
        jms = [
            messages.button_value(each)
            for each in item
            if each.delivery.person and each.delivery.person.initials == "JM"
        ]
        answers.answer_prompt(session, asker("JM"), jms[0], "on-track", NINE)

    def press(session: Session) -> None:
        answers.answer_prompt(session, asker("JM"), jms[1], "complete", NINE)

    async with meanwhile(shared, press):
        early = await shared.run(claims.claim, by="other", now=NINE, limit=50)
        with shared.transaction() as session:
            for each in early:
                job = compose.prepare_delivery(session, each.id, NINE)
                assert job is None or "JM" not in str(job.target)


async def test_a_row_that_comes_to_be_at_the_same_moment_is_no_error(shared: Database) -> None:
    planned = NewDelivery(1, "notice", "notice:same", "U0PM", NINE)
    async with meanwhile(shared, lambda session: outbox.enqueue(session, planned)):
        second = asyncio.create_task(shared.run(outbox.enqueue, planned))
        await asyncio.sleep(A_WHILE)
    assert await second is None


async def test_a_deadlock_is_run_again(shared: Database) -> None:
    ids = (1, 2)
    both, through = asyncio.Barrier(2), threading.Event()
    loop = asyncio.get_running_loop()

    def lock(session: Session, order: tuple[int, int], tries: list[int]) -> None:
        tries.append(1)
        if len(tries) > 1:
            # Else it could take its row again before the other one wakes up, and both would wait once more.
            assert through.wait(5)
        for place, row in enumerate(order):
            session.execute(text("UPDATE action SET detail = 'x' WHERE id = :id"), {"id": row})
            if place == 0 and len(tries) == 1:
                asyncio.run_coroutine_threadsafe(both.wait(), loop).result(5)

    async def run(order: tuple[int, int], tries: list[int]) -> None:
        await shared.run(lock, order, tries)
        through.set()

    tries: tuple[list[int], list[int]] = ([], [])
    await asyncio.gather(run(ids, tries[0]), run(ids[::-1], tries[1]))
    assert sorted(map(len, tries)) == [1, 2]


async def test_who_waited_for_an_action_sees_it_in_its_new_place(shared: Database) -> None:
    def move(session: Session) -> None:
        action = session.scalars(select(Action).where(Action.ref == "5.3")).one()
        other = session.scalars(select(Section).where(Section.id != action.section_id)).first()
        assert other is not None
        action.section_id = other.id
        action.plan.board.ladder = [4]

    def look(session: Session) -> tuple[str, list[int] | None]:
        (action,) = refs.find_by_ref(session, 1, "5.3", None, EVERY_BOARD, lock=True).actions
        return action.section.number, action.plan.board.ladder

    async with meanwhile(shared, move):
        looking = asyncio.create_task(shared.run(look))
        await asyncio.sleep(A_WHILE)
        assert not looking.done()
    assert await looking == ("2", [4])


@pytest.mark.parametrize(
    "held", [boards_query.lock_due_boards, lambda session, _: prompting_query.boards_to_replan(session)]
)
async def test_a_board_that_is_planned_for_takes_messages(
    shared: Database, held: Callable[[Session, datetime], list[Board]]
) -> None:
    with shared.transaction() as session:
        session.execute(update(Board).values(next_digest_at=NINE, prompt_days=[3]))
    with shared.transaction() as planning:
        (board,) = held(planning, NINE)
        with shared.transaction() as session:
            session.execute(text("SET LOCAL lock_timeout = '1s'"))
            row = NewDelivery(1, "reply", "key", "C1", NINE, board_id=board.id)
            assert outbox.enqueue(session, row) is not None
            session.flush()


@pytest.mark.parametrize("index", [0, 1])
async def test_of_two_presses_at_once_one_is_recorded(shared: Database, index: int) -> None:
    """Twice the same, or two options."""
    options = tuple(
        Option(label, (UpdateStatus(refs=(RefQuery("1", "5.2"),), note=label),)) for label in ("One", "Two")
    )
    command = Offer(problem="That is not clear.", words="nearly", options=options)
    with shared.transaction() as session:
        offered = dispatch(session, asker("SS"), command, NINE)
        assert isinstance(offered, OfferedAnswers)
    first, second = (TakeOption(choice=offered.options[each].choice) for each in (0, index))
    async with meanwhile(shared, lambda session: dispatch(session, asker("SS"), first, NINE)):
        pressing = asyncio.create_task(shared.run(dispatch, asker("SS"), second, NINE))
        await asyncio.sleep(A_WHILE)
        assert not pressing.done()
    with pytest.raises(NotUnderstoodError, match="You chose “One” there already"):
        await pressing
    with shared.transaction(write=False) as session:
        assert session.scalars(select(StatusChange.note)).all() == ["One"]
