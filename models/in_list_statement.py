"""Statements with an IN list, of any length."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select
from sqlalchemy.orm import Session

from models.sql_fastpath import CompiledStatement, RawRow, param

Params = Sequence[BindParameter[Any]]
# Databases take only so many parameters in a statement: SQLite 32,766.
MAX_IN_VALUES = 4096


class InListStatement:
    """A select with an IN list of any length, compiled once for each power of two. A long list is read in
    chunks of MAX_IN_VALUES.

    build: the select for the parameters of a list.
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
        """The rows for these values, none for none; ordered within each chunk. flush: as for
        CompiledStatement.
        """
        listed = list(values)
        rows: list[RawRow] = []
        for start in range(0, len(listed), MAX_IN_VALUES):
            rows += self._run_chunk(session, listed[start : start + MAX_IN_VALUES], params or {}, flush=flush)
        return rows

    def _run_chunk(
        self, session: Session, chunk: list[Any], params: Mapping[str, Any], *, flush: bool
    ) -> list[RawRow]:
        size = 1 << (len(chunk) - 1).bit_length()
        # The parameters that are left over repeat the last value, which changes nothing.
        chunk += chunk[-1:] * (size - len(chunk))
        named = {_param_name(number): value for number, value in enumerate(chunk)}
        return self._statement_for_size(size).run(session, {**named, **params}, flush=flush)


def _param_name(number: int) -> str:
    return f"each{number}"
