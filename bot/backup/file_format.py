"""The file format of a backup: gzipped lines of JSON, the same for every database.

    {"format": "cip-backup", "version": 1, "revision": "0002", "made_at": …}
    {"table": "person", "columns": [["id", "plain"], …]}
    [1, …]                                            one line for each row
    {"complete": true, "rows": 4711, "sha256": …}     of everything above

revision: of the schema (models/migrations). Rows are in the order of their primary key, and a table comes
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
from bot.sentences import sentence

FORMAT, VERSION = "cip-backup", 1
# The largest row holds a plan's file: 20 MB, a third more in base64.
MAX_LINE_BYTES = 64 * 1024 * 1024
# What reading a damaged file raises.
_DAMAGE_ERRORS = (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, RecursionError)

ValueConverter = Callable[[Any], Any]
# The first that fits counts. A column of any other type is "plain": text or a number, as JSON has them.
KINDS: tuple[tuple[str, type[TypeEngine[Any]]], ...] = (
    ("json", JSON),
    ("bytes", LargeBinary),
    ("moment", DateTime),
    ("day", Date),
    ("time", Time),
    ("truth", Boolean),
    ("number", Numeric),
)


@dataclass(frozen=True)
class BackupHeader:
    """revision: of the schema."""

    revision: str
    made_at: datetime


@dataclass
class BackupSummary:
    """What a complete backup holds. rows: how many, by table, in order."""

    header: BackupHeader
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.rows.values())


@dataclass(frozen=True)
class TableHeader:
    """columns: name and kind of each."""

    name: str
    columns: tuple[tuple[str, str], ...]


class LineWriter:
    """Writes the lines, and a footer with their number of rows and checksum."""

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
    """The header, and the tables' headers and rows as a stream. Raises UnreadableFileError for a file
    that is no backup, incomplete or altered; the last is known only at the end of the stream.
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
    """Read a backup to its end, row by row, to check it. Raises UnreadableFileError as `open_backup` does."""
    with open_backup(path) as (header, stream):
        contents, table = BackupSummary(header), ""
        for each in stream:
            if isinstance(each, TableHeader):
                table = each.name
                contents.rows[table] = 0
            else:
                contents.rows[table] += 1
    return contents


class _LineReader:
    """Reads the lines, and checks their number of rows and checksum."""

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
                header = _parse_table_header(value)
                width = len(header.columns)
                yield header

    def _check_footer(self, value: dict[str, Any]) -> None:
        is_complete = value.get("rows") == self._rows and value.get("sha256") == self._checksum.hexdigest()
        try:
            has_more = self._source.read(1)
        except _DAMAGE_ERRORS:
            raise _damaged_error() from None
        if not is_complete or has_more:
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
    return UnreadableFileError(sentence("backup.damaged"))


def column_kind(column: Column[Any]) -> str:
    return next((name for name, type_ in KINDS if isinstance(column.type, type_)), "plain")


def _encode_moment(value: datetime) -> str:
    """SQLite stores no zone: its moments are in UTC."""
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
    """From JSON to a column of this kind. keeps_zone: whether the database stores the zone of a moment."""
    decode = DECODERS.get(kind)
    if kind == "moment" and not keeps_zone:
        return lambda value: None if value is None else datetime.fromisoformat(value).replace(tzinfo=None)
    return _pass_none(decode) if decode else _identity


def encoder_for(kind: str) -> ValueConverter:
    """From a column of this kind to JSON."""
    encode = ENCODERS.get(kind)
    return _pass_none(encode) if encode else _identity


def _pass_none(convert: ValueConverter) -> ValueConverter:
    return lambda value: None if value is None else convert(value)


def _identity(value: Any) -> Any:
    return value
