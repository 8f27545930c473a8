"""Statements that go straight to the driver: put together from the models once, then only run.

For the few statements of every update. SQLAlchemy takes ten times as long to run one as the database does,
and its unit of work longer still. What is read here belongs to the session like anything else it reads.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain, pairwise
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Dialect,
    Insert,
    Select,
    Update,
    bindparam,
    cast,
    inspect,
    literal_column,
    null,
    union_all,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute, Mapper, Session
from sqlalchemy.orm.attributes import instance_state, manager_of_class
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from models.base import Base

Statement = Select[*tuple[Any, ...]] | CompoundSelect[Any] | Insert | Update
Convert = Callable[[Any], Any]
Row = Sequence[Any]
_WIRE = "wire"
_MANY = 50


def place(name: str) -> BindParameter[Any]:
    """A named place in a statement that goes to the driver."""
    return bindparam(name, required=False)


class Direct:
    """A statement with named places, run without SQLAlchemy's own steps.

    What a place takes and a column gives is converted as the models' types say. "In" takes fixed values only.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._ready: dict[str, _Ready] = {}

    def run(self, session: Session, facts: Mapping[str, Any], *, flush: bool = True) -> list[Row]:
        """The rows, none for a statement that returns none. flush: write first what the session has pending;
        not needed where nothing pending can change what is found. Raises SQLAlchemy's DBAPIError family.
        """
        if flush and (session.new or session.dirty):
            session.flush()
        wire: _Wire | None = session.info.get(_WIRE)
        if wire is None:
            wire = session.info[_WIRE] = _Wire(session.connection())
        ready = self._ready.get(wire.dialect.name)
        if ready is None:
            ready = self._ready[wire.dialect.name] = _Ready.of(self._statement, wire.dialect)
        return ready.run(wire, facts)


class Several:
    """Rows of several kinds, in no order, by one statement: each statement is a journey to the database."""

    def __init__(self, *selects: Select[*tuple[Any, ...]]) -> None:
        columns: list[list[ColumnElement[Any]]] = [list(each.selected_columns) for each in selects]
        nothing: list[list[ColumnElement[Any]]] = [
            [cast(null(), one.type) for one in kind] for kind in columns
        ]
        wide = []
        for number, each in enumerate(selects):
            padded = [*nothing[:number], columns[number], *nothing[number + 1 :]]
            names = literal_column(str(number)), *chain.from_iterable(padded)
            wide.append(each.with_only_columns(*names, maintain_column_froms=True))
        self._statement = Direct(union_all(*wide))
        ends = list(accumulate(map(len, columns), initial=1))
        self._parts = [slice(start, end) for start, end in pairwise(ends)]

    def run(self, session: Session, facts: Mapping[str, Any]) -> list[list[Row]]:
        """The rows of each select."""
        found: list[list[Row]] = [[] for _ in self._parts]
        for row in self._statement.run(session, facts):
            found[row[0]].append(row[self._parts[row[0]]])
        return found


