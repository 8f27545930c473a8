"""The form of a backup: gzipped lines of JSON, alike for every database.

    {"format": "cip-backup", "version": 1, "revision": "0002", "made_at": …, "tables": 20}
    {"table": "person", "columns": [["id", "plain"], …]}
    [1, …]                                            one line for each row
    {"complete": true, "rows": 4711, "sha256": …}     of everything above

revision: that of the schema (models/migrations). Rows come in the order they were written in, and a table
after those it refers to.
"""

import base64
import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, LargeBinary, Numeric, Time
from sqlalchemy.types import TypeEngine

from bot.errors import UnreadableFileError

FORMAT, VERSION = "cip-backup", 1
# A row holds at most a plan somebody sent: 20 MB, a third more as text.
LONGEST_LINE = 64 * 1024 * 1024
_BROKEN = (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, RecursionError)


@dataclass(frozen=True)
class Heading:
    """What a backup says of itself first."""

    revision: str
    made_at: datetime


@dataclass
class Contents:
    """What a whole backup holds. rows: by table, in order."""

    heading: Heading
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.rows.values())


@dataclass(frozen=True)
class TableStart:
    name: str
    columns: tuple[tuple[str, str], ...]


class LineWriter:
    """Writes lines, and at the end how many rows they were and their sum."""

    def __init__(self, to: gzip.GzipFile) -> None:
        self._to, self._sum, self._rows = to, hashlib.sha256(), 0

    def line(self, value: object) -> None:
        data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._sum.update(data)
        self._to.write(data)

    def row(self, values: list[Any]) -> None:
        self._rows += 1
        self.line(values)

    def end(self) -> None:
        self.line({"complete": True, "rows": self._rows, "sha256": self._sum.hexdigest()})


@contextmanager
def opened(path: Path) -> Iterator[tuple[Heading, Iterator[TableStart | list[Any]]]]:
    """The heading, and what follows it as a stream. Raises UnreadableFileError for what is no backup, is not
    whole or was altered; the last of these only once the stream has come to its end.
    """
    try:
        with gzip.open(path, "rb") as source:
            lines = _Lines(source)
            yield _heading(lines.next()), lines.rest()
    except FileNotFoundError:
        raise UnreadableFileError(f"There is no file {path}. Check the name and try again.") from None
    except IsADirectoryError:
        raise UnreadableFileError(f"{path} is a folder. Name the backup in it.") from None
    except PermissionError:
        raise UnreadableFileError(f"{path} cannot be opened: you may not read it.") from None


def looked_through(path: Path) -> Contents:
    """Read a backup to its end without keeping any of it. Raises UnreadableFileError as `opened` does."""
    with opened(path) as (heading, stream):
        contents, table = Contents(heading), ""
        for each in stream:
            if isinstance(each, TableStart):
                table = each.name
                contents.rows[table] = 0
            else:
                contents.rows[table] += 1
    return contents


class _Lines:
    """Lines of a backup, summed up as they are read."""

    def __init__(self, source: Any) -> None:
        self._source, self._sum, self._rows = source, hashlib.sha256(), 0

    def next(self) -> Any:
        try:
            data: bytes = self._source.readline(LONGEST_LINE)
            value = json.loads(data)
        except _BROKEN:
            raise _damaged() from None
        if not (isinstance(value, dict) and value.get("complete")):
            self._sum.update(data)
        return value

    def rest(self) -> Iterator[TableStart | list[Any]]:
        width = -1
        while True:
            value = self.next()
            if isinstance(value, list):
                if len(value) != width:
                    raise _damaged()
                self._rows += 1
                yield value
            elif isinstance(value, dict) and value.get("complete"):
                self._check_end(value)
                return
            else:
                start = _table(value)
                width = len(start.columns)
                yield start

    def _check_end(self, value: dict[str, Any]) -> None:
        whole = value.get("rows") == self._rows and value.get("sha256") == self._sum.hexdigest()
        try:
            more = self._source.read(1)
        except _BROKEN:
            raise _damaged() from None
        if not whole or more:
            raise _damaged()


def _heading(value: Any) -> Heading:
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise UnreadableFileError("This file is not a backup of the bot.")
    if value.get("version") != VERSION:
        raise UnreadableFileError(
            "This backup was made by another version of the bot. Use that version, or a newer one."
        )
    try:
        return Heading(str(value["revision"]), datetime.fromisoformat(value["made_at"]))
    except _BROKEN:
        raise _damaged() from None


def _table(value: Any) -> TableStart:
    try:
        columns = tuple((str(name), str(kind)) for name, kind in value["columns"])
        return TableStart(str(value["table"]), columns)
    except _BROKEN:
        raise _damaged() from None


def _damaged() -> UnreadableFileError:
    return UnreadableFileError(
        "This backup is damaged or not whole, so it cannot be used. Copy it again from where it is kept,"
        " or use another."
    )


Change = Callable[[Any], Any]
# The first that fits counts. What fits none is text or a number, which JSON holds as it is.
KINDS: tuple[tuple[str, type[TypeEngine[Any]]], ...] = (
    ("json", JSON),
    ("bytes", LargeBinary),
    ("moment", DateTime),
    ("day", Date),
    ("time", Time),
    ("truth", Boolean),
    ("number", Numeric),
)


def kind_of(column: Column[Any]) -> str:
    return next((name for name, type_ in KINDS if isinstance(column.type, type_)), "plain")


def _moment_out(value: datetime) -> str:
    """SQLite keeps no zone: what it holds is UTC."""
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


OUT: dict[str, Change] = {
    "bytes": lambda value: base64.b64encode(value).decode("ascii"),
    "moment": _moment_out,
    "day": date.isoformat,
    "time": time.isoformat,
    "number": str,
}
IN: dict[str, Change] = {
    "bytes": lambda value: base64.b64decode(value, validate=True),
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "time": time.fromisoformat,
    "number": Decimal,
}


def reader_of(kind: str, *, zoned: bool) -> Change:
    """zoned: whether the database keeps the zone of a moment."""
    change = IN.get(kind)
    if kind == "moment" and not zoned:
        return lambda value: None if value is None else datetime.fromisoformat(value).replace(tzinfo=None)
    return _but_none(change) if change else _as_it_is


def writer_of(kind: str) -> Change:
    change = OUT.get(kind)
    return _but_none(change) if change else _as_it_is


def _but_none(change: Change) -> Change:
    return lambda value: None if value is None else change(value)


def _as_it_is(value: Any) -> Any:
    return value
