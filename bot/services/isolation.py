"""What goes wrong with one of several keeps none of the others from theirs."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

ItemT = TypeVar("ItemT", bound=Hashable)


def run_isolated(
    session: Session, items: Iterable[ItemT], work: Callable[[ItemT], int]
) -> tuple[int, dict[ItemT, Exception]]:
    """Do the work for each. Returns the sum of what it returned, and what went wrong with whom: of that,
    nothing is written.

    Raises OperationalError and InterfaceError, since a database that is gone or busy is gone for all.
    """
    done, faults = 0, {}
    for each in items:
        try:
            with session.begin_nested():
                done += work(each)
        except (OperationalError, InterfaceError):
            raise
        except Exception as fault:  # noqa: BLE001 - handed back, for whoever asked to raise at the end
            faults[each] = fault
    return done, faults
