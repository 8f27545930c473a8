import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.slack import taking
from tests.fixtures.council import Council, bot_running
from tests.fixtures.databases import KINDS
from tests.handlers.slack.doings import patient_council


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch, logged: io.StringIO) -> None:
    """On a busy machine nothing is announced as late, unless the test is about that."""
    monkeypatch.setattr(taking, "PATIENCE", 30.0)


@pytest.fixture(params=KINDS)
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Council]:
    """The bot behind its signed door, on either database."""
    async with patient_council(request.param, tmp_path) as found, bot_running(found):
        yield found


@pytest.fixture
async def village(tmp_path: Path) -> AsyncIterator[Council]:
    """The same on SQLite alone, for what does not depend on the database."""
    async with patient_council("sqlite", tmp_path) as found, bot_running(found):
        yield found
