"""The database engine, and how to use it: a function runs in a worker thread, inside one transaction."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import (
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from bot.group_commit import GroupCommit
from bot.private_files import create_database_file

P = ParamSpec("P")
T = TypeVar("T")
# PostgreSQL: serialization failure and deadlock. The transaction was rolled back and may be run again.
RETRYABLE_SQLSTATES = {"40001", "40P01"}
# A row that somebody else holds for too long is waited for once more, so nothing failed yet.
LOCK_NOT_AVAILABLE = "55P03"
MAX_ATTEMPTS = 6
# In seconds, times the number of the attempt.
MAX_RETRY_DELAY = 0.05
# For PostgreSQL over a network: seconds to connect in, and milliseconds that sent data may stay
# unacknowledged before a connection is given up. While a result is awaited nothing is sent, so keepalives
# are: after so many seconds of silence, and every so many seconds.
CONNECT_TIMEOUT, RESPONSE_TIMEOUT_MS = 10, 20_000
KEEPALIVE_IDLE, KEEPALIVE_INTERVAL = 10, 5


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC. SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        return _to_sqlite_text if dialect.name == "sqlite" else _to_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002 - SQLAlchemy's own signature
        return _from_sqlite_text if dialect.name == "sqlite" else _from_database


def _to_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return value.astimezone(UTC)


def _to_sqlite_text(value: datetime | None) -> str | None:
    """In SQLAlchemy's own format: a space between day and time, always with microseconds."""
    utc = _to_utc(value)
    return None if utc is None else utc.replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_sqlite_text(text: str | None) -> datetime | None:
    """In one step: parsing the text and then replacing the zone takes four times as long."""
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


def _from_database(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class Database:
    """Transactions on SQLite or PostgreSQL.

    On SQLite all writes run in one thread, since the file takes one writer at a time. On PostgreSQL short
    work has its own thread, and everything else shares a small pool.

    on_failed_write: called, in whatever thread, each time the database refuses a write or is gone at one.
    """

    def __init__(
        self, url: str, *, threads: int = 8, on_failed_write: Callable[[], object] | None = None
    ) -> None:
        self.url: URL = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database:
            create_database_file(Path(self.url.database))
        self.engine: Engine = (
            _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url, threads)
        )
        if on_failed_write is not None:
            _report_failed_writes(self.engine, on_failed_write)
        self._readers = ThreadPoolExecutor(threads, thread_name_prefix="database")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer") if self.is_sqlite else self._readers
        self._short = self._writer if self.is_sqlite else ThreadPoolExecutor(1, thread_name_prefix="short")
        self._group = GroupCommit(self.engine, self._short)

    @contextmanager
    def transaction(self, *, write: bool = True) -> Iterator[Session]:
        """A session: committed at the end, rolled back on any error. write: False for one that only reads."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            session.connection(execution_options={"cip_write": write})
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection that reads the database as of one moment, whatever is written meanwhile."""
        options: dict[str, Any] = {"cip_write": False}
        if not self.is_sqlite:
            options["isolation_level"] = "REPEATABLE READ"
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    async def run(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work(session, …)` in a thread, in one transaction that may write. After a deadlock or a
        serialization failure it is run again, so `work` must have no effects but on the session.
        """
        return await self._run_in_thread(
            self._writer, lambda session: work(session, *args, **kwargs), write=True
        )

    async def run_short(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `run`, for work of a few milliseconds, which may share its transaction with other work. Raises
        RetryAloneError when that did not succeed; then call `run`.
        """
        return await self._group.run(lambda session: work(session, *args, **kwargs))

    async def read(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `run`, for work that only reads, so that it never waits for a writer."""
        return await self._run_in_thread(
            self._readers, lambda session: work(session, *args, **kwargs), write=False
        )

    async def _run_in_thread(
        self, threads: ThreadPoolExecutor, work: Callable[[Session], T], *, write: bool
    ) -> T:
        def run_with_retries() -> T:
            for attempt in range(1, MAX_ATTEMPTS):
                try:
                    with self.transaction(write=write) as session:
                        return work(session)
                except DBAPIError as error:
                    if getattr(error.orig, "sqlstate", None) not in RETRYABLE_SQLSTATES:
                        raise
                time.sleep(random.uniform(0, MAX_RETRY_DELAY * attempt))  # noqa: S311 - jitter, so that two do not collide again
            with self.transaction(write=write) as session:
                return work(session)

        return await asyncio.get_running_loop().run_in_executor(threads, run_with_retries)

    def close(self) -> None:
        """Wait for running work, then close every connection."""
        self._readers.shutdown()
        self._writer.shutdown()
        self._short.shutdown()
        self._group.close()
        self.engine.dispose()


def _report_failed_writes(engine: Engine, report: Callable[[], object]) -> None:
    @event.listens_for(engine, "handle_error")
    def _on_error(context: ExceptionContext) -> None:
        connection, error = context.connection, context.sqlalchemy_exception
        is_read = connection is not None and not connection.get_execution_options().get("cip_write", True)
        if not is_read and isinstance(error, DBAPIError) and not _is_retried(error):
            report()


def _is_retried(error: DBAPIError) -> bool:
    sqlstate = getattr(error.orig, "sqlstate", None)
    return isinstance(error, IntegrityError) or sqlstate in {*RETRYABLE_SQLSTATES, LOCK_NOT_AVAILABLE}


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": 30, "check_same_thread": False}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("cip_write", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _postgresql_engine(url: URL, threads: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=threads,
        max_overflow=2,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT,
            "tcp_user_timeout": RESPONSE_TIMEOUT_MS,
            "keepalives_idle": KEEPALIVE_IDLE,
            "keepalives_interval": KEEPALIVE_INTERVAL,
        },
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("cip_write", True):
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    return engine
