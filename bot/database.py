"""The engine and the one way into it: a function, run in a worker thread, inside one transaction."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, DateTime, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from bot.group_commit import GroupCommit

P = ParamSpec("P")
T = TypeVar("T")
# PostgreSQL's words for "you met another transaction; begin again": serialization failure and deadlock.
RETRYABLE_SQLSTATES = {"40001", "40P01"}
MAX_ATTEMPTS = 6
MAX_RETRY_DELAY = 0.05
# For PostgreSQL over a network: seconds to connect in, and milliseconds without any sign of life before a
# connection is given up. While an answer is awaited, nothing goes out that could stay without one: so after
# some seconds of silence the network asks for a sign.
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
    """As SQLAlchemy writes it: a space between day and time, always with microseconds."""
    utc = _to_utc(value)
    return None if utc is None else utc.replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_sqlite_text(text: str | None) -> datetime | None:
    """In one step: reading the text first and putting the zone back then takes four times as long."""
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


def _from_database(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class Database:
    """Transactions on SQLite or PostgreSQL.

    Writers on SQLite queue for one thread, since the file takes one writer at a time. On PostgreSQL short
    work has a thread of its own, and everything else shares a small pool of threads.
    """

    def __init__(self, url: str, *, threads: int = 8) -> None:
        self.url: URL = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine: Engine = (
            _sqlite_engine(self.url) if self.is_sqlite else _postgresql_engine(self.url, threads)
        )
        self._readers = ThreadPoolExecutor(threads, thread_name_prefix="database")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer") if self.is_sqlite else self._readers
        self._short = self._writer if self.is_sqlite else ThreadPoolExecutor(1, thread_name_prefix="short")
        self._group = GroupCommit(self.engine, self._short)

    @contextmanager
    def transaction(self, *, write: bool = True) -> Iterator[Session]:
        """One session, committed at the end, rolled back on any error."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            session.connection(execution_options={"cip_write": write})
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One moment of the database to read from, however long that takes and whatever is written."""
        options: dict[str, Any] = {"cip_write": False}
        if not self.is_sqlite:
            options["isolation_level"] = "REPEATABLE READ"
        with self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    async def run(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work(session, …)` in a thread, in one transaction that may write. When it meets another in a
        deadlock it is rolled back and run again, so `work` must have no effects but on the session.
        """
        return await self._run_in_thread(
            self._writer, lambda session: work(session, *args, **kwargs), write=True
        )

    async def run_short(
        self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same for work of a few milliseconds, which may share its transaction with other work. Raises
        RetryAloneError when it has to go by itself: nothing came of it, and `run` is to be asked.
        """
        return await self._group.run(lambda session: work(session, *args, **kwargs))

    async def read(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for work that only reads, so that it never waits for a writer."""
        return await self._run_in_thread(
            self._readers, lambda session: work(session, *args, **kwargs), write=False
        )

    async def _run_in_thread(
        self, threads: ThreadPoolExecutor, work: Callable[[Session], T], *, write: bool
    ) -> T:
        def within() -> T:
            for tried in range(1, MAX_ATTEMPTS):
                try:
                    with self.transaction(write=write) as session:
                        return work(session)
                except DBAPIError as error:
                    if getattr(error.orig, "sqlstate", None) not in RETRYABLE_SQLSTATES:
                        raise
                time.sleep(random.uniform(0, MAX_RETRY_DELAY * tried))  # noqa: S311 - only so that two do not meet again
            with self.transaction(write=write) as session:
                return work(session)

        return await asyncio.get_running_loop().run_in_executor(threads, within)

    def close(self) -> None:
        self._readers.shutdown()
        self._writer.shutdown()
        self._short.shutdown()
        self._group.close()
        self.engine.dispose()


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
