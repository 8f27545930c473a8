"""Writes a backup: the database as of one moment, while others go on writing to it."""

import gzip
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, MetaData, Table, select
from sqlalchemy.exc import SAWarning

from bot.backup.file_format import (
    FORMAT,
    VERSION,
    BackupHeader,
    BackupSummary,
    LineWriter,
    column_kind,
    encoder_for,
)
from bot.database import Database
from bot.errors import CipError
from bot.private_files import replace_file
from models import schema

ROWS_PER_FETCH = 500


def back_up(database: Database, path: Path, now: datetime) -> BackupSummary:
    """Write every row to `path`, in one step: on a failure the file stays as it was. Raises CipError."""
    with database.snapshot() as connection, _new_backup(path) as target:
        revision = schema.current_revision(connection)
        if not revision:
            raise CipError("The database is empty, so there is nothing to back up.")
        with gzip.GzipFile(filename="", mode="wb", fileobj=target, compresslevel=6, mtime=0) as packed:
            return _write(connection, LineWriter(packed), BackupHeader(revision, now))


def _write(connection: Connection, writer: LineWriter, header: BackupHeader) -> BackupSummary:
    tables = reflect_tables(connection)
    made_at = header.made_at.isoformat()
    writer.write_line({"format": FORMAT, "version": VERSION, "revision": header.revision, "made_at": made_at})
    contents = BackupSummary(header)
    for table in tables:
        kinds = [(column.name, column_kind(column)) for column in table.columns]
        writer.write_line({"table": table.name, "columns": kinds})
        contents.rows[table.name] = _write_rows(connection, table, writer)
    writer.write_footer()
    return contents


def reflect_tables(connection: Connection) -> list[Table]:
    """The tables as they are in this database, each after those it refers to."""
    metadata = MetaData()
    # Indexes of expressions cannot be reflected, and are not needed here.
    warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index", SAWarning)
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != schema.VERSION_TABLE]


def _write_rows(connection: Connection, table: Table, writer: LineWriter) -> int:
    encoders = [encoder_for(column_kind(column)) for column in table.columns]
    # A row with bytes may hold a whole file.
    batch_size = 1 if any(column_kind(column) == "bytes" for column in table.columns) else ROWS_PER_FETCH
    query = select(table).order_by(*table.primary_key.columns)
    count = 0
    for row in connection.execute(query, execution_options={"yield_per": batch_size}):
        writer.write_row([encode(value) for encode, value in zip(encoders, row, strict=True)])
        count += 1
    return count


@contextmanager
def _new_backup(path: Path) -> Iterator[BinaryIO]:
    try:
        with replace_file(path) as target:
            yield target
    except OSError as problem:
        raise CipError(f"{path} cannot be written: {problem.strerror}. No backup was made.") from None
