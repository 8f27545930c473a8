"""What a list costs. Time depends on the machine, so the work is counted: looks at the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.commands import AtRisk, Due, Mine, Overdue
from bot.database import Database
from bot.messages import ActionList, Home
from bot.plan.reading import ReadPolicy
from bot.services.home_tab.home import build_home
from tests.fixtures.commands import dispatch
from tests.fixtures.plans import NOW, asker, on


@contextmanager
def record_statements(database: Database) -> Iterator[list[str]]:
    """Every statement sent to the database while the context lasts, but for BEGIN and the like."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE", "INSERT")):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def run_command(command: Any) -> Callable[[Session], Any]:
    return lambda session: dispatch(session, asker("SS"), command, NOW)


@pytest.mark.parametrize("command", [AtRisk(), Overdue(), Mine(), Due(until=on(90))])
def test_a_list_costs_a_fixed_number_of_looks(planned: Database, command: Any) -> None:
    with planned.transaction(write=False) as session, record_statements(planned) as seen:
        found = run_command(command)(session)
    assert isinstance(found, ActionList)
    assert len(seen) <= 10, seen


def test_the_home_tab_costs_a_fixed_number_of_looks(planned: Database) -> None:
    with planned.transaction(write=False) as session, record_statements(planned) as seen:
        found = build_home(session, asker("SS"), ReadPolicy.PLAN, NOW)
    assert isinstance(found, Home)
    assert found.total == 1
    assert len(found.boards) == 1
    assert len(seen) <= 11, seen
