"""A workspace in which the board's channel is known by its id, and a worker."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.delivery.slack import SlackSender
from bot.delivery.worker import Worker
from bot.rendering import Renderer
from models import BoardChannel
from tests.delivery.test_worker import NINE, WorkerHarness
from tests.fixtures.council import BOARD, council
from tests.fixtures.databases import KINDS
from tests.fixtures.sandbox import client_of


@pytest.fixture(params=KINDS)
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[WorkerHarness]:
    async with council(request.param, tmp_path) as running_council:
        running_council.clock.moment = NINE
        database = running_council.database()
        client = client_of(running_council.sandbox)
        client.retry_handlers = []
        worker = Worker(database, SlackSender(client), Renderer("/cip"), running_council.clock)
        with database.transaction() as session:
            session.execute(update(BoardChannel).values(channel_id=BOARD))
        yield WorkerHarness(running_council, database, worker)
        database.close()
