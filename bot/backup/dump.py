"""Writing a backup: one moment of the database, while others go on writing to it."""

import gzip
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, MetaData, Table, select
from sqlalchemy.exc import SAWarning

from bot.backup.file_format import FORMAT, VERSION, Contents, Heading, LineWriter, kind_of, writer_of
from bot.database import Database
from bot.errors import CipError
from models import schema

AT_ONCE = 500
OWNER_ONLY = 0o600


def back_up(database: Database, path: Path, now: datetime) -> Contents:
    """Write everything to `path`, which holds a whole backup or what it held before. Raises CipError."""
    with database.snapshot() as connection, _in_place_of(path) as target:
        revision = schema.current_revision(connection)
        if not revision:
            raise CipError("The database is empty, so there is nothing to back up.")
        with gzip.GzipFile(filename="", mode="wb", fileobj=target, compresslevel=6, mtime=0) as packed:
            return _write(connection, LineWriter(packed), Heading(revision, now))


def _write(connection: Connection, lines: LineWriter, heading: Heading) -> Contents:
    tables = tables_of(connection)
    made_at = heading.made_at.isoformat()
    lines.line({"format": FORMAT, "version": VERSION, "revision": heading.revision, "made_at": made_at})
    contents = Contents(heading)
    for table in tables:
        kinds = [(column.name, kind_of(column)) for column in table.columns]
        lines.line({"table": table.name, "columns": kinds})
        contents.rows[table.name] = _rows(connection, table, lines)
    lines.end()
    return contents


def tables_of(connection: Connection) -> list[Table]:
    """As they are in this database, each after those it refers to."""
    found = MetaData()
    # Indexes are read along with the tables. Those of expressions cannot be, and are not needed here.
    warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index", SAWarning)
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != schema.VERSION_TABLE]


def _rows(connection: Connection, table: Table, lines: LineWriter) -> int:
    writers = [writer_of(kind_of(column)) for column in table.columns]
    several = 1 if any(kind_of(column) == "bytes" for column in table.columns) else AT_ONCE
    query = select(table).order_by(*table.primary_key.columns)
    count = 0
    for row in connection.execute(query, execution_options={"yield_per": several}):
        lines.row([write(value) for write, value in zip(writers, row, strict=True)])
        count += 1
    return count


@contextmanager
def _in_place_of(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of `path` once it is whole and on disk; nobody else may read it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        beside.unlink(missing_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        try:
            with os.fdopen(descriptor, "wb") as target:
                yield target
                target.flush()
                os.fsync(target.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as problem:
        raise CipError(f"{path} cannot be written: {problem.strerror}. No backup was made.") from None
