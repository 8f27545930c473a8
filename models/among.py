"""Statements about a list of rows that go straight to the driver (models.direct)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select
from sqlalchemy.orm import Session

from models.direct import Direct, Row, place

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
