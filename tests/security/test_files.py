"""Names that climb out of folders, archives that do, addresses that lead elsewhere.

Bombs, entities and damage, for each form by itself: tests/importing.
"""

import contextlib
import io
import zipfile
from pathlib import Path

import aiohttp
import pytest

from bot.delivery.slack_files import SlackFiles
from bot.errors import CipError, DeliveryError
from bot.importing.pipeline import read_plan_bytes
from models import PlanUpload
from tests.fixtures.council import Council
from tests.fixtures.plan_files import csv_file
from tests.handlers.slack.test_imports import select_all, send_plan
from tests.importing.workbooks import HEADING, TODAY, workbook_bytes

NAMES = [
    "../../etc/plan.csv",
    "/etc/plan.csv",
    "..\\..\\plan.csv",
    "a/\x00b.csv",
    "C:\\plan.csv",
    "~/plan.csv",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_a_name(name: str) -> None:
    draft = read_plan_bytes(name, csv_file(title=""), today=TODAY)
    assert len(draft.actions) == 2


async def test_a_name_that_climbs_is_kept_as_a_name(sqlite_council: Council) -> None:
    answer = await send_plan(sqlite_council, "PM", csv_file(), "../../../tmp/plan.csv")
    assert "plan.csv" in answer.text
    assert len(select_all(sqlite_council, PlanUpload)) == 1


@pytest.mark.parametrize("member", ["../../evil.xml", "/evil.xml", "xl/../../../evil.xml"])
def test_nothing_of_an_archive_is_written_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, member: str
) -> None:
    folder = tmp_path / "a" / "b" / "c"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    target = io.BytesIO(workbook_bytes({"Plan": [HEADING, ("1.1", "Do it", "RM", "31/03/2027", "")]}))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(member, b"<x/>")
    with contextlib.suppress(CipError):
        read_plan_bytes("plan.xlsx", target.getvalue(), today=TODAY)
    assert list(tmp_path.rglob("evil*")) == []


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:5432/",
        "file:///etc/passwd",
        "https://files.slack.com.evil.example/plan.xlsx",
        "https://files.slack.com@evil.example/plan.xlsx",
        "https://evil.example/.slack.com",
        "https://evilslack.com/plan.xlsx",
        "http://files.slack.com/plan.xlsx",
        "//files.slack.com/plan.xlsx",
        "https://[::1%.slack.com]/",
        "https://[::1%25x.slack.com]/",
        "https://[files.slack.com]/",
        "https://[::1/",
        "https://[::1]:x.slack.com/",
        "https://user:word@files.slack.com/plan.xlsx",
        "https://evil.example\\.slack.com/plan.xlsx",
        "https://evil.example\t.slack.com/",
        "https://evil.example#.slack.com",
        "https://evil.example?.slack.com",
        "https://files.slack.com:8443/plan.xlsx",
        "https://files.slack.com:99999/plan.xlsx",
        "https://files.slack.com./plan.xlsx",
        "https://files.slac\u212a.com/plan.xlsx",
        "https://files.\u017flack.com/plan.xlsx",
        "https://files.slack\u3002com/plan.xlsx",
        "https://.slack.com/",
        " https://files.slack.com/plan.xlsx",
        "https://slack.com@evil.example/api/",
        "",
    ],
)
async def test_the_token_goes_to_slack_alone(address: str) -> None:
    files = SlackFiles("xoxb-token", "https://slack.com/api/")
    with pytest.raises(DeliveryError) as refused:
        await files.fetch(address)
    assert refused.value.code == "foreign_address"
    assert refused.value.sentence == "The file is not kept in Slack."


@pytest.mark.parametrize(
    ("address", "api_url"),
    [
        ("https://files.slack.com/files-pri/T1-F1/plan.xlsx?x=[1]", "https://slack.com/api/"),
        ("https://FILES.slack.com:443/plan.xlsx", "https://slack.com/api/"),
        ("https://slack.com/plan.xlsx", "https://slack.com/api/"),
        ("http://127.0.0.1:8080/plan.xlsx", "http://127.0.0.1:8080/api/"),
        ("http://[::1]:8080/plan.xlsx", "http://[::1]:8080/api/"),
    ],
)
async def test_a_file_of_slacks_is_fetched(
    address: str, api_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(aiohttp.ClientSession, "get", refuse)
    with pytest.raises(DeliveryError, match="could not be fetched"):
        await SlackFiles("xoxb-token", api_url).fetch(address)
