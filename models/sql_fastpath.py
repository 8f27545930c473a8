"""Statements that go straight to the driver: compiled from the models once, then only run.

For the few statements of every update. SQLAlchemy takes ten times as long to run one as the database does,
and its unit of work longer still. What is read here belongs to the session like anything else it reads.
No other module uses SQLAlchemy's internals: a test holds that.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from typing import Any, TypeVar

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
from sqlalchemy.orm.attributes import instance_state, manager_of_class, set_committed_value
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from bot.session_cache import SessionValue
from models.base import Base

Statement = Select[*tuple[Any, ...]] | CompoundSelect[Any] | Insert | Update
Converter = Callable[[Any], Any]
RawRow = Sequence[Any]
E = TypeVar("E", bound=Base)
# From so many rows on, converting them column by column is quicker than row by row.
_MIN_ROWS_BY_COLUMN = 50


def param(name: str) -> BindParameter[Any]:
    """A named parameter of a statement that goes to the driver."""
    return bindparam(name, required=False)


class CompiledStatement:
    """A statement with named parameters, run without SQLAlchemy's own steps.

    Parameters and columns are converted as the models' types define. IN takes fixed values only: see
    InListStatement.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._by_dialect: dict[str, _DialectStatement] = {}

    def run(self, session: Session, params: Mapping[str, Any], *, flush: bool = True) -> list[RawRow]:
        """The rows, none for a statement that returns none. flush: write first what the session has pending;
        not needed where nothing pending can change the result. Raises SQLAlchemy's DBAPIError family.
        """
        if flush and (session.new or session.dirty):
            session.flush()
        driver = _DRIVER_CURSOR.get(session)
        if driver is None:
            driver = _DRIVER_CURSOR.set(session, _DriverCursor(session.connection()))
        compiled = self._by_dialect.get(driver.dialect.name)
        if compiled is None:
            compiled = self._by_dialect[driver.dialect.name] = _DialectStatement.compile_for(
                self._statement, driver.dialect
            )
        return compiled.run(driver, params)


class MultiSelect:
    """Rows of several selects, in no order, by one statement: each statement is a round trip."""

    def __init__(self, *selects: Select[*tuple[Any, ...]]) -> None:
        columns: list[list[ColumnElement[Any]]] = [list(each.selected_columns) for each in selects]
        empty: list[list[ColumnElement[Any]]] = [
            [cast(null(), column.type) for column in group] for group in columns
        ]
        padded_selects = []
        for number, each in enumerate(selects):
            groups = [*empty[:number], columns[number], *empty[number + 1 :]]
            padded = literal_column(str(number)), *chain.from_iterable(groups)
            padded_selects.append(each.with_only_columns(*padded, maintain_column_froms=True))
        self._statement = CompiledStatement(union_all(*padded_selects))
        ends = list(accumulate(map(len, columns), initial=1))
        self._column_slices = [slice(start, end) for start, end in pairwise(ends)]

    def run(self, session: Session, params: Mapping[str, Any]) -> list[list[RawRow]]:
        """The rows of each select, in the order of the selects."""
        rows: list[list[RawRow]] = [[] for _ in self._column_slices]
        for row in self._statement.run(session, params):
            rows[row[0]].append(row[self._column_slices[row[0]]])
        return rows


class _DriverCursor:
    """The driver's own cursor within the transaction of a session; a session serves one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.dialect = connection.dialect
        self.cursor = connection.connection.cursor()
        self.errors = connection.dialect.loaded_dbapi.Error


_DRIVER_CURSOR = SessionValue[_DriverCursor]()


@dataclass(frozen=True)
class _DialectStatement:
    """A statement compiled for one database.

    bind_params: name, converter (None: as it is) and fixed value of each, in order. result_converters: index
    and converter of the columns that need one.
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
        bind_params = tuple(
            (name, _bind_processor(compiled, name, dialect), fixed[name]) for name in names or ()
        )
        columns = list(statement.exported_columns)
        converters = []
        for index, column in enumerate(columns):
            convert = _dialect_type(column.type, dialect).result_processor(dialect, None)
            if convert is not None:
                converters.append((index, convert))
        return cls(compiled.string, bind_params, bool(compiled.positional), tuple(converters), bool(columns))

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
        """Thousands of rows are converted column by column, which takes half as long; a few wide ones, most
        of whose columns are empty, row by row.
        """
        if len(rows) < _MIN_ROWS_BY_COLUMN:
            return [self._convert_row(row) for row in rows]
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        for index, convert in self.result_converters:
            columns[index] = map(convert, columns[index])
        return list(zip(*columns, strict=True))

    def _convert_row(self, row: RawRow) -> RawRow:
        typed = list(row)
        for index, convert in self.result_converters:
            value = row[index]
            if value is not None:
                typed[index] = convert(value)
        return tuple(typed)


def _bind_processor(compiled: SQLCompiler, name: str, dialect: Dialect) -> Converter | None:
    bind = compiled.binds.get(name)
    if bind is None:
        # An IN of fixed values was rendered with a parameter for each of them, named name_1, name_2, …
        bind = compiled.binds[name.rsplit("_", 1)[0]]
    return _dialect_type(bind.type, dialect).bind_processor(dialect)


def _dialect_type(type_: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return type_.dialect_impl(dialect)


class EntityColumns:
    """The columns of one entity within a row. deferred: read only when somebody asks for them."""

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
        """The object with these values, attached to the session. Where the session has it already, that one,
        unchanged; None where the row has none, by an outer join.
        """
        if values[self._id_index] is None:
            return None
        key = self._identity_key((values[self._id_index],))
        loaded = session.identity_map.get(key)
        if loaded is not None:
            return loaded
        instance = self._manager.new_instance()
        instance.__dict__.update(zip(self.names, values, strict=True))
        # It joins the session as what the ORM loads does; session.add would take ten times as long.
        state = instance_state(instance)
        state.key, state.session_id = key, session.hash_key
        state.expired_attributes.update(self._deferred)
        session.identity_map.add(state)
        return instance


def split_row(row: RawRow, entities: Sequence[EntityColumns]) -> Iterator[RawRow]:
    """The part of the row that belongs to each entity, one after the other."""
    start = 0
    for entity in entities:
        yield row[start : start + len(entity.names)]
        start += len(entity.names)


def set_relationships(instance: Base, **related: Base | None) -> None:
    """Set its relationships to one object, by name, as read from the database."""
    instance.__dict__.update(related)


def set_collection(instance: Base, name: str, children: Sequence[Base]) -> None:
    """Set a relationship to several objects, as read from the database."""
    set_committed_value(instance, name, children)


def new_instance(entity: type[E]) -> E:
    """An object with no attribute set: the constructor takes ten times as long."""
    instance: E = manager_of_class(entity).new_instance()
    return instance


def values_before_change(instance: Base) -> Mapping[str, Any]:
    """What each attribute that was set since the object was read held before."""
    values: Mapping[str, Any] = instance_state(instance).committed_state
    return values
