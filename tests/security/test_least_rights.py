"""Without the permissions that are optional the bot works, and says what is lost."""

import re

import pytest

from models import DeliveryState, PlanUpload
from tests.delivery.test_worker import WorkerHarness, office
from tests.fixtures.council import Council
from tests.fixtures.plans import USERS
from tests.fixtures.waiting import wait_until
from tests.handlers.slack.test_imports import answers, select_all, send_plan
from tests.paths import ROOT

__all__ = ["office"]
MANIFEST = ROOT / "docs" / "slack-manifest.yaml"
OPTIONAL = {"app_mentions:read", "channels:history", "groups:history", "files:read", "files:write"}


def scopes_with_reasons() -> dict[str, dict[str, str]]:
    """By the list they stand in: each scope, and the reason beside it."""
    lists: dict[str, dict[str, str]] = {}
    block = MANIFEST.read_text(encoding="utf-8").partition("  scopes:\n")[2].partition("\nsettings:")[0]
    for line in block.splitlines():
        if found := re.fullmatch(r"    (\w+):", line):
            lists[found[1]] = {}
        elif found := re.fullmatch(r"      - ([a-z_.:]+) *#? ?(.*)", line):
            lists[list(lists)[-1]][found[1]] = found[2]
    return lists


def test_the_manifest_asks_for_little_and_gives_a_reason_for_each() -> None:
    lists = scopes_with_reasons()
    assert set(lists) == {"bot", "bot_optional"}
    assert set(lists["bot_optional"]) == OPTIONAL
    assert not set(lists["bot"]) & OPTIONAL
    assert all(reason for scopes in lists.values() for reason in scopes.values())
    assert "users:read.email needs it" in lists["bot"]["users:read"]
    assert "timezone" in lists["bot"]["users:read"]


@pytest.mark.parametrize("scope", sorted(OPTIONAL))
def test_what_is_lost_without_a_permission_is_documented(scope: str) -> None:
    page = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    table = page.partition("## Permissions the bot can do without")[2].partition("\n## ")[0]
    assert f"`{scope}`" in table


async def test_without_history_a_digest_is_never_lost_though_it_may_come_twice(office: WorkerHarness) -> None:
    """The connection broke after the first was posted, and nobody may look whether it is there."""
    faults = office.council.sandbox.faults
    faults.drop_after("chat.postMessage", times=4)
    await office.run_tick()
    faults.fail("conversations.history", "missing_scope", times=99)
    office.advance(minutes=5)
    await office.run_tick()
    assert {row.state for row in office.rows("digest")} == {DeliveryState.SENT}
    assert len(office.council.posts("CH")) == 2
    office.advance(minutes=5)
    await office.run_tick()
    assert len(office.council.posts("CH")) == 2


async def test_another_fault_of_the_look_up_is_no_reason_to_post_twice(office: WorkerHarness) -> None:
    faults = office.council.sandbox.faults
    faults.drop_after("chat.postMessage", times=4)
    await office.run_tick()
    faults.fail_with_status("conversations.history", 503, times=99)
    office.advance(minutes=5)
    await office.run_tick()
    assert len(office.council.posts("CH")) == 1


@pytest.mark.parametrize(
    "file", [{"id": "F1", "file_access": "access_denied"}, {"id": "F1", "name": "plan.csv"}]
)
async def test_a_file_the_bot_may_not_see_is_answered_with_the_permission(
    sqlite_council: Council, file: dict[str, str]
) -> None:
    await send_plan(sqlite_council, "PM", b"just words", "notes.png")
    await sqlite_council.sandbox.user_actions.share_file(
        USERS["PM"], sqlite_council.sandbox.dm_id(USERS["PM"]), "", file
    )
    await wait_until(lambda: len(answers(sqlite_council, "PM")) == 2, "it was answered")
    assert answers(sqlite_council, "PM")[-1].text == (
        "I was not let at the file. Ask whoever looks after the bot to give it the scope files:read, or to"
        " bring the plan in with python app.py import FILE. Nothing was changed."
    )


async def test_a_file_the_bot_may_not_fetch_is_answered_with_the_permission(sqlite_council: Council) -> None:
    settings = sqlite_council.sandbox.settings
    before, settings.bot_token = settings.bot_token, "xoxb-another"
    address = f"{settings.base_url}/sandbox/files/F1/plan.csv"
    channel = sqlite_council.sandbox.workspace.directory.open_im(USERS["PM"]).id
    file = {"id": "F1", "name": "plan.csv", "size": 9, "url_private": address}
    await sqlite_council.sandbox.user_actions.share_file(USERS["PM"], channel, "", file)
    await wait_until(lambda: select_all(sqlite_council, PlanUpload.state) == ["refused"], "it was refused")
    settings.bot_token = before


async def test_without_files_write_it_says_how_to_get_an_export(sqlite_council: Council) -> None:
    sqlite_council.sandbox.faults.fail("files.getUploadURLExternal", "missing_scope")
    await sqlite_council.send_command("SS", "export json")
    await wait_until(lambda: bool(answers(sqlite_council, "SS")), "it was answered")
    assert answers(sqlite_council, "SS")[-1].text == (
        "I may not send files. Ask whoever looks after the bot to give it the scope files:write, or to write"
        " the file with python app.py export FILE."
    )


async def test_without_files_read_an_export_is_never_lost(sqlite_council: Council) -> None:
    """The first attempt ended unknown, and nobody may look whether the file is there."""
    faults = sqlite_council.sandbox.faults
    faults.drop_after("files.completeUploadExternal")
    faults.fail("files.info", "missing_scope", times=9)
    await sqlite_council.send_command("SS", "export json")

    def files() -> int:
        return sum(len(each.files) for each in sqlite_council.dm("SS"))

    await wait_until(lambda: files() >= 1, "it came")
    sqlite_council.clock.moment = sqlite_council.clock.moment.replace(minute=59)
    assert not any("files:read" in each.text for each in answers(sqlite_council, "SS"))
