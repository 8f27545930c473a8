"""Taking a backup in: all of it, or nothing, on either database."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, Table, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.backup import after_restore
from bot.backup.after_restore import RestoreSummary
from bot.backup.dump import reflect_tables
from bot.backup.file_format import BackupSummary, TableHeader, decoder_for, open_backup, scan_backup
from bot.database import Database
from bot.errors import CipError, UnreadableFileError
from models import schema

ROWS_PER_INSERT = 500
MAX_BATCH_SIZE = 1_000_000
# Ids given out between the backup and the restore are not given out again.
ID_GAP = 100_000
# How long to wait for tables that somebody else is using, or for another restore (PostgreSQL).
LOCK_TIMEOUT = "20s"
Row = dict[str, Any]


def check(path: Path) -> BackupSummary:
    """What a backup holds. Raises UnreadableFileError for one that is damaged or of a newer version."""
    contents = scan_backup(path)
    if contents.header.revision not in schema.known_revisions():
        raise UnreadableFileError(
            "This backup was made by a newer version of the bot. Restore it with that version."
        )
    return contents


def has_data(database: Database) -> bool:
    with database.snapshot() as connection:
        return any(
            connection.execute(select(table).limit(1)).first() is not None
            for table in reflect_tables(connection)
        )


def restore(
    database: Database, path: Path, now: datetime, check_allowed: Callable[[], None]
) -> RestoreSummary:
    """Put the backup in the place of everything the database holds, brought up to this version.

    check_allowed: raises CipError where that may not be done. Asked when nobody else can restore any more.
    Raises CipError, and leaves everything as it was, when it cannot be done whole.
    """
    contents = check(path)
    try:
        with schema.schema_transaction(database, lock_timeout=LOCK_TIMEOUT) as connection:
            check_allowed()
            schema.recreate_at_revision(connection, contents.header.revision)
            _load(connection, path)
            schema.apply_migrations(connection)
            with Session(connection) as session:
                settled = after_restore.reconcile(session, contents.header.made_at, now)
                session.flush()
                session.expunge_all()
    except (SQLAlchemyError, ValueError, TypeError, LookupError) as problem:
        raise CipError(_failure_message(problem)) from problem
    return settled


def _failure_message(problem: Exception) -> str:
    if schema.is_lock_timeout(problem):
        return (
            "Something else is using tables of this database, so nothing was changed. End it, then restore"
            " again. PostgreSQL lists it in pg_stat_activity."
        )
    return f"The backup could not be restored, so nothing was changed ({type(problem).__name__})."


def _load(connection: Connection, path: Path) -> None:
    tables = {table.name: table for table in reflect_tables(connection)}
    with open_backup(path) as (_, stream):
        loader: _TableLoader | None = None
        for each in stream:
            if isinstance(each, TableHeader):
                if loader:
                    loader.finish()
                loader = _TableLoader(connection, tables[each.name], each)
            elif loader:
                loader.add(each)
        if loader:
            loader.finish()


class _TableLoader:
    """Takes the rows of one table, some at a time, so that memory stays flat."""

    def __init__(self, connection: Connection, table: Table, start: TableHeader) -> None:
        self._connection, self._table = connection, table
        zoned = connection.dialect.name != "sqlite"
        self._columns: list[tuple[str, Callable[[Any], Any]]] = [
            (name, decoder_for(kind, keeps_zone=zoned)) for name, kind in start.columns
        ]
        self._rows: list[Row] = []
        self._size = 0
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True

    def add(self, values: Iterable[Any]) -> None:
        row = {name: read(value) for (name, read), value in zip(self._columns, values, strict=True)}
        self._rows.append(row)
        self._size += sum(len(value) for value in row.values() if isinstance(value, str | bytes))
        if len(self._rows) >= ROWS_PER_INSERT or self._size > MAX_BATCH_SIZE:
            self._flush()

    def finish(self) -> None:
        self._flush()
        if self._connection.dialect.name == "postgresql" and "id" in self._table.columns:
            highest = self._connection.scalar(select(func.max(self._table.c.id))) or 0
            self._connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :id)"),
                {"table": self._table.name, "id": highest + ID_GAP},
            )

    def _flush(self) -> None:
        if self._rows:
            self._connection.execute(self._table.insert(), self._rows)
        self._rows, self._size = [], 0
