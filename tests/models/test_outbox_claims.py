"""What was sent long ago costs nothing when the next message is looked for."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.database import Database
from models.base import DeliveryState
from models.outbox import Delivery
from models.queries import outbox_claims
from tests.fixtures.databases import fresh_database
from tests.fixtures.plans import NOW

QUERIES: dict[str, Callable[[Session], object]] = {
    "whose turn it is": lambda session: outbox_claims.lock_claimable(session, 1, NOW, 10),
    "who has something to send": lambda session: outbox_claims.workspaces_due(session, NOW, None),
    "when the next is due": lambda session: outbox_claims.next_attempt_at(session, None),
}


def rows(state: DeliveryState, count: int) -> list[dict[str, object]]:
    at = NOW - timedelta(hours=1)
    return [
        {
            "workspace_id": 1,
            "kind": "prompt",
            "key": f"{state.value}:{number}",
            "token": f"{state.value}{number}",
            "due_at": at,
            "next_attempt_at": at,
            "state": state,
        }
        for number in range(count)
    ]


def count_steps(database: Database, query: Callable[[Session], object]) -> int:
    """How much SQLite did for it, in hundreds of its own steps."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    with database.transaction() as session:
        driver = session.connection().connection.driver_connection
        assert driver is not None
        query(session)
        driver.set_progress_handler(count, 100)
        query(session)
        driver.set_progress_handler(None, 100)
    return counted


@pytest.mark.parametrize("look", QUERIES.values(), ids=QUERIES.keys())
def test_a_long_past_does_not_slow_it_down(look: Callable[[Session], object], tmp_path: Path) -> None:
    for database in fresh_database("sqlite", tmp_path, "planned"):
        with database.transaction() as session:
            session.execute(insert(Delivery), rows(DeliveryState.PLANNED, 20))
        before = count_steps(database, look)
        with database.transaction() as session:
            session.execute(insert(Delivery), rows(DeliveryState.SENT, 2000))
        assert count_steps(database, look) <= before + 2
