"""The last step of a transaction: what the session has pending is written without its unit of work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Insert, Update, insert, inspect, update
from sqlalchemy.orm import Mapper, Session

from models.base import Base
from models.sql_fastpath import CompiledStatement, new_instance, param, values_before_change

# A row to insert without an object: its entity, and its columns but the id.
NewRow = tuple[type[Base], Mapping[str, Any]]
MAX_COMBINED_STATEMENTS = 6
_ID_PARAM = "the_id"
E = TypeVar("E", bound=Base)


def flush_and_expunge(session: Session, extra_rows: Sequence[NewRow] = ()) -> None:
    """Write what the session has pending, then these rows, and empty the session.

    Changed columns, and new rows that refer to others by id, are written directly. Where anything else is
    pending, all of it is left to the session.
    """
    changed = [(each, _changed_columns(each)) for each in session.dirty]
    writes: list[tuple[_RowWrite, Mapping[str, Any]]] = []
    if (
        session.deleted
        or None in [names for _, names in changed]
        or not all(map(_has_only_columns, session.new))
    ):
        session.flush()
    else:
        for each, names in changed:
            if names:
                values = {name: each.__dict__[name] for name in names}
                writes.append((_RowWrite(type(each), names), {_ID_PARAM: each.id, **values}))
        writes += [(_RowWrite(type(each)), _column_values(type(each), each.__dict__)) for each in session.new]
    writes += [(_RowWrite(entity), _column_values(entity, values)) for entity, values in extra_rows]
    _execute_writes(session, writes)
    session.expunge_all()


class _RowWrite(NamedTuple):
    """An insert of a whole row, or an update of these columns of one."""

    entity: type[Base]
    changed_columns: tuple[str, ...] = ()

    def statement(self, prefix: str) -> Insert | Update:
        """With parameters whose names begin with the prefix."""
        if self.changed_columns:
            changes = {name: param(prefix + name) for name in self.changed_columns}
            return update(self.entity).where(self.entity.id == param(prefix + _ID_PARAM)).values(changes)
        values = {name: param(prefix + name) for name in _entity_shape(self.entity).default_factories}
        return insert(self.entity).inline().values(values)


def _execute_writes(session: Session, writes: Sequence[tuple[_RowWrite, Mapping[str, Any]]]) -> None:
    """In one round trip, where the database can. One statement keeps no order, so where several new rows of
    one table are to have ids in the order they were added in, each write goes by itself.
    """
    new = [write.entity for write, _ in writes if not write.changed_columns]
    can_combine = (
        _supports_writable_ctes(session)
        and len(new) == len(set(new))
        and len(writes) <= MAX_COMBINED_STATEMENTS
    )
    size = len(writes) if can_combine else 1
    for chunk in (writes[start : start + size] for start in range(0, len(writes), size or 1)):
        params: dict[str, Any] = {}
        for number, (_, values) in enumerate(chunk):
            prefix = _param_prefix(number)
            params |= {prefix + name: value for name, value in values.items()}
        _combined_statement(tuple(write for write, _ in chunk)).run(session, params, flush=False)


def _supports_writable_ctes(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _param_prefix(number: int) -> str:
    return f"step{number}_"


@lru_cache(maxsize=500)
def _combined_statement(writes: tuple[_RowWrite, ...]) -> CompiledStatement:
    """All but the last as CTEs of the last."""
    *others, last = (write.statement(_param_prefix(number)) for number, write in enumerate(writes))
    return CompiledStatement(last.add_cte(*(each.cte(f"step{number}") for number, each in enumerate(others))))


def _changed_columns(instance: Base) -> tuple[str, ...] | None:
    """Their names, sorted; None when something changed that is no column."""
    before, now = values_before_change(instance), instance.__dict__
    if not before.keys() <= _entity_shape(type(instance)).default_factories.keys():
        return None
    return tuple(sorted(name for name in before if before[name] != now.get(name)))


def _has_only_columns(instance: Base) -> bool:
    values = instance.__dict__
    return "id" not in values and not values.keys() & _entity_shape(type(instance)).relationships


def _column_values(entity: type[Base], values: Mapping[str, Any]) -> dict[str, Any]:
    """All columns but the id, with defaults for those that have no value."""
    columns = _entity_shape(entity).default_factories
    return {name: values[name] if name in values else default() for name, default in columns.items()}


def new_row(entity: type[E], **values: Any) -> E:
    """A new object, to be added to a session: the constructor takes ten times as long. values: columns only;
    what it belongs to is named by its id.
    """
    instance = new_instance(entity)
    instance.__dict__.update(values)
    return instance


@dataclass(frozen=True)
class _EntityShape:
    """default_factories: of each column but the id, what gives its value where none is set."""

    default_factories: dict[str, Callable[[], Any]]
    relationships: frozenset[str]


@lru_cache(maxsize=100)
def _entity_shape(entity: type[Base]) -> _EntityShape:
    mapper: Mapper[Any] = inspect(entity)
    columns = {
        each.key: _default_factory(each.default) for each in mapper.local_table.columns if each.key != "id"
    }
    return _EntityShape(columns, frozenset(mapper.relationships.keys()))


def _default_factory(default: Any) -> Callable[[], Any]:
    if default is None:
        return lambda: None
    return lambda: default.arg(None) if default.is_callable else default.arg
