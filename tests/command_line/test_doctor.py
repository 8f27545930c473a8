"""`doctor` says what is wrong and what to do, and nothing that does not matter here."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import select, update

from bot.command_line.doctor import doctor
from bot.config import Settings
from bot.database import Database
from bot.delivery.scopes import OPTIONAL_SCOPES, REQUIRED_SCOPES
from bot.delivery.slack import SlackSender
from bot.delivery.worker import Worker
from bot.plan.rest_days import add_working_days
from bot.rendering import Renderer
from bot.sandbox.config import BOT_USER_ID
from bot.services.digests import digests
from bot.services.digests.digests import DigestSlot
from bot.services.outbox import outbox
from models import Board, BoardChannel, Person, PlanRole, Refusal
from tests.fixtures.council import BOARD, Council, bot_running, council
from tests.fixtures.databases import KINDS, fresh_url
from tests.fixtures.plans import TEAM
from tests.fixtures.sandbox import client_of, serving
from tests.paths import ROOT


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
            session.execute(update(PlanRole).where(PlanRole.role == "plan-manager").values(role="lead"))
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


def next_working_morning() -> datetime:
    """Outside the quiet hours, whenever the tests run; doctor itself looks at the machine's clock."""
    day = add_working_days(datetime.now(UTC).date(), 1)
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


async def run_with_waiting_digest(bot_council: Council, *, mend: bool) -> tuple[str, bool]:
    """What doctor says while the digest waits for the channel, and whether it is then tried at once."""
    database = bot_council.database()
    with database.transaction() as session:
        session.execute(update(BoardChannel).values(channel_id=BOARD))
    channel = bot_council.sandbox.workspace.channels[BOARD]
    channel.members.remove(BOT_USER_ID)
    now = bot_council.clock.moment = next_working_morning()
    client = client_of(bot_council.sandbox)
    client.retry_handlers = []
    worker = Worker(database, SlackSender(client), Renderer("/cip"), bot_council.clock)
    with database.transaction() as session:
        board = session.scalars(select(Board)).one()
        digests._write_digest(session, board, DigestSlot(now, ()), now)
    await worker.drain()
    if mend:
        channel.members.append(BOT_USER_ID)
    _, text = await run_doctor(bot_council.settings)
    with database.transaction(write=False) as session:
        is_due = session.scalars(select(Refusal)).one().next_try_at <= datetime.now(UTC)
    database.close()
    return text, is_due


@pytest.mark.parametrize("kind", KINDS)
async def test_it_says_what_waits_for_a_channel_and_how_to_put_it_right(kind: str, tmp_path: Path) -> None:
    async with council(kind, tmp_path) as bot_council:
        text, is_due = await run_with_waiting_digest(bot_council, mend=False)
    assert "CHECK  The bot is not a member of #board. Open it in Slack and type /invite" in text
    assert "CHECK  1 message waits because of what Slack has refused since" in text
    assert "The bot is not a member of that channel." in text
    assert not is_due


async def test_what_it_finds_put_right_is_tried_at_once(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council:
        text, is_due = await run_with_waiting_digest(bot_council, mend=True)
    assert "OK     The bot is a member of #board." in text
    assert is_due


@pytest.mark.parametrize(
    ("needs", "is_tried"),
    [
        ("channels:manage,groups:write,im:write,mpim:write", True),
        ("chat:write:bot", True),
        ("im:write", False),
    ],
)
async def test_a_permission_is_tried_unless_it_is_known_to_be_missing(
    needs: str, is_tried: bool, tmp_path: Path
) -> None:
    async with council("sqlite", tmp_path) as bot_council:
        conditions = bot_council.sandbox.conditions
        conditions.set_scopes(set(conditions.granted_scopes) - {"im:write"})
        database, now = bot_council.database(), datetime.now(UTC)
        with database.transaction() as session:
            workspace = session.scalars(select(Board)).one().workspace_id
            refusal = Refusal(workspace_id=workspace, scope="call:open", since=now, code="missing_scope")
            refusal.kind, refusal.needs, refusal.next_try_at = "permission", needs, now + timedelta(hours=1)
            session.add(refusal)
        await run_doctor(bot_council.settings)
        with database.transaction(write=False) as session:
            next_try_at = session.scalars(select(Refusal)).one().next_try_at
        database.close()
    assert (next_try_at <= datetime.now(UTC)) is is_tried


async def test_an_archived_channel_and_what_failed_are_named(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council:
        database = bot_council.database()
        now = datetime.now(UTC)
        with database.transaction() as session:
            session.execute(update(BoardChannel).values(channel_id=BOARD))
            workspace = session.scalars(select(Board)).one().workspace_id
            for number in range(2):
                planned = outbox.NewDelivery(workspace, "reply", f"reply:{number}", "D1", now)
                row = outbox.enqueue(session, planned)
                assert row is not None
                outbox.mark_failed(session, row.id, "That account is deactivated.")
        database.close()
        bot_council.sandbox.workspace.channels[BOARD].is_archived = True
        _, text = await run_doctor(bot_council.settings)
    assert "CHECK  #board is archived. Take it out of the archive" in text
    assert "CHECK  2 messages of the last 10 days could not be sent. That account is deactivated." in text


async def test_each_missing_permission_is_named_with_what_is_lost(tmp_path: Path) -> None:
    async with council("sqlite", tmp_path) as bot_council:

        async def answer(request: web.Request) -> web.Response:
            body = {"ok": True, "team_id": TEAM, "team": "Council", "user_id": BOT_USER_ID, "bot_id": "B0"}
            granted = ",".join(sorted(REQUIRED_SCOPES - {"im:write"} | {"files:write", "other:scope"}))
            return web.json_response(body, headers={"X-OAuth-Scopes": granted})

        def routes(app: web.Application) -> None:
            app.router.add_route("*", "/api/{method}", answer)

        async with serving(routes) as address:
            settings = bot_council.settings.model_copy(update={"slack_api_url": f"{address}/api/"})
            healthy, text = await run_doctor(settings)
    assert not healthy
    assert "CHECK  The bot lacks the permission im:write: without it, it can write to nobody." in text
    assert (
        "OK     Without the permission files:read, which you may leave out, the bot can read no plan" in text
    )
    assert "files:write" not in text
    assert "chat:write" not in text


def test_the_permissions_are_those_of_the_manifest() -> None:
    manifest = (ROOT / "docs" / "slack-manifest.yaml").read_text(encoding="utf-8")
    scopes = manifest[manifest.index("scopes:") : manifest.index("settings:")]
    parts = scopes.split("bot_optional:")
    listed = [set(re.findall(r"^ +- ([a-z_:.]+)", part, re.MULTILINE)) for part in parts]
    assert set().union(*listed) == REQUIRED_SCOPES | OPTIONAL_SCOPES
    if len(listed) > 1:
        assert listed[1] == OPTIONAL_SCOPES
