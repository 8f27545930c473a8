"""A request that shares its transaction is answered as if it had been alone."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from bot.commands import Asker
from bot.config import Settings
from bot.database import Database
from bot.errors import ReplayedError
from bot.rendering import Renderer
from handlers.door import Door
from handlers.slack.commands import Line
from handlers.slack.incoming import Incoming
from handlers.slack.promises import Promise
from handlers.slack.taking import Answer, soon, take
from models import StatusChange
from tests.fixtures.plans import NOW, TEAM, USERS
from tests.fixtures.sandbox import StandingClock


@pytest.fixture
def door(planned: Database, tmp_path: Path) -> Door:
    return Door(planned, StandingClock(NOW), Settings(data_dir=tmp_path), Renderer(), lambda: None)


async def said(door: Door, line: str, key: str) -> Answer:
    asker = Asker(TEAM, USERS["SS"], "C0BOARD", "board")
    return await take(door, Incoming(asker, key, f"v0={key}"), Line(door, asker, line))


def text_of(answer: Answer) -> str:
    return str(answer["parts"][0]["text"])


def recorded(door: Door) -> int:
    with door.database.transaction(write=False) as session:
        return session.scalar(select(func.count()).select_from(StatusChange)) or 0


@contextmanager
def commit_not_answered(database: Database, *, is_saved: bool) -> Iterator[None]:
    """The next commit is carried out, or not, and then the connection breaks."""

    def broken(connection: Any) -> None:
        event.remove(database.engine, "commit", broken)
        if is_saved:
            connection.connection.commit()
        raise OperationalError("COMMIT", None, Exception("the connection broke"))

    event.listen(database.engine, "commit", broken)
    yield


@pytest.mark.parametrize("is_saved", [True, False])
async def test_a_commit_nobody_answered_counts_once_and_is_answered(door: Door, *, is_saved: bool) -> None:
    with commit_not_answered(door.database, is_saved=is_saved):
        answer = await said(door, "update 1/5.2 in-progress note once", "k1")
    assert text_of(answer).startswith("Recorded. 1/5.2")
    assert recorded(door) == 1
    with pytest.raises(ReplayedError):
        await said(door, "update 1/5.2 in-progress note once", "k1")


async def test_a_mistake_among_others_is_answered_and_costs_them_nothing(door: Door) -> None:
    answers = await asyncio.gather(
        said(door, "update 1/5.2 in-progress note one", "k1"),
        said(door, "update 9.99 done", "k2"),
        said(door, "update 1/5.2 in-progress note two", "k3"),
    )
    assert [each["outcome"] for each in answers] == ["done", "refused", "done"]
    assert "There is no action 9.99" in text_of(answers[1])
    assert recorded(door) == 2


async def test_of_two_that_are_the_same_request_one_is_refused_as_a_replay(door: Door) -> None:
    line = "update 1/5.2 in-progress note one"
    found = await asyncio.gather(said(door, line, "k1"), said(door, line, "k1"), return_exceptions=True)
    assert [type(each) for each in found] == [dict, ReplayedError]
    assert recorded(door) == 1


async def test_what_is_taken_back_can_be_promised_again() -> None:
    promise = Promise()
    assert not promise.was_made()
    assert not promise.make()
    promise.reopen()
    assert promise.make()
    assert promise.was_made()


async def test_a_promise_comes_late_when_what_was_being_saved_was_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("handlers.slack.taking.PATIENCE", 0.01)
    promise = Promise()
    promise.was_made()
    coming: asyncio.Task[Answer] = asyncio.create_task(asyncio.sleep(60, {}))
    asyncio.get_running_loop().call_later(0.1, promise.reopen)
    async with asyncio.timeout(30):
        assert await soon(coming, promise) is None
    coming.cancel()
