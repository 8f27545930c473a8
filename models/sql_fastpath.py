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
Converter = Callable[[Any], Any]
RawRow = Sequence[Any]
_CURSOR_KEY = "wire"
_MIN_ROWS_BY_COLUMN = 50


def param(name: str) -> BindParameter[Any]:
    """A named place in a statement that goes to the driver."""
    return bindparam(name, required=False)


class CompiledStatement:
    """A statement with named places, run without SQLAlchemy's own steps.

    What a place takes and a column gives is converted as the models' types say. "In" takes fixed values only.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._by_dialect: dict[str, _DialectStatement] = {}

    def run(self, session: Session, params: Mapping[str, Any], *, flush: bool = True) -> list[RawRow]:
        """The rows, none for a statement that returns none. flush: write first what the session has pending;
        not needed where nothing pending can change what is found. Raises SQLAlchemy's DBAPIError family.
        """
        if flush and (session.new or session.dirty):
            session.flush()
        wire: _DriverCursor | None = session.info.get(_CURSOR_KEY)
        if wire is None:
            wire = session.info[_CURSOR_KEY] = _DriverCursor(session.connection())
        ready = self._by_dialect.get(wire.dialect.name)
        if ready is None:
            ready = self._by_dialect[wire.dialect.name] = _DialectStatement.compile_for(
                self._statement, wire.dialect
            )
        return ready.run(wire, params)


class MultiSelect:
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
        self._statement = CompiledStatement(union_all(*wide))
        ends = list(accumulate(map(len, columns), initial=1))
        self._column_slices = [slice(start, end) for start, end in pairwise(ends)]

    def run(self, session: Session, params: Mapping[str, Any]) -> list[list[RawRow]]:
        """The rows of each select."""
        found: list[list[RawRow]] = [[] for _ in self._column_slices]
        for row in self._statement.run(session, params):
            found[row[0]].append(row[self._column_slices[row[0]]])
        return found


class _DriverCursor:
    """The driver's own cursor within the transaction of a session; a session serves one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.dialect = connection.dialect
        self.cursor = connection.connection.cursor()
        self.errors = connection.dialect.loaded_dbapi.Error


@dataclass(frozen=True)
class _DialectStatement:
    """A statement in the words of one database.

    bind_params: name, conversion and fixed value of each, in order. result_converters: index and
    conversion of some.
    """

    text: str
    bind_params: tuple[tuple[str, Converter | None, Any], ...]
    is_positional: bool
    result_converters: tuple[tuple[int, Converter], ...]
    returns_rows: bool

    @classmethod
    def compile_for(cls, statement: Statement, dialect: Dialect) -> "_DialectStatement":
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        assert isinstance(compiled, SQLCompiler)
        fixed = compiled.params
        names = compiled.positiontup if compiled.positional else list(fixed)
        places = tuple((name, _bind_processor(compiled, name, dialect), fixed[name]) for name in names or ())
        given = list(statement.exported_columns)
        columns = []
        for place, column in enumerate(given):
            convert = _dialect_type(column.type, dialect).result_processor(dialect, None)
            if convert is not None:
                columns.append((place, convert))
        return cls(compiled.string, places, bool(compiled.positional), tuple(columns), bool(given))

    def run(self, driver: _DriverCursor, values: Mapping[str, Any]) -> list[RawRow]:
        try:
            driver.cursor.execute(self.text, self._bind(values))
            rows = driver.cursor.fetchall() if self.returns_rows else []
        except driver.errors as error:
            raise DBAPIError.instance(
                self.text, None, error, driver.errors, hide_parameters=True, dialect=driver.dialect
            ) from error
        return self._convert_rows(rows) if self.result_converters and rows else list(rows)

    def _bind(self, values: Mapping[str, Any]) -> Any:
        if self.is_positional:
            return [
                values.get(name, fixed) if convert is None else convert(values.get(name, fixed))
                for name, convert, fixed in self.bind_params
            ]
        return {
            name: values.get(name, fixed) if convert is None else convert(values.get(name, fixed))
            for name, convert, fixed in self.bind_params
        }

    def _convert_rows(self, rows: Sequence[RawRow]) -> list[RawRow]:
        """Converted: thousands of rows column by column, which takes half as long as row by row; a few wide
        ones, whose places are empty for the most part, the other way round.
        """
        if len(rows) < _MIN_ROWS_BY_COLUMN:
            return [self._convert_row(row) for row in rows]
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        for place, convert in self.result_converters:
            columns[place] = map(convert, columns[place])
        return list(zip(*columns, strict=True))

    def _convert_row(self, row: RawRow) -> RawRow:
        typed = list(row)
        for place, convert in self.result_converters:
            value = row[place]
            if value is not None:
                typed[place] = convert(value)
        return tuple(typed)


