import gc
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

from bot import serve
from bot.database import Database
from bot.demo import credentials
from bot.sandbox import tokens
from bot.sandbox.config import SandboxSettings
from handlers.slack import pipeline
from tests.fixtures.compiling import compile_once
from tests.fixtures.databases import KINDS, count_databases, drop_databases_from, fresh_database
from tests.fixtures.plain_logs import log_plainly
from tests.fixtures.skips import pytest_terminal_summary  # noqa: F401 - pytest finds the hook here

# How long one example takes says more of the machine than of the code.
settings.register_profile("cip", deadline=None)
settings.load_profile("cip")
compile_once()
log_plainly()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is loaded and collected stays. Looking through it for garbage took a third of the collecting."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(autouse=True)
def _databases_dropped() -> Iterator[None]:
    """What this test makes on PostgreSQL goes with it; what its module shares was made before and stays."""
    before = count_databases()
    yield
    drop_databases_from(before)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine nothing is late, unless the test is about that."""
    monkeypatch.setattr(pipeline, "ACK_TIMEOUT", 30.0)
    monkeypatch.setattr(tokens, "TRIGGER_SECONDS", 30.0)
    monkeypatch.setattr(serve, "SANDBOX_API_TIMEOUT", 30)
    monkeypatch.setattr(credentials, "SandboxSettings", partial(SandboxSettings, ack_seconds=30.0))


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database; every test that asks for it runs on SQLite and on PostgreSQL."""
    yield from fresh_database(request.param, tmp_path)


@pytest.fixture(params=KINDS)
def planned(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database that holds the small test plan, imported on Monday 2 March 2026 at 8:30am; on both."""
    yield from fresh_database(request.param, tmp_path, "planned")
