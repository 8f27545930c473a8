"""The last step of a transaction: what the session has pending is written without its unit of work."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import insert, inspect, update
from sqlalchemy.orm import Mapper, Session

from models.base import Base
from models.direct import Direct, place


def write_last(session: Session) -> None:
    """Write what the session has pending, and let go of all it holds.

    Changed columns, and new rows that name what they hang on by its id, are written directly. Whatever else
    there is to write is left to the session, all of it.
    """
    changed = [(each, _changed_columns(each)) for each in session.dirty]
    if session.deleted or None in [names for _, names in changed] or not all(map(_names_by_id, session.new)):
        session.flush()
    else:
        for each, names in changed:
            if names:
                values = {name: each.__dict__[name] for name in names}
                _update(inspect(each).mapper, names).run(session, {"the_id": each.id, **values}, flush=False)
        for each in session.new:
            _insert(inspect(each).mapper).run(session, _values(each), flush=False)
    session.expunge_all()


def _changed_columns(instance: Base) -> tuple[str, ...] | None:
    """Their names; None when something changed that is no column."""
    state = inspect(instance)
    before, now = state.committed_state, state.dict
    if not before.keys() <= _shape(state.mapper).columns.keys():
        return None
    return tuple(sorted(name for name in before if before[name] != now.get(name)))


def _names_by_id(instance: Base) -> bool:
    known = instance.__dict__
    return "id" not in known and not known.keys() & _shape(inspect(instance).mapper).relations


def _values(instance: Base) -> dict[str, Any]:
    known = instance.__dict__
    columns = _shape(inspect(instance).mapper).columns
    return {name: known[name] if name in known else default() for name, default in columns.items()}


@dataclass(frozen=True)
class _Shape:
    """columns: what each holds where nothing was said, without the id."""

    columns: dict[str, Callable[[], Any]]
    relations: frozenset[str]


@lru_cache(maxsize=100)
def _shape(mapper: Mapper[Any]) -> _Shape:
    columns = {each.key: _default(each.default) for each in mapper.local_table.columns if each.key != "id"}
    return _Shape(columns, frozenset(mapper.relationships.keys()))


def _default(given: Any) -> Callable[[], Any]:
    if given is None:
        return lambda: None
    return lambda: given.arg(None) if given.is_callable else given.arg


@lru_cache(maxsize=200)
def _update(mapper: Mapper[Any], names: tuple[str, ...]) -> Direct:
    changes = {name: place(name) for name in names}
    return Direct(update(mapper.class_).where(mapper.class_.id == place("the_id")).values(changes))


@lru_cache(maxsize=100)
def _insert(mapper: Mapper[Any]) -> Direct:
    values = {name: place(name) for name in _shape(mapper).columns}
    return Direct(insert(mapper.class_).inline().values(values))
