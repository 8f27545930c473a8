"""What is read straight through the driver is what the ORM would have read."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.database import Database
from bot.plan.reading import EVERY_BOARD
from bot.reporting.gather import gather_tracker
from bot.services.outbox import outbox
from models import Action, Delivery, InboundRequest, Person, Plan, PromptItem, StatusChange
from models.fast_flush import flush_and_expunge
from models.queries import actions, people, refs
from models.queries import changes as changes_query
from models.queries import idempotency as idempotency_query
from models.queries import outbox as outbox_query
from models.sql_fastpath import MultiSelect, _DialectStatement
from tests.fixtures.plans import NOW, TEAM, USERS


def columns_of(instance: Any) -> dict[str, Any]:
    return {each.key: getattr(instance, each.key) for each in inspect(type(instance)).column_attrs}


def describe_action(action: Action) -> dict[str, Any]:
    """Everything an answer may say of an action."""
    project = action.project
    return {
        "action": columns_of(action),
        "section": columns_of(action.section),
        "plan": columns_of(action.plan),
        "board": columns_of(action.plan.board),
        "project": columns_of(project) if project else None,
        "lead": columns_of(project.lead) if project and project.lead else None,
        "owners": [(columns_of(each), columns_of(each.person)) for each in action.owners],
        "dates": [columns_of(each) for each in action.due_dates],
        "milestones": [columns_of(each) for each in action.milestones],
    }


def test_an_action_found_by_its_ref_is_the_one_the_orm_reads(planned: Database) -> None:
    with planned.transaction(write=False) as session:
        expected = {each.id: describe_action(each) for each in session.scalars(select(Action))}
        wanted = {each.ref for each in session.scalars(select(Action).where(Action.gone_at.is_(None)))}
    found = {}
    for ref in wanted:
        with planned.transaction() as session:
            for action in refs.find_by_ref(session, 1, ref.upper(), None, EVERY_BOARD, lock=True).actions:
                found[action.id] = describe_action(action)
    assert found == {each: expected[each] for each in found}
    assert len(found) == len(expected)
    assert any(each["milestones"] for each in found.values())
    assert any(each["lead"] for each in found.values())


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
def test_any_number_of_actions_is_what_the_orm_reads(planned: Database, count: int) -> None:
    with planned.transaction(write=False) as session:
        expected = {each.id: describe_action(each) for each in session.scalars(select(Action))}
    wanted = sorted(expected)[:count]
    with planned.transaction() as session:
        found = {
            number: describe_action(each) for number, each in actions.load_actions(session, wanted).items()
        }
    assert found == {number: expected[number] for number in wanted}


def test_a_long_list_is_read_in_chunks(planned: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.in_list_statement.MAX_IN_VALUES", 3)
    statements: list[str] = []
    with planned.transaction() as session:
        every = list(session.scalars(select(Action.id)))
        monkeypatch.setattr(
            "models.sql_fastpath._DialectStatement.run", recording_run(statements, _DialectStatement.run)
        )
        assert actions.load_actions(session, every).keys() == set(every)
    # The actions themselves, then owners, dates and milestones.
    assert len(statements) == 4 * -(-len(every) // 3)


def recording_run(statements: list[str], run: Callable[..., Any]) -> Callable[..., Any]:
    def counting(statement: _DialectStatement, *args: Any) -> Any:
        statements.append(statement.text)
        return run(statement, *args)

    return counting


def test_a_row_of_the_outbox_is_what_the_orm_reads(planned: Database) -> None:
    notice = outbox.NewDelivery(1, "notice", "one", "U1", NOW, facts={"day": "2026-03-30"})
    with planned.transaction() as session:
        row = outbox.enqueue(session, notice)
        assert row is not None
        expected = columns_of(row)
        assert outbox.enqueue(session, notice) is None
    with planned.transaction() as session:
        found = outbox_query.delivery_with_items(session, row.id)
        assert found is not None
        assert columns_of(found) == expected
        assert (found.person, found.board, found.items) == (None, None, [])
    with planned.transaction() as session:
        assert columns_of(session.scalars(select(Delivery)).one()) == expected
        assert outbox_query.delivery_with_items(session, row.id + 1) is None


def test_any_number_of_changes_is_asked_for_by_as_many_values(planned: Database) -> None:
    with planned.transaction() as session:
        action = session.scalars(select(Action).limit(1)).one()
        for number in range(30):
            change = StatusChange(
                workspace_id=1,
                action=action,
                batch=str(number),
                at=NOW,
                source="command",
                from_status=action.status,
                to_status=action.status,
            )
            session.add(change)
    asked: list[int] = []
    event.listen(planned.engine, "before_cursor_execute", lambda *args: asked.append(len(args[3])))
    with planned.transaction() as session:
        since = NOW - timedelta(days=1)
        changes = changes_query.board_changes(session, 1, since, NOW)
        assert [each.batch for each in changes] == [str(number) for number in range(30)]
        assert changes_query.board_changes(session, 1, NOW, NOW + timedelta(days=1)) == []
    assert max(asked) < len(changes)


def test_all_changes_of_a_plan_are_read_without_naming_each_action(planned: Database) -> None:
    asked: list[tuple[str, int]] = []
    event.listen(planned.engine, "before_cursor_execute", lambda *args: asked.append((args[2], len(args[3]))))
    with planned.transaction() as session:
        plan = session.scalars(select(Plan)).one()
        gather_tracker(session, plan, NOW)
        (count,) = (values for statement, values in asked if "FROM status_change" in statement)
        assert count == 1 + len(plan.sections)


def test_a_section_narrows_and_the_ref_stays_shared(planned: Database) -> None:
    with planned.transaction() as session:
        assert len(refs.find_by_ref(session, 1, "5.2", None, EVERY_BOARD).actions) == 2
        first = refs.find_by_ref(session, 1, "5.2", "1", EVERY_BOARD)
        assert [each.section.number for each in first.actions] == ["1"]
        assert first.is_shared
        assert len(refs.find_by_ref(session, 1, "5.2", "practice", EVERY_BOARD).actions) == 2
        assert not refs.find_by_ref(session, 1, "5.3", None, EVERY_BOARD).is_shared


@pytest.mark.parametrize("section", [None, "1"])
def test_what_goes_between_two_reads_is_not_found(
    planned: Database, monkeypatch: pytest.MonkeyPatch, section: str | None
) -> None:
    run = MultiSelect.run

    def after_somebody_else(selects: MultiSelect, session: Session, params: Mapping[str, Any]) -> Any:
        session.execute(update(Action).where(Action.ref == "5.2", Action.section_id == 1).values(gone_at=NOW))
        return run(selects, session, params)

    monkeypatch.setattr(MultiSelect, "run", after_somebody_else)
    with planned.transaction() as session:
        found = refs.find_by_ref(session, 1, "5.2", section, EVERY_BOARD)
        assert [each.section_id for each in found.actions] == [2]
        assert not found.is_shared


def test_what_comes_between_two_reads_with_a_question_open_is_not_found(
    planned: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new version of the plan gives another action the ref, about which somebody was asked."""
    with planned.transaction() as session:
        other = session.scalars(select(Action).where(Action.ref == "5.3")).one()
        prompt = Delivery(
            workspace_id=1, kind="prompt", key="k", token="t", due_at=NOW, next_attempt_at=NOW, state="sent"
        )
        asked = PromptItem(workspace_id=1, action=other, person_id=1, rung=1, due_on=None)
        prompt.items.append(asked)
        session.add(prompt)
    run = MultiSelect.run

    def after_somebody_else(selects: MultiSelect, session: Session, params: Mapping[str, Any]) -> Any:
        session.execute(update(Action).where(Action.ref == "5.3").values(ref="5.2"))
        return run(selects, session, params)

    monkeypatch.setattr(MultiSelect, "run", after_somebody_else)
    with planned.transaction() as session:
        found = refs.find_by_ref(session, 1, "5.2", None, EVERY_BOARD, lock=True)
        assert [each.section_id for each in found.actions] == [1, 2]