def _bind_processor(compiled: SQLCompiler, name: str, dialect: Dialect) -> Converter | None:
    known = compiled.binds.get(name)
    # What was an "in" of fixed values has a name and a value for each of them by now.
    kind = known.type if known is not None else compiled.binds[name.rsplit("_", 1)[0]].type
    return _dialect_type(kind, dialect).bind_processor(dialect)


def _dialect_type(type_: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return type_.dialect_impl(dialect)


class EntityColumns:
    """The columns of one kind of object within a row. without: read only when somebody asks for them."""

    def __init__(self, entity: type[Base], *, deferred: Sequence[str] = ()) -> None:
        mapper: Mapper[Any] = inspect(entity)
        self.entity = entity
        self.names = tuple(each.key for each in mapper.column_attrs if each.key not in deferred)
        self._id_index, self._deferred = self.names.index("id"), frozenset(deferred)
        self._manager, self._identity_key = manager_of_class(entity), mapper.identity_key_from_primary_key

    @property
    def columns(self) -> list[InstrumentedAttribute[Any]]:
        return [getattr(self.entity, name) for name in self.names]

    def from_row(self, session: Session, values: RawRow) -> Any:
        """The object these values make, as one of the session's; the one it has already, as it is; None where
        the row has none.
        """
        if values[self._id_index] is None:
            return None
        key = self._identity_key((values[self._id_index],))
        known = session.identity_map.get(key)
        if known is not None:
            return known
        found = self._manager.new_instance()
        found.__dict__.update(zip(self.names, values, strict=True))
        # It joins the session as what the ORM loads does; session.add would take ten times as long.
        state = instance_state(found)
        state.key, state.session_id = key, session.hash_key
        state.expired_attributes.update(self._deferred)
        session.identity_map.add(state)
        return found


def set_relationships(instance: Base, **related: Base | None) -> None:
    """Say what its relations to one object lead to, as read from the database."""
    instance.__dict__.update(related)


def split_row(row: RawRow, entities: Sequence[EntityColumns]) -> Iterator[RawRow]:
    """The part of the row that belongs to each piece, one after the other."""
    start = 0
    for piece in entities:
        yield row[start : start + len(piece.names)]
        start += len(piece.names)


Params = Sequence[BindParameter[Any]]
MAX_IN_VALUES = 4096


class InListStatement:
    """A statement with an "in" of any length, made from the places of its list once for each power of two. A
    long list is asked for in several goes, since databases take only so many places.
    """

    def __init__(self, build: Callable[[Params], Select[*tuple[Any, ...]]]) -> None:
        @cache
        def sized(size: int) -> CompiledStatement:
            return CompiledStatement(build([param(_param_name(number)) for number in range(size)]))

        self._statement_for_size = sized

    def run(
        self,
        session: Session,
        values: Collection[Any],
        params: Mapping[str, Any] | None = None,
        *,
        flush: bool = True,
    ) -> list[RawRow]:
        """The rows for these values, none for none; in order within each go. flush: as for Direct."""
        listed = list(values)
        found: list[RawRow] = []
        for start in range(0, len(listed), MAX_IN_VALUES):
            found += self._run_chunk(
                session, listed[start : start + MAX_IN_VALUES], params or {}, flush=flush
            )
        return found

    def _run_chunk(
        self, session: Session, chunk: list[Any], params: Mapping[str, Any], *, flush: bool
    ) -> list[RawRow]:
        size = 1 << (len(chunk) - 1).bit_length()
        # The places that are left over repeat the last value, which changes nothing.
        chunk += chunk[-1:] * (size - len(chunk))
        named = {_param_name(number): value for number, value in enumerate(chunk)}
        return self._statement_for_size(size).run(session, {**named, **params}, flush=flush)


def _param_name(number: int) -> str:
    return f"each{number}"
