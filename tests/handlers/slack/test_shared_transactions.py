"""A request that shares its transaction is answered as if it had been alone."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from bot.commands import Asker
from bot.config import Settings
from bot.database import Database
from bot.errors import ReplayedError
from bot.services import idempotency
from handlers.context import AppContext
from handlers.pipeline import DeferredReply, handle_request
from handlers.requests import RequestInfo, Response
from handlers.slack.commands import CommandJob
from handlers.slack.pipeline import wait_for_ack
from models import StatusChange
from tests.fixtures.contexts import build_context
from tests.fixtures.databases import fresh_database
from tests.fixtures.plans import NOW, TEAM, USERS
from tests.fixtures.sandbox import FixedClock

COMMIT_DELAY = 0.3


@pytest.fixture
def context(planned: Database, tmp_path: Path) -> AppContext:
    return build_context(planned, FixedClock(NOW), Settings(data_dir=tmp_path))


async def send_command(context: AppContext, line: str, key: str) -> Response:
    asker = Asker(TEAM, USERS["SS"], "C0BOARD", "board")
    return await handle_request(
        context, RequestInfo(asker, key, f"v0={key}"), CommandJob(context, asker, line)
    )


def text_of(answer: Response) -> str:
    return str(answer["parts"][0]["text"])


def count_changes(context: AppContext) -> int:
    with context.database.transaction(write=False) as session:
        return session.scalar(select(func.count()).select_from(StatusChange)) or 0


@contextmanager
def broken_commit(database: Database, meanwhile: Callable[[Any], None]) -> Iterator[None]:
    """The connection breaks at the next commit. meanwhile: what becomes of it, on the driver's connection."""

    left = [meanwhile]

    def broken(connection: Any) -> None:
        if left:
            driver = connection.connection.dbapi_connection
            left.pop()(driver)
            driver.close()

    event.listen(database.engine, "commit", broken)
    yield
    event.remove(database.engine, "commit", broken)


def commit(driver: Any) -> None:
    driver.commit()


def roll_back(driver: Any) -> None:
    driver.rollback()


# Those that share a transaction, and those that have one to themselves.
LINES = {
    "update 1/5.2 in-progress note once": "Recorded. 1/5.2",
    "undo": "Taken back",
}


@pytest.mark.parametrize("meanwhile", [commit, roll_back])
@pytest.mark.parametrize("line", LINES)
async def test_a_commit_nobody_answered_counts_once_and_is_answered(
    context: AppContext, line: str, meanwhile: Callable[[Any], None]
) -> None:
    await send_command(context, "update 1/5.2 complete", "k1")
    with broken_commit(context.database, meanwhile):
        answer = await send_command(context, line, "k2")
    assert answer["outcome"] == "done"
    assert text_of(answer).startswith(LINES[line])
    assert count_changes(context) == 2
    with pytest.raises(ReplayedError):
        await send_command(context, line, "k2")


async def test_a_redelivery_whose_commit_nobody_answered_is_answered_as_before(context: AppContext) -> None:
    """The row of its signature may lie before that of its answer, where an older row was forgotten."""
    with context.database.transaction() as session:
        idempotency.save_signature(session, 1, "v0=again", NOW)
        idempotency.save_answer(session, 1, "k1", "v0=k1", {"outcome": "done"}, NOW)
    with context.database.transaction() as session:
        asker = Asker(TEAM, USERS["SS"], "C0BOARD", "board")
        actor, answer = idempotency.find_saved_answer(session, asker, "k1", "v0=again", may_be_saved=True)
        assert (actor.workspace_id, answer) == (1, {"outcome": "done"})


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[AppContext]:
    for database in fresh_database("postgresql", tmp_path, "planned"):
        yield build_context(database, FixedClock(NOW), Settings(data_dir=tmp_path))


async def test_a_commit_carried_out_while_the_work_is_done_again_counts_once(
    shared: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(driver: Any) -> None:
        for way in ("do_terminate", "do_close"):
            monkeypatch.setattr(shared.database.engine.dialect, way, lambda _: None)
        Timer(COMMIT_DELAY, driver.commit).start()
        raise OperationalError("COMMIT", None, Exception("the connection broke"))

    await send_command(shared, "update 1/5.2 complete", "k1")
    with broken_commit(shared.database, late):
        answer = await send_command(shared, "update 1/5.2 in-progress note once", "k2")
    assert text_of(answer).startswith("Recorded. 1/5.2")
    assert count_changes(shared) == 2


async def test_a_mistake_among_others_is_answered_and_costs_them_nothing(context: AppContext) -> None:
    answers = await asyncio.gather(
        send_command(context, "update 1/5.2 in-progress note one", "k1"),
        send_command(context, "update 9.99 done", "k2"),
        send_command(context, "update 1/5.2 in-progress note two", "k3"),
    )
    assert [each["outcome"] for each in answers] == ["done", "refused", "done"]
    assert "There is no action 9.99" in text_of(answers[1])
    assert count_changes(context) == 2


async def test_of_two_that_are_the_same_request_one_is_refused_as_a_replay(context: AppContext) -> None:
    line = "update 1/5.2 in-progress note one"
    found = await asyncio.gather(
        send_command(context, line, "k1"), send_command(context, line, "k1"), return_exceptions=True
    )
    assert [type(each) for each in found] == [dict, ReplayedError]
    assert count_changes(context) == 1


async def test_what_is_taken_back_can_be_promised_again() -> None:
    deferred = DeferredReply()
    assert not deferred.close()
    assert not deferred.try_announce()
    deferred.reopen()
    assert deferred.try_announce()
    assert deferred.close()


async def test_a_promise_comes_late_when_what_was_being_saved_was_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("handlers.slack.pipeline.ACK_TIMEOUT", 0.01)
    deferred = DeferredReply()
    deferred.close()
    coming: asyncio.Task[Response] = asyncio.create_task(asyncio.sleep(60, {}))
    asyncio.get_running_loop().call_later(0.1, deferred.reopen)
    async with asyncio.timeout(30):
        assert await wait_for_ack(coming, deferred) is None
    coming.cancel()


async def test_a_stranger_to_the_database_is_refused_after_a_second_look(context: AppContext) -> None:
    begun: list[str] = []
    event.listen(context.database.engine, "begin", lambda _: begun.append("begin"))
    asker = Asker("T0ELSEWHERE", USERS["SS"], "C0BOARD", "board")
    answer = await handle_request(
        context, RequestInfo(asker, "k1", "v0=k1"), CommandJob(context, asker, "undo")
    )
    assert answer["outcome"] == "refused"
    assert "not set up" in text_of(answer)
    assert len(begun) == 2
