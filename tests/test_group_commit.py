"""Short work shares a transaction, and nobody's failure is somebody else's."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import TimeoutError as NoneFreeError
from sqlalchemy.orm import Session

from bot.database import Database
from bot.group_commit import GroupCommit, RetryAloneError
from bot.session_cache import SessionValue
from models import Person
from tests.fixtures.databases import fresh_database

DELAY = 0.3


def rename_person(initials: str, name: str) -> Callable[[Session], str]:
    def work(session: Session) -> str:
        person = session.scalars(select(Person).where(Person.initials == initials)).one()
        person.name = name
        return name

    return work


def names(database: Database) -> dict[str, str]:
    with database.transaction(write=False) as session:
        return {person.initials: person.name for person in session.scalars(select(Person))}


@contextmanager
def count_commits(database: Database) -> Iterator[list[str]]:
    """What was committed while the block ran."""
    seen: list[str] = []

    def commit(_connection: Any) -> None:
        seen.append("commit")

    event.listen(database.engine, "commit", commit)
    yield seen
    event.remove(database.engine, "commit", commit)


async def run_together(database: Database, *works: Callable[[Session], Any]) -> list[Any]:
    """What becomes of each; all but the first wait while the first is being done."""
    begun, go_on = threading.Event(), threading.Event()

    def first(_session: Session) -> None:
        begun.set()
        go_on.wait(60)

    opening = asyncio.create_task(database.run_short(first))
    await asyncio.to_thread(begun.wait, 60)
    tasks = [asyncio.create_task(database.run_short(work)) for work in works]
    await asyncio.sleep(0.05)
    go_on.set()
    await opening
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_those_that_wait_are_saved_with_one_commit(planned: Database) -> None:
    await planned.run_short(lambda _: None)
    with count_commits(planned) as commits:
        done = await run_together(
            planned, rename_person("SS", "one"), rename_person("RM", "two"), rename_person("JM", "three")
        )
    assert done == ["one", "two", "three"]
    assert len(commits) == 2
    found = names(planned)
    assert (found["SS"], found["RM"], found["JM"]) == ("one", "two", "three")


async def test_one_that_fails_takes_nothing_from_the_others(planned: Database) -> None:
    def fail(session: Session) -> None:
        rename_person("RM", "half done")(session)
        session.flush()
        raise LookupError("no")

    await planned.run_short(lambda _: None)
    with count_commits(planned) as commits:
        done = await run_together(planned, rename_person("SS", "one"), fail, rename_person("JM", "three"))
    assert [done[0], done[2]] == ["one", "three"]
    assert isinstance(done[1], RetryAloneError)
    assert not done[1].may_be_saved
    assert len(commits) == 2
    found = names(planned)
    assert (found["SS"], found["JM"]) == ("one", "three")
    assert found["RM"] != "half done"


async def test_one_by_itself_gets_its_own_failure_and_leaves_nothing(planned: Database) -> None:
    def fail(session: Session) -> None:
        rename_person("RM", "half done")(session)
        session.flush()
        raise LookupError("no")

    with pytest.raises(LookupError):
        await planned.run_short(fail)
    assert names(planned)["RM"] != "half done"
    assert await planned.run_short(rename_person("RM", "whole")) == "whole"


async def test_each_begins_with_nothing_of_the_one_before(planned: Database) -> None:
    seen: list[tuple[int, str | None]] = []
    cached = SessionValue[str]()

    def look(session: Session) -> None:
        seen.append((len(list(session)), cached.get(session)))
        cached.set(session, "mine")
        session.scalars(select(Person)).all()

    await run_together(planned, look, look, look)
    assert seen == [(0, None)] * 3


async def test_who_stops_waiting_does_not_stop_the_others(planned: Database) -> None:
    async def given_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(planned.run_short(lambda _: threading.Event().wait(0.2)), 0.05)

    await given_up()
    assert await planned.run_short(rename_person("SS", "later")) == "later"


async def test_waiting_work_is_resolved_when_the_bot_stops(planned: Database) -> None:
    thread, begun, go_on = ThreadPoolExecutor(1), threading.Event(), threading.Event()
    group = GroupCommit(planned.engine, thread)

    def first(_session: Session) -> None:
        begun.set()
        go_on.wait(60)

    opening = asyncio.create_task(group.run(first))
    await asyncio.to_thread(begun.wait, 60)
    waiting = asyncio.create_task(group.run(rename_person("SS", "not to be")))
    await asyncio.sleep(0)
    thread.shutdown(wait=False)
    go_on.set()
    await opening
    for too_late in (waiting, group.run(rename_person("SS", "nor this"))):
        with pytest.raises(RetryAloneError):
            await asyncio.wait_for(too_late, 60)
    group.close()
    assert names(planned)["SS"] not in {"not to be", "nor this"}


@pytest.mark.parametrize("problem", [NoneFreeError("no connection is free"), RuntimeError("anything")])
async def test_waiting_work_is_resolved_whatever_goes_wrong(
    planned: Database, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def connect() -> None:
        raise problem

    with monkeypatch.context() as patched:
        patched.setattr(planned.engine, "connect", connect)
        with pytest.raises(RetryAloneError) as alone:
            await asyncio.wait_for(planned.run_short(rename_person("SS", "not to be")), 5)
    assert not alone.value.may_be_saved
    assert await planned.run_short(rename_person("SS", "later")) == "later"


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Database]:
    yield from fresh_database("postgresql", tmp_path, "planned")


async def test_who_waits_for_a_row_holds_up_nobody_else(shared: Database) -> None:
    with shared.transaction() as session:
        session.execute(update(Person).where(Person.initials == "SS").values(name="held"))
        with pytest.raises(RetryAloneError):
            await asyncio.wait_for(shared.run_short(rename_person("SS", "late")), 60)
        late = asyncio.create_task(shared.run(rename_person("SS", "late")))
        assert await asyncio.wait_for(shared.run_short(rename_person("RM", "at once")), 60) == "at once"
        await asyncio.sleep(DELAY)
        assert not late.done()
    assert await asyncio.wait_for(late, 60) == "late"
    assert names(shared)["SS"] == "late"


async def test_a_connection_that_broke_is_opened_anew(shared: Database) -> None:
    mine = await shared.run_short(lambda session: session.scalar(text("select pg_backend_pid()")))
    with shared.transaction() as session:
        session.execute(text("select pg_terminate_backend(:pid)"), {"pid": mine})
    with pytest.raises(RetryAloneError) as broken:
        await shared.run_short(rename_person("SS", "again"))
    assert not broken.value.may_be_saved
    assert await shared.run_short(rename_person("SS", "again")) == "again"
    assert names(shared)["SS"] == "again"
