"""How the bot is connected to its database."""

from pathlib import Path
from typing import Any

from bot.database import ANSWER_WITHIN, ASK_EVERY, SILENCE, Database
from tests.fixtures.databases import fresh_url


def test_a_server_that_vanished_is_not_waited_for(tmp_path: Path) -> None:
    """Without a sign of life asked for while an answer is awaited, that would take the system's two hours."""
    database = Database(fresh_url("postgresql", tmp_path, None), threads=1)
    with database.engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        known = driver.info.get_parameters()
    database.close()
    assert known["tcp_user_timeout"] == str(ANSWER_WITHIN)
    assert int(known["keepalives_idle"]) == SILENCE
    assert int(known["keepalives_interval"]) == ASK_EVERY
    assert (SILENCE + 2 * ASK_EVERY) * 1000 <= ANSWER_WITHIN
