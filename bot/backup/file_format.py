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
MAX_LINE_BYTES = 64 * 1024 * 1024
_DAMAGE_ERRORS = (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, RecursionError)


@dataclass(frozen=True)
class BackupHeader:
    """What a backup says of itself first."""

    revision: str
    made_at: datetime


@dataclass
class BackupSummary:
    """What a whole backup holds. rows: by table, in order."""

    header: BackupHeader
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.rows.values())


@dataclass(frozen=True)
class TableHeader:
    name: str
    columns: tuple[tuple[str, str], ...]


class LineWriter:
    """Writes lines, and at the end how many rows they were and their sum."""

    def __init__(self, target: gzip.GzipFile) -> None:
        self._target, self._checksum, self._rows = target, hashlib.sha256(), 0

    def write_line(self, value: object) -> None:
        data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._checksum.update(data)
        self._target.write(data)

    def write_row(self, values: list[Any]) -> None:
        self._rows += 1
        self.write_line(values)

    def write_footer(self) -> None:
        self.write_line({"complete": True, "rows": self._rows, "sha256": self._checksum.hexdigest()})


@contextmanager
def open_backup(path: Path) -> Iterator[tuple[BackupHeader, Iterator[TableHeader | list[Any]]]]:
    """The heading, and what follows it as a stream. Raises UnreadableFileError for what is no backup, is not
    whole or was altered; the last of these only once the stream has come to its end.
    """
    try:
        with gzip.open(path, "rb") as source:
            lines = _LineReader(source)
            yield _parse_header(lines.read_value()), lines.read_tables()
    except FileNotFoundError:
        raise UnreadableFileError(f"There is no file {path}. Check the name and try again.") from None
    except IsADirectoryError:
        raise UnreadableFileError(f"{path} is a folder. Name the backup in it.") from None
    except PermissionError:
        raise UnreadableFileError(f"{path} cannot be opened: you may not read it.") from None


def scan_backup(path: Path) -> BackupSummary:
    """Read a backup to its end without keeping any of it. Raises UnreadableFileError as `opened` does."""
    with open_backup(path) as (heading, stream):
        contents, table = BackupSummary(heading), ""
        for each in stream:
            if isinstance(each, TableHeader):
                table = each.name
                contents.rows[table] = 0
            else:
                contents.rows[table] += 1
    return contents


class _LineReader:
    """Lines of a backup, summed up as they are read."""

    def __init__(self, source: Any) -> None:
        self._source, self._checksum, self._rows = source, hashlib.sha256(), 0

    def read_value(self) -> Any:
        try:
            data: bytes = self._source.readline(MAX_LINE_BYTES)
            value = json.loads(data)
        except _DAMAGE_ERRORS:
            raise _damaged_error() from None
        if not (isinstance(value, dict) and value.get("complete")):
            self._checksum.update(data)
        return value

    def read_tables(self) -> Iterator[TableHeader | list[Any]]:
        width = -1
        while True:
            value = self.read_value()
            if isinstance(value, list):
                if len(value) != width:
                    raise _damaged_error()
                self._rows += 1
                yield value
            elif isinstance(value, dict) and value.get("complete"):
                self._check_footer(value)
                return
            else:
                start = _parse_table_header(value)
                width = len(start.columns)
                yield start

    def _check_footer(self, value: dict[str, Any]) -> None:
        whole = value.get("rows") == self._rows and value.get("sha256") == self._checksum.hexdigest()
        try:
            more = self._source.read(1)
        except _DAMAGE_ERRORS:
            raise _damaged_error() from None
        if not whole or more:
            raise _damaged_error()


def _parse_header(value: Any) -> BackupHeader:
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise UnreadableFileError("This file is not a backup of the bot.")
    if value.get("version") != VERSION:
        raise UnreadableFileError(
            "This backup was made by another version of the bot. Use that version, or a newer one."
        )
    try:
        return BackupHeader(str(value["revision"]), datetime.fromisoformat(value["made_at"]))
    except _DAMAGE_ERRORS:
        raise _damaged_error() from None


def _parse_table_header(value: Any) -> TableHeader:
    try:
        columns = tuple((str(name), str(kind)) for name, kind in value["columns"])
        return TableHeader(str(value["table"]), columns)
    except _DAMAGE_ERRORS:
        raise _damaged_error() from None


def _damaged_error() -> UnreadableFileError:
    return UnreadableFileError(
        "This backup is damaged or not whole, so it cannot be used. Copy it again from where it is kept,"
        " or use another."
    )


ValueConverter = Callable[[Any], Any]
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


def column_kind(column: Column[Any]) -> str:
    return next((name for name, type_ in KINDS if isinstance(column.type, type_)), "plain")


def _encode_moment(value: datetime) -> str:
    """SQLite keeps no zone: what it holds is UTC."""
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


ENCODERS: dict[str, ValueConverter] = {
    "bytes": lambda value: base64.b64encode(value).decode("ascii"),
    "moment": _encode_moment,
    "day": date.isoformat,
    "time": time.isoformat,
    "number": str,
}
DECODERS: dict[str, ValueConverter] = {
    "bytes": lambda value: base64.b64decode(value, validate=True),
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "time": time.fromisoformat,
    "number": Decimal,
}


def decoder_for(kind: str, *, keeps_zone: bool) -> ValueConverter:
    """keeps_zone: whether the database keeps the zone of a moment."""
    change = DECODERS.get(kind)
    if kind == "moment" and not keeps_zone:
        return lambda value: None if value is None else datetime.fromisoformat(value).replace(tzinfo=None)
    return _pass_none(change) if change else _identity


def encoder_for(kind: str) -> ValueConverter:
    change = ENCODERS.get(kind)
    return _pass_none(change) if change else _identity


def _pass_none(convert: ValueConverter) -> ValueConverter:
    return lambda value: None if value is None else convert(value)


def _identity(value: Any) -> Any:
    return value
