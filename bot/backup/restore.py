"""Restores a backup: all of it, or nothing, to either database."""

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
from bot.sentences import sentence
from models import schema

ROWS_PER_INSERT = 500
# In characters and bytes.
MAX_BATCH_SIZE = 1_000_000
# Skipped in each sequence, so that ids used between the backup and the restore are not used again.
ID_GAP = 100_000
# How long to wait for tables that are locked, or for another restore (PostgreSQL).
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
    """Replace all that the database holds with the backup, migrated to the current schema.

    check_allowed: raises CipError if that may not be done; called once no other restore can run.
    Raises CipError, and leaves the database as it was, if any of it fails.
    """
    contents = check(path)
    try:
        with schema.schema_transaction(database, lock_timeout=LOCK_TIMEOUT) as connection:
            check_allowed()
            schema.recreate_at_revision(connection, contents.header.revision)
            _load(connection, path)
            schema.apply_migrations(connection)
            with Session(connection) as session:
                summary = after_restore.reconcile(session, contents.header.made_at, now)
                session.flush()
                session.expunge_all()
    except (SQLAlchemyError, ValueError, TypeError, LookupError) as problem:
        raise CipError(_failure_message(problem)) from problem
    return summary


def _failure_message(problem: Exception) -> str:
    if schema.is_lock_timeout(problem):
        return sentence("backup.tables_in_use")
    return sentence("backup.not_restored", problem=type(problem).__name__)


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
    """Inserts the rows of one table in batches, so that memory stays flat."""

    def __init__(self, connection: Connection, table: Table, header: TableHeader) -> None:
        self._connection, self._table = connection, table
        keeps_zone = connection.dialect.name != "sqlite"
        self._columns: list[tuple[str, Callable[[Any], Any]]] = [
            (name, decoder_for(kind, keeps_zone=keeps_zone)) for name, kind in header.columns
        ]
        self._rows: list[Row] = []
        self._size = 0
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True

    def add(self, values: Iterable[Any]) -> None:
        row = {name: decode(value) for (name, decode), value in zip(self._columns, values, strict=True)}
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
