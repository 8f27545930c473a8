import io
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from bot.logs import set_up_logs
from handlers.slack import taking
from tests.fixtures.council import Council, bot_running
from tests.fixtures.databases import KINDS
from tests.fixtures.sandbox import SECRET
from tests.handlers.slack.doings import patient_council


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine nothing is announced as late, unless the test is about that."""
    monkeypatch.setattr(taking, "PATIENCE", 30.0)


@pytest.fixture(autouse=True)
def logged() -> Iterator[io.StringIO]:
    """What the bot logs, as it logs when it serves."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up_logs("info", secrets=[SECRET], as_json=True, to=stream)
    yield stream
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


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
