"""Large plans for the measurements, inserted into the tables directly: random text, dates within a year."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, insert

from bot.config import with_driver
from bot.database import Database
from bot.plan.due_dates import Precision, Role
from bot.plan.owners import PersonRole
from bot.plan.statuses import Status
from models import schema
from models.base import Base

NOW = datetime(2026, 3, 30, 8, 0, 1, tzinfo=UTC)
TEAM = "T0BENCH"
ACTIONS_PER_PERSON = 10
ROWS_PER_INSERT = 20_000
STATUSES = (Status.NOT_STARTED, Status.IN_PROGRESS, Status.IN_PROGRESS, Status.COMPLETE)


def create_database(url: str, *, actions: int, due: int = 0, boards: int = 1) -> Database:
    """A migrated database with so many actions, shared evenly by the boards and by people with ten each.

    due: so many of them are to be asked about at NOW; none of the others is.
    """
    database = Database(with_driver(url), threads=2)
    schema.upgrade(database)
    with database.engine.begin() as connection:
        _insert(connection, "workspace", [{"id": 1, "team_id": TEAM, "name": "Bench"}])
        _insert(connection, "board", (_board(number) for number in range(1, boards + 1)))
        _insert(connection, "board_channel", (_channel(number) for number in range(1, boards + 1)))
        _insert(connection, "plan", (_plan(number) for number in range(1, boards + 1)))
        _insert(connection, "section", (_section(number) for number in range(1, boards + 1)))
        people = -(-actions // ACTIONS_PER_PERSON)
        _insert(connection, "person", (_person(number) for number in range(1, people + 1)))
        each = -(-actions // boards)
        _insert(connection, "action", (_action(number, 1 + number // each) for number in range(actions)))
        _insert(connection, "action_owner", (_owner(number, due) for number in range(actions)))
        _insert(connection, "action_date", (_date(number) for number in range(actions)))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return database


def _insert(connection: Connection, name: str, rows: Any) -> None:
    table: Table = Base.metadata.tables[name]
    left: Iterator[dict[str, Any]] = iter(rows)
    while chunk := list(islice(left, ROWS_PER_INSERT)):
        connection.execute(insert(table), chunk)


def _board(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "workspace_id": 1,
        "name": f"Board {number}",
        "timezone": "Europe/London",
        "country": "GB-ENG",
        "digest_rule": "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
        "next_digest_at": NOW,
        "prompt_days": [14, 7, 1, 0, -3, -7],
        "ladder": [14, 7, 1, 0, -3, -7],
        "prompt_time": time(9),
        "quiet_from": time(18),
        "quiet_until": time(8),
        "weekly_budget": 3,
        "recent_days": 7,
        "repeat_days": 28,
        "late_repeat_days": 7,
    }


def _channel(number: int) -> dict[str, Any]:
    return {"workspace_id": 1, "board_id": number, "name": f"board-{number}", "channel_id": f"C{number}"}


def _plan(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "workspace_id": 1,
        "board_id": number,
        "title": f"Plan {number}",
        "imported_at": NOW - timedelta(days=60),
        "rag_rules": {},
        "problems": 0,
    }


def _section(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "workspace_id": 1,
        "plan_id": number,
        "number": "1",
        "title": "Practice",
        "position": 0,
    }


def _person(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "workspace_id": 1,
        "initials": f"P{number}",
        "name": "",
        "slack_user_id": f"U{number}",
        "role": PersonRole.PLAN_MANAGER if number == 1 else PersonRole.OWNER,
    }


def _day(number: int) -> date:
    """From 60 days before to 300 days after, so that a sixth is late."""
    return NOW.date() + timedelta(days=number * 7 % 360 - 60)


def _action(number: int, board: int) -> dict[str, Any]:
    status = STATUSES[number % len(STATUSES)]
    return {
        "id": number + 1,
        "workspace_id": 1,
        "plan_id": board,
        "section_id": board,
        "ref": f"{number // 10}.{number % 10}",
        "title": f"Agree and put in place the {number} steps that the inspection asked for",
        "position": number,
        "status": status,
        "status_text": "",
        "detail": "",
        "imported": {},
        "tags": [],
        "delivered_through": [],
        "success_measures": [],
        "created_at": NOW - timedelta(days=60),
        "next_due_on": _day(number) if status.is_open else None,
        "next_due_confirmed": True,
        "slipped_days": 0,
        "last_word_at": NOW - timedelta(days=number % 40) if number % 3 else None,
        "last_word": "",
        "last_word_by": f"P{number // ACTIONS_PER_PERSON + 1}" if number % 3 else "",
    }


def _owner(number: int, due: int) -> dict[str, Any]:
    later = NOW + timedelta(days=1 + number % 30)
    return {
        "workspace_id": 1,
        "action_id": number + 1,
        "person_id": number // ACTIONS_PER_PERSON + 1,
        "position": 0,
        "prompt_at": NOW - timedelta(minutes=1) if number < due else later,
    }


def _date(number: int) -> dict[str, Any]:
    day = _day(number)
    return {
        "workspace_id": 1,
        "action_id": number + 1,
        "text": f"{day:%d/%m/%y}",
        "day": day,
        "first_day": day,
        "precision": Precision.DAY,
        "role": Role.DUE,
        "confirmed": True,
        "position": 0,
    }
