"""`doctor` says what is wrong and what to do, and nothing that does not matter here."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from bot.command_line.doctor import doctor
from bot.config import Settings
from bot.database import Database
from models import BoardChannel, Person
from tests.fixtures.council import bot_running, council
from tests.fixtures.databases import fresh_url


async def run_doctor(settings: Settings) -> tuple[bool, str]:
    lines: list[str] = []
    healthy = await doctor(settings, lines.append)
    return healthy, "\n".join(lines)


async def test_a_plan_waiting_for_the_sandbox_is_well(tmp_path: Path) -> None:
    url = fresh_url("sqlite", tmp_path, "planned")
    healthy, text = await run_doctor(Settings(database_url=SecretStr(url), data_dir=tmp_path))
    assert healthy
    assert "OK     The sandbox workspace makes #board when the bot starts." in text
    assert "OK     The sandbox workspace gives everyone in the plan an account when the bot starts." in text
    assert "in Slack" not in text


async def test_without_a_plan_it_says_how_to_bring_one_in(tmp_path: Path) -> None:
    settings = Settings(database_url=SecretStr(fresh_url("sqlite", tmp_path)), data_dir=tmp_path)
    healthy, text = await run_doctor(settings)
    assert not healthy
    assert "CHECK  There is no plan yet. Bring one in with: python app.py import FILE." in text


async def test_an_unknown_setting_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIP_TIMZONE", "Europe/London")
    url = fresh_url("sqlite", tmp_path, "planned")
    healthy, text = await run_doctor(Settings(database_url=SecretStr(url), data_dir=tmp_path))
    assert not healthy
    assert "CHECK  CIP_TIMZONE is no setting, so it changes nothing. Did you mean CIP_TIMEZONE?" in text


async def test_with_slack_every_fault_is_named_with_what_to_do(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council:
        database = Database(bot_council.url, threads=1)
        with database.transaction() as session:
            session.execute(update(Person).where(Person.initials == "PM").values(role="owner"))
        healthy, text = await run_doctor(bot_council.settings)
        assert not healthy
        assert "OK     Slack knows the bot in" in text
        assert "CHECK  Owners nobody is linked to, with how many actions: ZZ (1)." in text
        assert "CHECK  Nobody is a plan manager." in text
        assert "CHECK  The bot has not found #board in Slack." in text
        with database.transaction() as session:
            session.execute(update(BoardChannel).values(channel_id="C0BOARD"))
            session.execute(update(Person).where(Person.initials == "PM").values(role="plan-manager"))
            session.execute(update(Person).where(Person.initials == "ZZ").values(slack_user_id="U0ZZ"))
        database.close()
        assert (await run_doctor(bot_council.settings))[0]
        refused = bot_council.settings.model_copy(update={"slack_bot_token": SecretStr("xoxb-wrong")})
        healthy, text = await run_doctor(refused)
        assert not healthy
        assert "CHECK  Slack: The bot's token is not valid. Check SLACK_BOT_TOKEN." in text
        away = bot_council.settings.model_copy(update={"slack_api_url": "http://127.0.0.1:9/api/"})
        _, text = await run_doctor(away)
        assert "CHECK  Slack: Slack could not be reached. Check the network, and a proxy if there" in text


async def test_it_runs_beside_a_bot_that_serves(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council, bot_running(bot_council):
        _, text = await run_doctor(bot_council.settings)
    assert "OK     The database answers and is up to date (sqlite)." in text
