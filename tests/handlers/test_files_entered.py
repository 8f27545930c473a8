"""How much of the project a person reads who follows one update from its request to its answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession
from pydantic import SecretStr

from bot.clock import SystemClock
from bot.config import Settings
from bot.database import Database
from bot.delivery.slack_lookup import Team
from bot.runtime.bot import build_bot, build_slack_context
from bot.sandbox.deliveries import sign
from handlers.slack import add_slack_routes, build_slack_app
from tests.fixtures.council import BOARD
from tests.fixtures.databases import KINDS, fresh_url
from tests.fixtures.plans import TEAM, USERS
from tests.fixtures.sandbox import SECRET, TOKEN, serving
from tests.fixtures.tracing import files_entered

MAX_FILES = 45
BODY = urlencode(
    {
        "command": "/cip",
        "text": "update 5.2 in-progress note",
        "team_id": TEAM,
        "user_id": USERS["SS"],
        "channel_id": BOARD,
        "channel_name": "board",
        "trigger_id": "1.1",
    }
)


@asynccontextmanager
async def built(kind: str, folder: Path) -> AsyncIterator[str]:
    """The address of a bot that has done nothing yet, not even started a thread."""
    settings = Settings(
        database_url=SecretStr(fresh_url(kind, folder, "planned")),
        slack_bot_token=SecretStr(TOKEN),
        slack_signing_secret=SecretStr(SECRET),
        data_dir=folder,
    )
    database = Database(settings.database)
    bot = build_bot(settings, SystemClock(), database)
    slack = build_slack_app(
        build_slack_context(bot, lambda: None), bot.client, Team(TEAM, "Council", "U0BOT", "B0BOT")
    )
    async with serving(lambda app: add_slack_routes(app, slack)) as address:
        yield f"{address}/slack/events"
    database.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_an_update_is_a_short_way_and_none_of_it_is_importing(kind: str, tmp_path: Path) -> None:
    headers = {**sign(SECRET, BODY), "Content-Type": "application/x-www-form-urlencoded"}
    async with built(kind, tmp_path) as address, ClientSession() as client:
        with files_entered() as files:
            async with client.post(address, data=BODY, headers=headers) as response:
                answer = await response.text()
    assert response.status == 200
    assert "Recorded." in answer
    listed = "\n".join(sorted(files))
    assert {
        "handlers/slack/commands.py",
        "bot/services/actions/updates.py",
        "models/sql_fastpath.py",
    } <= files, listed
    assert not [name for name in files if name.startswith("bot/importing/")], listed
    assert len(files) <= MAX_FILES, f"{len(files)} files:\n{listed}"
