"""Short pieces of work that wait at the same moment share one transaction, and one wait for the disk.

Each is done in the order it came. If one of them cannot be done, all that share the transaction are taken
back and done again, each by itself: work has no effects but on its session.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

T = TypeVar("T")
MOST_TOGETHER = 32
# Whoever waits longer for a row that somebody else holds does so by themselves.
SHORT_WAIT = "SET lock_timeout = '100ms'"


class DoAloneError(Exception):
    """A piece of work was taken back with others, or waited too long for a row: do it by itself."""


@dataclass(frozen=True)
class _Waiting:
    work: Callable[[Session], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]


class GroupCommit:
    """executor: one thread, the one that writes where only one may."""

    def __init__(self, engine: Engine, executor: Executor) -> None:
        self._engine, self._executor = engine, executor
        self._lock = Lock()
        self._waiting: list[_Waiting] = []
        self._is_going = False
        self._connection: Connection | None = None

    async def run(self, work: Callable[[Session], T]) -> T:
        """What the work returns, once it is on disk. Raises what the work raises if it had the transaction to
        itself, and DoAloneError when it has to be done again without others.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        with self._lock:
            self._waiting.append(_Waiting(work, loop, future))
            is_going, self._is_going = self._is_going, True
        if not is_going:
            self._executor.submit(self._go)
        return await future

    def close(self) -> None:
        """Only once nothing runs any more."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _go(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
        try:
            outcomes = self._outcomes([each.work for each in batch])
            for loop in {each.loop for each in batch}:
                loop.call_soon_threadsafe(_tell, loop, batch, outcomes)
        finally:
            with self._lock:
                self._is_going = bool(self._waiting)
                if self._is_going:
                    self._executor.submit(self._go)

    def _outcomes(self, works: list[Callable[[Session], Any]]) -> list[Any]:
        """What each returned, or the exception it is to get."""
        try:
            return self._together(works)
        except DBAPIError:
            self.close()
            return [DoAloneError()] * len(works)
        except Exception as error:  # noqa: BLE001 - it is handed to whoever waits for the work
            return [error] if len(works) == 1 else [DoAloneError()] * len(works)

    def _together(self, works: list[Callable[[Session], Any]]) -> list[Any]:
        connection = self._connection or self._open()
        outcomes = []
        with connection.begin(), Session(connection, expire_on_commit=False) as session:
            for work in works:
                outcomes.append(work(session))
                session.flush()
                session.expunge_all()
                session.info.clear()
        return outcomes

    def _open(self) -> Connection:
        self._connection = self._engine.connect()
        if self._engine.dialect.name == "postgresql":
            with self._connection.begin():
                self._connection.exec_driver_sql(SHORT_WAIT)
        return self._connection


def _tell(loop: asyncio.AbstractEventLoop, batch: list[_Waiting], outcomes: list[Any]) -> None:
    for each, outcome in zip(batch, outcomes, strict=True):
        if each.loop is not loop or each.future.done():
            continue
        if isinstance(outcome, Exception):
            each.future.set_exception(outcome)
        else:
            each.future.set_result(outcome)
