"""Group commit: short work that waits at the same moment shares one transaction, and one wait for the disk.

The works run in the order they came in. If one fails, the transaction is rolled back and the others are run
again without it, so work must have no effects but on its session.
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
# Work that waits longer for a locked row is retried alone, so that it does not delay the others.
SET_LOCK_TIMEOUT = "SET lock_timeout = '100ms'"


class RetryAloneError(Exception):
    """The shared transaction was not committed for this work, so it is to be run in its own.

    may_be_saved: the connection broke at the commit, so it is not known whether that was applied.
    """

    def __init__(self, *, may_be_saved: bool = False) -> None:
        super().__init__()
        self.may_be_saved = may_be_saved


class _WorkFailedError(Exception):
    """One of the works failed, and the transaction was rolled back. index: which one."""

    def __init__(self, index: int, error: Exception) -> None:
        super().__init__()
        self.index, self.error = index, error


class _CommitLostError(Exception):
    """The commit was sent, but its result never arrived."""


@dataclass(frozen=True)
class _PendingWork:
    work: Work
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]


class GroupCommit:
    """executor: a single thread; on SQLite the one that all writes run in."""

    def __init__(self, engine: Engine, executor: Executor) -> None:
        self._engine, self._executor = engine, executor
        self._lock = Lock()
        self._pending: list[_PendingWork] = []
        self._is_running = False
        self._connection: Connection | None = None

    async def run(self, work: Callable[[Session], T]) -> T:
        """What the work returns, once it is committed. Raises what the work raises if it was the first in its
        transaction, and RetryAloneError when it has to be run in a transaction of its own.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        with self._lock:
            self._pending.append(_PendingWork(work, loop, future))
            was_running, self._is_running = self._is_running, True
        if not was_running:
            self._submit_next()
        return await future

    def close(self) -> None:
        """Close the connection; another is opened when one is needed. Not while work runs on it."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _submit_next(self) -> None:
        """Start the next batch. When the executor is shut down, everything pending gets RetryAloneError."""
        try:
            self._executor.submit(self._run_batch)
        except RuntimeError:
            with self._lock:
                pending, self._pending, self._is_running = self._pending, [], False
            _resolve_all(pending, [RetryAloneError() for _ in pending])

    def _run_batch(self) -> None:
        with self._lock:
            batch, self._pending = self._pending[:MAX_BATCH_SIZE], self._pending[MAX_BATCH_SIZE:]
        outcomes: list[Any] = [RetryAloneError() for _ in batch]
        try:
            outcomes = self._run_all([each.work for each in batch])
        finally:
            _resolve_all(batch, outcomes)
            with self._lock:
                self._is_running = has_more = bool(self._pending)
            if has_more:
                self._submit_next()

    def _run_all(self, works: list[Work]) -> list[Any]:
        """For each work what it returned, or the exception that its caller is to get."""
        outcomes: list[Any] = [RetryAloneError() for _ in works]
        left = list(range(len(works)))
        for _ in range(MAX_ATTEMPTS):
            try:
                results = self._run_in_one_transaction([works[index] for index in left])
            except _WorkFailedError as failed:
                index = left.pop(failed.index)
                # Only the first is sure to have failed on what is committed: the others saw the changes of
                # those before them, which are rolled back now.
                if failed.index == 0:
                    outcomes[index] = failed.error
                continue
            except _CommitLostError:
                self.close()
                results = [RetryAloneError(may_be_saved=True) for _ in left]
            except SQLAlchemyError:
                self.close()
                break
            for index, result in zip(left, results, strict=True):
                outcomes[index] = result
            break
        return outcomes

    def _run_in_one_transaction(self, works: list[Work]) -> list[Any]:
        connection = self._connection or self._open()
        transaction = connection.begin()
        try:
            with Session(connection, expire_on_commit=False) as session:
                results = [_run_work(session, index, work) for index, work in enumerate(works)]
        except BaseException:
            if transaction.is_active:
                transaction.rollback()
            raise
        try:
            transaction.commit()
        except Exception as error:
            raise _CommitLostError from error
        return results

    def _open(self) -> Connection:
        self._connection = self._engine.connect()
        if self._engine.dialect.name == "postgresql":
            with self._connection.begin():
                self._connection.exec_driver_sql(SET_LOCK_TIMEOUT)
        return self._connection


def _run_work(session: Session, index: int, work: Work) -> Any:
    """What the work returns. The session is emptied after it, so that the next work loads its own objects."""
    try:
        result = work(session)
        session.flush()
    except IntegrityError as error:
        raise _WorkFailedError(index, error) from error
    except DBAPIError:
        raise
    except Exception as error:
        raise _WorkFailedError(index, error) from error
    session.expunge_all()
    clear_session_caches(session)
    return result


def _resolve_all(batch: list[_PendingWork], outcomes: list[Any]) -> None:
    for loop in {each.loop for each in batch}:
        # A loop that was closed has nobody waiting.
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
