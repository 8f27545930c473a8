"""How the bot is connected to its database."""

from pathlib import Path
from typing import Any

from bot.database import KEEPALIVE_IDLE, KEEPALIVE_INTERVAL, RESPONSE_TIMEOUT_MS, Database
from tests.fixtures.databases import fresh_url


def test_a_server_that_vanished_is_not_waited_for(tmp_path: Path) -> None:
    """Without a sign of life asked for while an answer is awaited, that would take the system's two hours."""
    database = Database(fresh_url("postgresql", tmp_path, None), threads=1)
    with database.engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        known = driver.info.get_parameters()
    database.close()
    assert known["tcp_user_timeout"] == str(RESPONSE_TIMEOUT_MS)
    assert int(known["keepalives_idle"]) == KEEPALIVE_IDLE
    assert int(known["keepalives_interval"]) == KEEPALIVE_INTERVAL
    assert (KEEPALIVE_IDLE + 2 * KEEPALIVE_INTERVAL) * 1000 <= RESPONSE_TIMEOUT_MS
