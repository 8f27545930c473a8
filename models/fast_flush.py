"""The last step of a transaction: what the session has pending is written without its unit of work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Insert, Update, insert, inspect, update
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.attributes import instance_state, manager_of_class

from models.base import Base
from models.sql_fastpath import CompiledStatement, param

# A new row that nobody made an object of: what it is, and its columns but the id.
NewRow = tuple[type[Base], Mapping[str, Any]]
MAX_COMBINED_STATEMENTS = 6
_ID_PARAM = "the_id"
E = TypeVar("E", bound=Base)


def flush_and_expunge(session: Session, extra_rows: Sequence[NewRow] = ()) -> None:
    """Write what the session has pending, and these rows after it, and let go of all the session holds.

    Changed columns, and new rows that name what they hang on by its id, are written directly. Whatever else
    there is to write is left to the session, all of it.
    """
    changed = [(each, _changed_columns(each)) for each in session.dirty]
    steps: list[tuple[_RowWrite, Mapping[str, Any]]] = []
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
                steps.append((_RowWrite(type(each), names), {_ID_PARAM: each.id, **values}))
        steps += [(_RowWrite(type(each)), _column_values(type(each), each.__dict__)) for each in session.new]
    steps += [(_RowWrite(entity), _column_values(entity, known)) for entity, known in extra_rows]
    _execute_writes(session, steps)
    session.expunge_all()


class _RowWrite(NamedTuple):
    """A row that is new, or these columns of one that is there."""

    entity: type[Base]
    changed_columns: tuple[str, ...] = ()

    def statement(self, prefix: str) -> Insert | Update:
        """With places whose names begin so."""
        if self.changed_columns:
            changes = {name: param(prefix + name) for name in self.changed_columns}
            return update(self.entity).where(self.entity.id == param(prefix + _ID_PARAM)).values(changes)
        values = {name: param(prefix + name) for name in _entity_shape(self.entity).default_factories}
        return insert(self.entity).inline().values(values)


def _execute_writes(session: Session, writes: Sequence[tuple[_RowWrite, Mapping[str, Any]]]) -> None:
    """In one journey, where the database takes that. It keeps no order, so where several new rows of one
    table are to have ids in the order they were made in, each step goes by itself.
    """
    new = [step.entity for step, _ in writes if not step.changed_columns]
    at_once = (
        _supports_writable_ctes(session)
        and len(new) == len(set(new))
        and len(writes) <= MAX_COMBINED_STATEMENTS
    )
    size = len(writes) if at_once else 1
    for group in (writes[start : start + size] for start in range(0, len(writes), size or 1)):
        facts: dict[str, Any] = {}
        for number, (_, known) in enumerate(group):
            prefix = _param_prefix(number)
            facts |= {prefix + name: value for name, value in known.items()}
        _combined_statement(tuple(step for step, _ in group)).run(session, facts, flush=False)


def _supports_writable_ctes(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _param_prefix(number: int) -> str:
    return f"step{number}_"


@lru_cache(maxsize=500)
def _combined_statement(writes: tuple[_RowWrite, ...]) -> CompiledStatement:
    *before, last = (step.statement(_param_prefix(number)) for number, step in enumerate(writes))
    return CompiledStatement(last.add_cte(*(each.cte(f"step{number}") for number, each in enumerate(before))))


def _changed_columns(instance: Base) -> tuple[str, ...] | None:
    """Their names; None when something changed that is no column."""
    before, now = instance_state(instance).committed_state, instance.__dict__
    if not before.keys() <= _entity_shape(type(instance)).default_factories.keys():
        return None
    return tuple(sorted(name for name in before if before[name] != now.get(name)))


def _has_only_columns(instance: Base) -> bool:
    known = instance.__dict__
    return "id" not in known and not known.keys() & _entity_shape(type(instance)).relationships


def _column_values(entity: type[Base], given: Mapping[str, Any]) -> dict[str, Any]:
    columns = _entity_shape(entity).default_factories
    return {name: given[name] if name in given else default() for name, default in columns.items()}


def new_row(entity: type[E], **values: Any) -> E:
    """A new object, to be added to a session: the constructor takes ten times as long. Relations are not
    given; what it belongs to is named by its id.
    """
    found: E = manager_of_class(entity).new_instance()
    found.__dict__.update(values)
    return found


@dataclass(frozen=True)
class _EntityShape:
    """default_factories: what each holds where nothing was said, without the id."""

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
