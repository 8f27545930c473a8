"""The last step of a transaction: what the session has pending is written without its unit of work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Insert, Update, insert, inspect, update
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.attributes import instance_state, manager_of_class

from models.base import Base
from models.sql_fastpath import Direct, place

# A new row that nobody made an object of: what it is, and its columns but the id.
New = tuple[type[Base], Mapping[str, Any]]
MOST_TOGETHER = 6
_ID = "the_id"
E = TypeVar("E", bound=Base)


def write_last(session: Session, also: Sequence[New] = ()) -> None:
    """Write what the session has pending, and these rows after it, and let go of all the session holds.

    Changed columns, and new rows that name what they hang on by its id, are written directly. Whatever else
    there is to write is left to the session, all of it.
    """
    changed = [(each, _changed_columns(each)) for each in session.dirty]
    steps: list[tuple[_Step, Mapping[str, Any]]] = []
    if session.deleted or None in [names for _, names in changed] or not all(map(_names_by_id, session.new)):
        session.flush()
    else:
        for each, names in changed:
            if names:
                values = {name: each.__dict__[name] for name in names}
                steps.append((_Step(type(each), names), {_ID: each.id, **values}))
        steps += [(_Step(type(each)), _values(type(each), each.__dict__)) for each in session.new]
    steps += [(_Step(entity), _values(entity, known)) for entity, known in also]
    _write(session, steps)
    session.expunge_all()


class _Step(NamedTuple):
    """A row that is new, or these columns of one that is there."""

    entity: type[Base]
    changed: tuple[str, ...] = ()

    def statement(self, prefix: str) -> Insert | Update:
        """With places whose names begin so."""
        if self.changed:
            changes = {name: place(prefix + name) for name in self.changed}
            return update(self.entity).where(self.entity.id == place(prefix + _ID)).values(changes)
        values = {name: place(prefix + name) for name in _shape(self.entity).columns}
        return insert(self.entity).inline().values(values)


def _write(session: Session, steps: Sequence[tuple[_Step, Mapping[str, Any]]]) -> None:
    """In one journey, where the database takes that. It keeps no order, so where several new rows of one
    table are to have ids in the order they were made in, each step goes by itself.
    """
    new = [step.entity for step, _ in steps if not step.changed]
    at_once = _takes_several(session) and len(new) == len(set(new)) and len(steps) <= MOST_TOGETHER
    size = len(steps) if at_once else 1
    for group in (steps[start : start + size] for start in range(0, len(steps), size or 1)):
        facts: dict[str, Any] = {}
        for number, (_, known) in enumerate(group):
            prefix = _prefix(number)
            facts |= {prefix + name: value for name, value in known.items()}
        _together(tuple(step for step, _ in group)).run(session, facts, flush=False)


def _takes_several(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _prefix(number: int) -> str:
    return f"step{number}_"


@lru_cache(maxsize=500)
def _together(steps: tuple[_Step, ...]) -> Direct:
    *before, last = (step.statement(_prefix(number)) for number, step in enumerate(steps))
    return Direct(last.add_cte(*(each.cte(f"step{number}") for number, each in enumerate(before))))


def _changed_columns(instance: Base) -> tuple[str, ...] | None:
    """Their names; None when something changed that is no column."""
    before, now = instance_state(instance).committed_state, instance.__dict__
    if not before.keys() <= _shape(type(instance)).columns.keys():
        return None
    return tuple(sorted(name for name in before if before[name] != now.get(name)))


def _names_by_id(instance: Base) -> bool:
    known = instance.__dict__
    return "id" not in known and not known.keys() & _shape(type(instance)).relations


def _values(entity: type[Base], known: Mapping[str, Any]) -> dict[str, Any]:
    columns = _shape(entity).columns
    return {name: known[name] if name in known else default() for name, default in columns.items()}


def made(entity: type[E], **facts: Any) -> E:
    """A new object, to be added to a session: the constructor takes ten times as long. Relations are not
    given; what it belongs to is named by its id.
    """
    found: E = manager_of_class(entity).new_instance()
    found.__dict__.update(facts)
    return found


@dataclass(frozen=True)
class _Shape:
    """columns: what each holds where nothing was said, without the id."""

    columns: dict[str, Callable[[], Any]]
    relations: frozenset[str]


@lru_cache(maxsize=100)
def _shape(entity: type[Base]) -> _Shape:
    mapper: Mapper[Any] = inspect(entity)
    columns = {each.key: _default(each.default) for each in mapper.local_table.columns if each.key != "id"}
    return _Shape(columns, frozenset(mapper.relationships.keys()))


def _default(given: Any) -> Callable[[], Any]:
    if given is None:
        return lambda: None
    return lambda: given.arg(None) if given.is_callable else given.arg
