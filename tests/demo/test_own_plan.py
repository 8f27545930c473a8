"""Starting with a plan of one's own: `make run PLAN=path`."""

import asyncio
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from bot.config import Settings
from bot.demo.plan_source import opening_day
from bot.errors import SettingsError, UnreadableFileError
from bot.importing.pipeline import read_plan, read_plan_bytes
from bot.serve import run_bot
from tests.demo.sandboxes import PLAN, open_sandbox, settings_in, write_plan_file
from tests.paths import tracker_or_skip

ROOT = Path(__file__).resolve().parents[2]


async def test_its_people_move_in_and_time_is_its_own(tmp_path: Path) -> None:
    async with open_sandbox(settings_in(tmp_path), write_plan_file(tmp_path), "U0BC") as visit:
        state = await visit.get("state")
        people = {one["id"]: one["title"] for one in state["users"]}
        assert people == {
            "U0PM": "Plan manager, owner of 1 action",
            "U0BC": "Board chair",
            "U0AA": "Owner of 1 action",
            "U0BB": "Owner of 1 action",
            "U0HEADOFESTATES": "Owner of 1 action",
        }
        assert (state["plan"]["source"], state["plan"]["is_sample"]) == ("town.csv", False)
        assert "August 2021" in state["clock"]["now_words"]
        assert state["clock"]["upcoming"]
        assert state["channels"][0]["name"] == "improvement-board"
        assert len(await visit.messages("C0BOARD")) >= 1
        await visit.post("say", channel="C0BOARD", text="/cip show 1.2")
        assert "Mend the roof" in (await visit.messages("C0BOARD"))[-1]["text"]


async def test_it_stays_until_another_is_given(tmp_path: Path) -> None:
    settings, other = (
        settings_in(tmp_path),
        write_plan_file(tmp_path, PLAN.replace("Mend", "Raise"), "other.csv"),
    )
    async with open_sandbox(settings, write_plan_file(tmp_path), "U0AA") as visit:
        await visit.post("say", channel="C0BOARD", text="/cip update 1.1 complete - all counted")
        before = await visit.messages("C0BOARD")
    (tmp_path / "town.csv").unlink()
    async with open_sandbox(settings, user="U0AA") as visit:
        assert await visit.messages("C0BOARD") == before
        assert (await visit.post("reset"))["ok"]
        assert (await visit.get("state"))["plan"]["source"] == "town.csv"
        assert not any("all counted" in one["text"] for one in await visit.messages("C0BOARD"))
    async with open_sandbox(settings, other, "U0AA") as visit:
        assert (await visit.get("state"))["plan"]["source"] == "other.csv"
        await visit.post("say", channel="C0BOARD", text="/cip show 1.2")
        assert "Raise the roof" in (await visit.messages("C0BOARD"))[-1]["text"]


async def test_a_plan_that_cannot_be_read_begins_nothing(tmp_path: Path) -> None:
    broken = write_plan_file(tmp_path, "no headings here", "broken.csv")
    for path in (broken, tmp_path / "missing.xlsx", write_plan_file(tmp_path, "x", "words.txt")):
        with pytest.raises(UnreadableFileError):
            async with run_bot(settings_in(tmp_path / "data"), plan=path):
                pass
    assert not (tmp_path / "data").exists()


def test_the_command_line_says_it_in_a_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "app.py", "serve", "--plan", tmp_path / "missing.xlsx"],
        cwd=tmp_path,
        env={"CIP_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("There is no file ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("slack_bot_token", "xoxb-real"),
        ("slack_signing_secret", "0123456789abcdef"),
        ("slack_app_token", "xapp-real"),
    ],
)
async def test_no_sandbox_beside_real_slack_settings(tmp_path: Path, name: str, value: str) -> None:
    """One Slack setting is enough: the sandbox is not what starts, and a plan for it is refused."""
    settings = settings_in(tmp_path, **{name: value})
    assert not settings.uses_sandbox
    with pytest.raises(SettingsError, match="sandbox only"):
        async with run_bot(settings, plan=write_plan_file(tmp_path)):
            pass
    with pytest.raises(TimeoutError):
        async with (
            asyncio.timeout(1),
            run_bot(settings.model_copy(update={"slack_api_url": "http://127.0.0.1:9/"})),
        ):
            pytest.fail("nobody is there to answer")
    assert not (tmp_path / "sandbox.sqlite3").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])
async def test_it_listens_on_this_machine_alone(tmp_path: Path, host: str) -> None:
    with pytest.raises(SettingsError, match="this machine only"):
        async with run_bot(settings_in(tmp_path, host=host)):
            pass
    assert Settings().host == "127.0.0.1"


def test_which_day_it_opens_on() -> None:
    today = date(2026, 11, 23)
    old = read_plan_bytes("town.csv", PLAN.encode(), today=today)
    assert old.as_at == date(2021, 7, 31)
    assert opening_day(old, today) == date(2021, 8, 13)
    undated = read_plan_bytes("town.csv", PLAN.partition("\n")[2].encode(), today=today)
    assert opening_day(undated, today) == date(2021, 10, 13)
    current = read_plan_bytes("town.csv", PLAN.replace("31/03/2022", "31/03/2027").encode(), today=today)
    assert opening_day(current, today) == today
    finished = read_plan_bytes(
        "town.csv", PLAN.replace("Not started", "Complete").encode(), today=date(2021, 8, 1)
    )
    assert opening_day(finished, date(2021, 8, 1)) == date(2021, 8, 1)


def test_the_tracker_opens_shortly_after_its_own_date() -> None:
    today = date(2026, 11, 23)
    draft = read_plan(tracker_or_skip(), today=today)
    opens = opening_day(draft, today)
    assert draft.as_at is not None
    assert 0 < (opens - draft.as_at).days < 15
    assert any(due.date and due.date > opens for action in draft.actions for due in action.due)
