import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fixtures.council import Council, bot_running, council
from tests.fixtures.databases import KINDS


@pytest.fixture(autouse=True)
def _logged(logged: io.StringIO) -> None:
    """What the bot logs is at hand, and nowhere else."""


@pytest.fixture(params=KINDS)
async def bot_council(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Council]:
    """A running bot with its workspace, on either database."""
    async with council(request.param, tmp_path, linked=True) as found, bot_running(found):
        yield found


@pytest.fixture
async def sqlite_council(tmp_path: Path) -> AsyncIterator[Council]:
    """The same on SQLite alone, for what does not depend on the database."""
    async with council("sqlite", tmp_path, linked=True) as found, bot_running(found):
        yield found
