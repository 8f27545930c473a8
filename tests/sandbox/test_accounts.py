"""People as Slack shows them: guests, people of other organisations, accounts that are gone, timezones."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.config import BOT_USER_ID, SLACKBOT
from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import BOARD, LEAVER, OTHER, RM
from tests.sandbox.errors import code_of
from tests.sandbox.fake_bot import FakeBot

GUEST, SINGLE, VISITOR = "U0GUEST", "U0SINGLE", "U0VISIT"


def add_guests(sandbox: Sandbox) -> None:
    workspace, zone = sandbox.workspace, "America/New_York"
    workspace.add_user(GUEST, "guest", "Guest", "guest@supplier.example", zone, is_restricted=True)
    workspace.add_user(SINGLE, "single", "Single", "one@supplier.example", zone, is_ultra_restricted=True)
    workspace.add_user(VISITOR, "visitor", "Visitor", "v@other.example", zone, team_id="T0OTHER")


async def user(client: AsyncWebClient, user_id: str) -> dict[str, Any]:
    account: dict[str, Any] = (await client.users_info(user=user_id))["user"]
    return account


async def test_what_kind_of_account_it_is(client: AsyncWebClient, sandbox: Sandbox) -> None:
    add_guests(sandbox)
    kinds = {
        each: [(await user(client, each)).get(name) for name in ("is_restricted", "is_ultra_restricted")]
        for each in (RM, GUEST, SINGLE, VISITOR, LEAVER)
    }
    assert kinds == {
        RM: [False, False],
        GUEST: [True, False],
        SINGLE: [True, True],
        VISITOR: [False, False],
        LEAVER: [None, None],
    }
    assert (await user(client, LEAVER))["deleted"] is True
    assert (await user(client, SLACKBOT))["is_bot"] is False
    assert (await user(client, BOT_USER_ID))["is_bot"] is True


async def test_the_timezone_comes_with_its_offset(client: AsyncWebClient, sandbox: Sandbox) -> None:
    add_guests(sandbox)
    guest = await user(client, GUEST)
    assert (guest["tz"], guest["tz_label"], guest["tz_offset"]) == ("America/New_York", "EDT", -4 * 3600)
    assert "tz" not in await user(client, LEAVER)
    sandbox.workspace.users[RM].tz = "Nowhere/At_All"
    assert (await user(client, RM))["tz_offset"] == 0


async def test_somebody_of_another_organisation(client: AsyncWebClient, sandbox: Sandbox) -> None:
    add_guests(sandbox)
    visitor = await user(client, VISITOR)
    assert (visitor["team_id"], visitor["profile"]["team"]) == ("T0OTHER", "T0OTHER")
    assert visitor["is_stranger"] is True
    sandbox.workspace.add_channel(OTHER, "other", [VISITOR], is_ext_shared=True)
    assert (await user(client, VISITOR))["is_stranger"] is True, "the bot is not in that channel"
    sandbox.workspace.add_channel(BOARD, "board", [VISITOR], is_ext_shared=True)
    assert "is_stranger" not in await user(client, VISITOR)
    assert await code_of(client.users_lookupByEmail(email="v@other.example")) == "users_not_found"
    assert (await client.conversations_info(channel=BOARD))["channel"]["is_ext_shared"] is True


async def test_events_tell_the_organisation(sandbox: Sandbox, bot: FakeBot) -> None:
    add_guests(sandbox)
    sandbox.workspace.add_channel(BOARD, "board", [VISITOR], is_ext_shared=True)
    await sandbox.post_message(VISITOR, BOARD, f"<@{BOT_USER_ID}> 5.2 done")
    await sandbox.post_message(RM, BOARD, f"<@{BOT_USER_ID}> 5.2 done")
    foreign, own = bot.received
    assert foreign["is_ext_shared_channel"] is own["is_ext_shared_channel"] is True
    assert (foreign["event"]["user_team"], foreign["event"]["source_team"]) == ("T0OTHER", "T0OTHER")
    assert (own["event"]["team"], own["event"].get("user_team")) == ("T0SANDBOX", None)
    await sandbox.slash(VISITOR, BOARD, "mine")
    await sandbox.post_message(VISITOR, sandbox.dm_id(VISITOR), "hello")
    assert bot.received[-1]["is_ext_shared_channel"] is False


async def test_a_press_tells_the_organisation_of_who_pressed(
    client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot
) -> None:
    add_guests(sandbox)
    sandbox.workspace.add_channel(BOARD, "board", [VISITOR], is_ext_shared=True)
    press = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    ts = (
        await client.chat_postMessage(
            channel=BOARD, text="x", blocks=[{"type": "actions", "elements": [press]}]
        )
    )["ts"]
    await sandbox.press(VISITOR, BOARD, ts, "go")
    assert (bot.received[0]["user"]["team_id"], bot.received[0]["team"]["id"]) == ("T0OTHER", "T0SANDBOX")


async def test_everyone_page_by_page(client: AsyncWebClient, sandbox: Sandbox) -> None:
    add_guests(sandbox)
    for number in range(120):
        sandbox.workspace.add_user(f"U0P{number:03}", f"p{number}", "P", f"p{number}@c.example", "Etc/UTC")
    found, cursor = [], ""
    while True:
        page = await client.users_list(limit=50, cursor=cursor)
        found += [one["id"] for one in page["members"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert len(found) == len(set(found)) == len(sandbox.workspace.users)
    assert {GUEST, LEAVER, "U0P119"} <= set(found)
    members = await client.conversations_members(channel=BOARD, limit=2)
    rest = await client.conversations_members(
        channel=BOARD, cursor=members["response_metadata"]["next_cursor"]
    )
    assert [*members["members"], *rest["members"]] == sandbox.workspace.channels[BOARD].members


async def test_a_deactivated_account_gets_no_direct_message(client: AsyncWebClient) -> None:
    assert await code_of(client.conversations_open(users=[LEAVER])) == "user_disabled"
    assert await code_of(client.users_lookupByEmail(email="gone@council.example")) == "users_not_found"


def test_filling_again_keeps_what_somebody_is(sandbox: Sandbox) -> None:
    """The demo gives its people their names again after each import."""
    add_guests(sandbox)
    directory = sandbox.workspace.directory
    directory.deactivate(RM)
    directory.refresh_user(GUEST, "guest", "Guest of RM", "g@c.example", "Europe/London", title="Owner")
    directory.refresh_user(RM, "rm", "RM", "rm@c.example", "Europe/London")
    guest = sandbox.workspace.users[GUEST]
    assert (guest.tz, guest.is_restricted, guest.real_name) == ("America/New_York", True, "Guest of RM")
    assert sandbox.workspace.users[RM].deleted
    sandbox.workspace.channels[BOARD].members.remove(BOT_USER_ID)
    directory.add_members(BOARD, [GUEST, RM])
    assert sandbox.workspace.channels[BOARD].members == [RM, "U0JM", GUEST]
