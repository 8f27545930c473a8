"""The bot as a process of its own: alone on its SQLite file, and gone in good order."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.command_line import import_plan
from bot.errors import SettingsError
from bot.runtime.instance_lock import exclusive_lock
from bot.services.outbox import outbox
from models import Delivery, DeliveryState
from tests.fixtures import plans
from tests.fixtures.council import Council, bot_running, council
from tests.fixtures.sandbox import SECRET, TOKEN
from tests.fixtures.waiting import wait_until

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def process(bot_council: Council) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python app.py serve`, ready."""
    variables = {
        "DATABASE_URL": bot_council.url,
        "CIP_DATA_DIR": str(bot_council.settings.data_dir),
        "CIP_PORT": "0",
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": bot_council.settings.slack_api_url,
        "CIP_LOG_LEVEL": "warning",
    }
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "app.py", "serve"),
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert started.stdout is not None
        line = (await started.stdout.readline()).decode()
        assert "The bot is running" in line, (await started.communicate())[1].decode()
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.communicate()


def rows(bot_council: Council) -> list[Delivery]:
    database = bot_council.database()
    with database.transaction(write=False) as session:
        found = list(session.scalars(select(Delivery).where(Delivery.kind == "reply").order_by(Delivery.id)))
    database.close()
    return found


def plan_replies(bot_council: Council) -> None:
    """To different people: a reply may go at any hour, and each conversation has its own pace."""
    database = bot_council.database()
    with database.transaction() as session:
        for number, user in enumerate(plans.USERS.values()):
            worded = {"text": f"reply {number}", "blocks": []}
            outbox.enqueue_reply(session, plans.TEAM, user, f"r{number}", worded, datetime.now(UTC))
    database.close()


def is_sending(bot_council: Council) -> bool:
    """Something was sent, and the next is claimed."""
    return {DeliveryState.SENT, DeliveryState.CLAIMED} <= {row.state for row in rows(bot_council)}


async def test_it_stops_within_ten_seconds_and_leaves_nothing_claimed(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council:
        plan_replies(bot_council)
        bot_council.sandbox.faults.slow("chat.postMessage", 0.7, times=6)
        async with process(bot_council) as bot:
            await wait_until(lambda: is_sending(bot_council), "sending is under way")
            bot.send_signal(signal.SIGTERM)
            asked = time.monotonic()
            _, errors = await bot.communicate()
            assert time.monotonic() - asked < 10
            assert (bot.returncode, errors.decode()) == (0, "")
        states = [row.state for row in rows(bot_council)]
        assert set(states) == {DeliveryState.SENT, DeliveryState.PLANNED}
        assert {row.attempts for row in rows(bot_council) if row.state is DeliveryState.PLANNED} == {0}
        posted = sum(len(bot_council.dm(initials)) for initials in plans.USERS)
        assert posted == states.count(DeliveryState.SENT)


async def test_sqlite_takes_one_bot_and_short_commands_beside_it(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council:
        async with process(bot_council) as first:
            with pytest.raises(
                SettingsError, match=f"Another bot .process {first.pid}. is running"
            ) as raised:
                async with bot_running(bot_council):
                    pass
            assert "DATABASE_URL" in raised.value.sentence
            assert "up to date" in import_plan.migrate(bot_council.settings)
            assert "1/5.2" in import_plan.print_digests(bot_council.settings, None, plans.NOW)
            _change_revision(bot_council)
            with pytest.raises(SettingsError, match=f"^A bot .process {first.pid}. .* stop it, and run this"):
                import_plan.print_digests(bot_council.settings, None, plans.NOW)
            first.kill()
            await first.communicate()
        _change_revision(bot_council, back=True)
        async with bot_running(bot_council):
            pass


async def test_a_command_at_work_on_sqlite_is_not_taken_for_a_bot(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council:
        _change_revision(bot_council)
        database = bot_council.database()
        with exclusive_lock(database, "never said"):
            with pytest.raises(SettingsError, match=r"^Another command .* is changing .* Wait until"):
                import_plan.migrate(bot_council.settings)
            with pytest.raises(SettingsError, match=r"^A command .* is changing .* Wait until"):
                async with bot_running(bot_council):
                    pass
        database.close()


def _change_revision(bot_council: Council, *, back: bool = False) -> None:
    """As a database looks to a newer version."""
    database = bot_council.database()
    with database.transaction() as session:
        if back:
            session.execute(text("UPDATE alembic_version SET version_num = substr(version_num, 2)"))
        else:
            session.execute(text("UPDATE alembic_version SET version_num = 'x' || version_num"))
    database.close()
