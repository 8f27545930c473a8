"""Short pieces of work that wait at the same moment share one transaction, and one wait for the disk.

Each is done in the order it came. If one of them fails, all are taken back, it is left out, and the others
are done again: work has no effects but on its session.
"""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from bot.session_cache import clear_session_caches

T = TypeVar("T")
Work = Callable[[Session], Any]
MAX_BATCH_SIZE = 32
MAX_ATTEMPTS = 4
# Whoever waits longer for a row that somebody else holds does so by themselves.
SET_LOCK_TIMEOUT = "SET lock_timeout = '100ms'"


class RetryAloneError(Exception):
    """Nothing came of a piece of work in company, so it is to be done by itself.

    may_be_saved: the connection broke at the commit, so that nobody knows whether it came to pass.
    """

    def __init__(self, *, may_be_saved: bool = False) -> None:
        super().__init__()
        self.may_be_saved = may_be_saved


class _WorkFailedError(Exception):
    """One of several pieces of work failed, and nothing is left of any. index: which one."""

    def __init__(self, index: int, error: Exception) -> None:
        super().__init__()
        self.index, self.error = index, error


class _CommitLostError(Exception):
    """All was done, but the commit was not answered."""


@dataclass(frozen=True)
class _PendingWork:
    work: Work
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]


class GroupCommit:
    """executor: one thread, the one that writes where only one may."""

    def __init__(self, engine: Engine, executor: Executor) -> None:
        self._engine, self._executor = engine, executor
        self._lock = Lock()
        self._pending: list[_PendingWork] = []
        self._is_running = False
        self._connection: Connection | None = None

    async def run(self, work: Callable[[Session], T]) -> T:
        """What the work returns, once it is on disk. Raises what the work raises if nothing went before it in
        the same transaction, and RetryAloneError when it has to be done again without company.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        with self._lock:
            self._pending.append(_PendingWork(work, loop, future))
            is_going, self._is_running = self._is_running, True
        if not is_going:
            self._submit_next()
        return await future

    def close(self) -> None:
        """Let go of the connection, if nothing runs on it; another is opened when one is needed."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _submit_next(self) -> None:
        """Submit the next batch. When the executor was shut down, what waits fails with RetryAloneError."""
        try:
            self._executor.submit(self._run_batch)
        except RuntimeError:
            with self._lock:
                left, self._pending, self._is_running = self._pending, [], False
            _resolve_all(left, [RetryAloneError() for _ in left])

    def _run_batch(self) -> None:
        with self._lock:
            batch, self._pending = self._pending[:MAX_BATCH_SIZE], self._pending[MAX_BATCH_SIZE:]
        outcomes: list[Any] = [RetryAloneError() for _ in batch]
        try:
            outcomes = self._run_all([each.work for each in batch])
        finally:
            _resolve_all(batch, outcomes)
            with self._lock:
                self._is_running = are_more = bool(self._pending)
            if are_more:
                self._submit_next()

    def _run_all(self, works: list[Work]) -> list[Any]:
        """What each returned, or the exception it is to get."""
        outcomes: list[Any] = [RetryAloneError() for _ in works]
        left = list(range(len(works)))
        for _ in range(MAX_ATTEMPTS):
            try:
                found = self._run_in_one_transaction([works[place] for place in left])
            except _WorkFailedError as failed:
                place = left.pop(failed.index)
                # The first saw what is in the database. Another saw what was taken back since.
                if failed.index == 0:
                    outcomes[place] = failed.error
                continue
            except _CommitLostError:
                self.close()
                found = [RetryAloneError(may_be_saved=True) for _ in left]
            except SQLAlchemyError:
                self.close()
                break
            for place, outcome in zip(left, found, strict=True):
                outcomes[place] = outcome
            break
        return outcomes

    def _run_in_one_transaction(self, works: list[Work]) -> list[Any]:
        connection = self._connection or self._open()
        transaction = connection.begin()
        try:
            with Session(connection, expire_on_commit=False) as session:
                found = [_run_work(session, place, work) for place, work in enumerate(works)]
        except BaseException:
            if transaction.is_active:
                transaction.rollback()
            raise
        try:
            transaction.commit()
        except Exception as error:
            raise _CommitLostError from error
        return found

    def _open(self) -> Connection:
        self._connection = self._engine.connect()
        if self._engine.dialect.name == "postgresql":
            with self._connection.begin():
                self._connection.exec_driver_sql(SET_LOCK_TIMEOUT)
        return self._connection


def _run_work(session: Session, index: int, work: Work) -> Any:
    """What the work returns. The next begins with nothing that it left in the session."""
    try:
        found = work(session)
        session.flush()
    except IntegrityError as error:
        raise _WorkFailedError(index, error) from error
    except DBAPIError:
        raise
    except Exception as error:
        raise _WorkFailedError(index, error) from error
    session.expunge_all()
    clear_session_caches(session)
    return found


def _resolve_all(batch: list[_PendingWork], outcomes: list[Any]) -> None:
    for loop in {each.loop for each in batch}:
        # Who closed their loop waits for nothing any more.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve, loop, batch, outcomes)


def _resolve(loop: asyncio.AbstractEventLoop, batch: list[_PendingWork], outcomes: list[Any]) -> None:
    for each, outcome in zip(batch, outcomes, strict=True):
        if each.loop is not loop or each.future.done():
            continue
        if isinstance(outcome, Exception):
            each.future.set_exception(outcome)
        else:
            each.future.set_result(outcome)
