"""What is written last, without the unit of work, is what the unit of work would have written."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from bot.commands import Undo, UpdateStatus
from bot.database import Database
from bot.plan.rag import Colour
from bot.plan.refs import RefQuery
from bot.plan.statuses import Status
from models import Action, Delivery, InboundRequest, PromptItem, StatusChange
from models.base import Base, DeliveryState
from models.fast_flush import flush_and_expunge
from models.sql_fastpath import CompiledStatement
from tests.fixtures.commands import dispatch
from tests.fixtures.databases import KINDS, fresh_database
from tests.fixtures.plans import NOW, asker

TABLES = ("status_change", "action", "action_owner", "action_date", "milestone")
RANDOM_COLUMNS = {"batch"}


def update_command(*refs: str, **facts: Any) -> UpdateStatus:
    return UpdateStatus(refs=tuple(RefQuery("1", ref) for ref in refs), line="", **facts)


COMMANDS = {
    "a status": update_command("5.2", status=Status.COMPLETE, note="done; “all of it”"),
    "a colour": update_command("5.2", declared=Colour.AMBER),
    "nothing new": update_command("5.2", status=Status.IN_PROGRESS),
    "a date": update_command("5.2", due=date(2026, 6, 30), due_text="30 June 2026", because="late data"),
    "two at once": update_command(
        "5.2", "5.3", status=Status.ON_HOLD, evidence="https://council.example/a?b=1"
    ),
}


def rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    with database.transaction(write=False) as session:
        return {
            table: [
                {name: value for name, value in row._mapping.items() if name not in RANDOM_COLUMNS}
                for row in session.execute(text(f"select * from {table} order by id"))
            ]
            for table in TABLES
        }


def rows_after(kind: str, folder: Path, commands: list[Any], last: Callable[[Session], None]) -> Any:
    for database in fresh_database(kind, folder, "planned"):
        for command in commands:
            with database.transaction() as session:
                dispatch(session, asker("PM"), command, NOW)
                last(session)
        return rows(database)
    return None


@pytest.mark.parametrize("kind", KINDS)
def test_the_rows_are_those_the_unit_of_work_writes(kind: str, tmp_path: Path) -> None:
    commands = [*COMMANDS.values(), Undo(line="")]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    directly = rows_after(kind, tmp_path / "a", commands, flush_and_expunge)
    assert directly == rows_after(kind, tmp_path / "b", commands, Session.flush)
    assert len(directly["status_change"]) >= len(COMMANDS)


def test_the_default_of_a_column_depends_on_no_other_column() -> None:
    defaults = {
        f"{mapper.local_table}.{column.key}": column.default
        for mapper in Base.registry.mappers
        for column in inspect(mapper).local_table.columns
        if column.default is not None and column.default.is_callable
    }
    assert {default.arg(None).__class__ for default in defaults.values()} == {dict, list}, defaults


def test_the_session_is_empty_when_all_is_written(planned: Database) -> None:
    with planned.transaction() as session:
        dispatch(session, asker("PM"), COMMANDS["a status"], NOW)
        assert list(session)
        assert session.new
        flush_and_expunge(session)
        assert not list(session)
        assert not session.new
        assert session.scalars(select(StatusChange.note)).all() == ["done; “all of it”"]


@pytest.mark.parametrize(("kind", "round_trips"), [("sqlite", 4), ("postgresql", 1)])
def test_an_update_is_written_in_as_few_round_trips_as_the_database_takes(
    kind: str, round_trips: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = {"workspace_id": 1, "key": "k", "signature": None, "received_at": NOW, "answer": {"a": "é"}}
    run, statements = CompiledStatement.run, []

    def counting(statement: CompiledStatement, *args: Any, **options: Any) -> Any:
        statements.append(statement)
        return run(statement, *args, **options)

    for database in fresh_database(kind, tmp_path, "planned"):
        with database.transaction() as session:
            dispatch(session, asker("PM"), COMMANDS["a status"], NOW)
            monkeypatch.setattr(CompiledStatement, "run", counting)
            flush_and_expunge(session, [(InboundRequest, request)])
        assert len(statements) == round_trips
        with database.transaction(write=False) as session:
            assert session.scalars(select(StatusChange.note)).all() == ["done; “all of it”"]
            assert session.scalars(select(InboundRequest.answer)).all() == [{"a": "é"}]


def test_a_row_that_refers_to_another_new_one_is_left_to_the_session(planned: Database) -> None:
    with planned.transaction() as session:
        action = session.scalars(select(Action)).first()
        assert action is not None
        item = PromptItem(workspace_id=1, action_id=action.id, person_id=action.owners[0].person_id, rung=7)
        session.add(
            Delivery(
                workspace_id=1,
                kind="prompt",
                key="k",
                token="t",
                due_at=NOW,
                state=DeliveryState.PLANNED,
                next_attempt_at=NOW,
                items=[item],
            )
        )
        flush_and_expunge(session)
    with planned.transaction(write=False) as session:
        delivery = session.scalars(select(Delivery)).one()
        assert [(each.rung, each.delivery_id) for each in delivery.items] == [(7, delivery.id)]