class _Wire:
    """The driver's own cursor within the transaction of a session; a session serves one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.dialect = connection.dialect
        self.cursor = connection.connection.cursor()
        self.errors = connection.dialect.loaded_dbapi.Error


@dataclass(frozen=True)
class _Ready:
    """A statement in the words of one database.

    places: name, conversion and fixed value of each, in order. columns: index and conversion of some.
    """

    text: str
    places: tuple[tuple[str, Convert | None, Any], ...]
    is_positional: bool
    columns: tuple[tuple[int, Convert], ...]
    gives_rows: bool

    @classmethod
    def of(cls, statement: Statement, dialect: Dialect) -> "_Ready":
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        assert isinstance(compiled, SQLCompiler)
        fixed = compiled.params
        names = compiled.positiontup if compiled.positional else list(fixed)
        places = tuple((name, _binding(compiled, name, dialect), fixed[name]) for name in names or ())
        given = list(statement.exported_columns)
        columns = []
        for place, column in enumerate(given):
            convert = _of(column.type, dialect).result_processor(dialect, None)
            if convert is not None:
                columns.append((place, convert))
        return cls(compiled.string, places, bool(compiled.positional), tuple(columns), bool(given))

    def run(self, wire: _Wire, facts: Mapping[str, Any]) -> list[Row]:
        try:
            wire.cursor.execute(self.text, self._bound(facts))
            rows = wire.cursor.fetchall() if self.gives_rows else []
        except wire.errors as error:
            raise DBAPIError.instance(
                self.text, None, error, wire.errors, hide_parameters=True, dialect=wire.dialect
            ) from error
        return self._typed(rows) if self.columns and rows else list(rows)

    def _bound(self, facts: Mapping[str, Any]) -> Any:
        if self.is_positional:
            return [
                facts.get(name, fixed) if convert is None else convert(facts.get(name, fixed))
                for name, convert, fixed in self.places
            ]
        return {
            name: facts.get(name, fixed) if convert is None else convert(facts.get(name, fixed))
            for name, convert, fixed in self.places
        }

    def _typed(self, rows: Sequence[Row]) -> list[Row]:
        """Converted: thousands of rows column by column, which takes half as long as row by row; a few wide
        ones, whose places are empty for the most part, the other way round.
        """
        if len(rows) < _MANY:
            return [self._typed_row(row) for row in rows]
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        for place, convert in self.columns:
            columns[place] = map(convert, columns[place])
        return list(zip(*columns, strict=True))

    def _typed_row(self, row: Row) -> Row:
        typed = list(row)
        for place, convert in self.columns:
            value = row[place]
            if value is not None:
                typed[place] = convert(value)
        return tuple(typed)


def _binding(compiled: SQLCompiler, name: str, dialect: Dialect) -> Convert | None:
    known = compiled.binds.get(name)
    # What was an "in" of fixed values has a name and a value for each of them by now.
    kind = known.type if known is not None else compiled.binds[name.rsplit("_", 1)[0]].type
    return _of(kind, dialect).bind_processor(dialect)


def _of(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)


class Piece:
    """The columns of one kind of object within a row. without: read only when somebody asks for them."""

    def __init__(self, entity: type[Base], *, without: Sequence[str] = ()) -> None:
        mapper: Mapper[Any] = inspect(entity)
        self.entity = entity
        self.names = tuple(each.key for each in mapper.column_attrs if each.key not in without)
        self._id, self._without = self.names.index("id"), frozenset(without)
        self._manager, self._key_of = manager_of_class(entity), mapper.identity_key_from_primary_key

    @property
    def columns(self) -> list[InstrumentedAttribute[Any]]:
        return [getattr(self.entity, name) for name in self.names]

    def take(self, session: Session, values: Row) -> Any:
        """The object these values make, as one of the session's; the one it has already, as it is; None where
        the row has none.
        """
        if values[self._id] is None:
            return None
        key = self._key_of((values[self._id],))
        known = session.identity_map.get(key)
        if known is not None:
            return known
        found = self._manager.new_instance()
        found.__dict__.update(zip(self.names, values, strict=True))
        # It joins the session as what the ORM loads does; session.add would take ten times as long.
        state = instance_state(found)
        state.key, state.session_id = key, session.hash_key
        state.expired_attributes.update(self._without)
        session.identity_map.add(state)
        return found


def relate(instance: Base, **ones: Base | None) -> None:
    """Say what its relations to one object lead to, as read from the database."""
    instance.__dict__.update(ones)


def split(row: Row, pieces: Sequence[Piece]) -> Iterator[Row]:
    """The part of the row that belongs to each piece, one after the other."""
    start = 0
    for piece in pieces:
        yield row[start : start + len(piece.names)]
        start += len(piece.names)


Places = Sequence[BindParameter[Any]]
AT_ONCE = 4096


class Among:
    """A statement with an "in" of any length, made from the places of its list once for each power of two. A
    long list is asked for in several goes, since databases take only so many places.
    """

    def __init__(self, make: Callable[[Places], Select[*tuple[Any, ...]]]) -> None:
        @cache
        def sized(size: int) -> Direct:
            return Direct(make([place(_name(number)) for number in range(size)]))

        self._sized = sized

    def run(
        self,
        session: Session,
        values: Collection[Any],
        facts: Mapping[str, Any] | None = None,
        *,
        flush: bool = True,
    ) -> list[Row]:
        """The rows for these values, none for none; in order within each go. flush: as for Direct."""
        listed = list(values)
        found: list[Row] = []
        for start in range(0, len(listed), AT_ONCE):
            found += self._one_go(session, listed[start : start + AT_ONCE], facts or {}, flush=flush)
        return found

    def _one_go(
        self, session: Session, listed: list[Any], facts: Mapping[str, Any], *, flush: bool
    ) -> list[Row]:
        size = 1 << (len(listed) - 1).bit_length()
        # The places that are left over repeat the last value, which changes nothing.
        listed += listed[-1:] * (size - len(listed))
        named = {_name(number): value for number, value in enumerate(listed)}
        return self._sized(size).run(session, {**named, **facts}, flush=flush)


def _name(number: int) -> str:
    return f"each{number}"