def test_long_texts_are_read_when_somebody_asks(planned: Database) -> None:
    with planned.transaction() as session:
        statements: list[str] = []
        event.listen(planned.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        action = refs.find_by_ref(session, 1, "5.3", None, EVERY_BOARD).actions[0]
        assert statements == []
        assert action.imported == session.scalar(select(Action.imported).where(Action.id == action.id))
        assert len(statements) == 2


def test_what_the_session_has_already_is_taken_as_it_is(planned: Database) -> None:
    with planned.transaction() as session:
        person = people.person_of_user(session, 1, USERS["SS"])
        assert person is session.scalars(select(Person).where(Person.slack_user_id == USERS["SS"])).one()
        assert person is people.person_of_user(session, 1, USERS["SS"])


def test_what_is_pending_is_written_before_it_is_looked_for(planned: Database) -> None:
    with planned.transaction() as session:
        person = people.person_of_user(session, 1, USERS["SS"])
        assert person is not None
        person.slack_user_id = "U0NEW"
        assert people.person_of_user(session, 1, "U0NEW") is person
        assert people.person_of_user(session, 1, USERS["SS"]) is None


def test_a_team_nobody_knows_is_none(planned: Database) -> None:
    with planned.transaction() as session:
        assert people.workspace_of_team(session, "T0OTHER") is None
        assert people.workspace_of_team(session, TEAM) is not None


def insert_request(session: Session) -> None:
    facts = {"workspace_id": 1, "key": "k", "signature": None, "received_at": NOW, "answer": {"a": "é"}}
    flush_and_expunge(session, [(InboundRequest, facts)])


def test_what_the_database_refuses_is_raised_as_sqlalchemys_error(planned: Database) -> None:
    with planned.transaction() as session:
        insert_request(session)
        assert idempotency_query.previous_requests(session, TEAM, USERS["SS"], "k", None) == [
            (None, {"a": "é"})
        ]
    with pytest.raises(IntegrityError) as refused, planned.transaction() as session:
        insert_request(session)
    assert "é" not in str(refused.value)
