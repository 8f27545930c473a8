"""Names that climb out of folders, archives that do, addresses that lead elsewhere.

Bombs, entities and damage, for each form by itself: tests/importing.
"""

import contextlib
import io
import zipfile
from pathlib import Path

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
        "",
    ],
)
async def test_the_token_goes_to_slack_alone(address: str) -> None:
    files = SlackFiles("xoxb-token", "https://slack.com/api/")
    with pytest.raises(DeliveryError) as refused:
        await files.fetch(address)
    assert refused.value.code == "foreign_address"
