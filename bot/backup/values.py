"""Values of any column as JSON, the same from SQLite and from PostgreSQL."""

import base64
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, LargeBinary, Numeric, Time
from sqlalchemy.types import TypeEngine

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
