"""The page's endpoint for conditions that stand: what it shows, changes and refuses."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.condition_switches import CHANNEL_SWITCHES, NOTICES, PERSON_SWITCHES, SWITCHES
from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.scopes import APP_SCOPES
from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import BOARD, JM, OTHER, RM
from tests.sandbox.errors import code_of
from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.pages import Page


def is_on(shown: Any, name: str, target: str = "") -> bool:
    targets = [one for group in shown["groups"] for one in group["targets"] if one["id"] == target]
    return any(name in one["on"] for one in targets)


async def test_every_scope_has_a_switch_but_that_of_the_command(page: Page) -> None:
    shown = await page.get("conditions")
    names = {one["name"] for group in shown["groups"] for one in group["switches"]}
    assert {each.removeprefix("scope ") for each in names if each.startswith("scope ")} == set(APP_SCOPES) - {
        "commands"
    }
    assert shown["standing"] == []


@pytest.mark.parametrize("name", sorted(SWITCHES))
async def test_each_switch_is_turned_on_and_off(
    page: Page, bot: FakeBot, sandbox: Sandbox, name: str
) -> None:
    target = next(
        (
            id_
            for id_, switches in ((BOARD, CHANNEL_SWITCHES), (JM, PERSON_SWITCHES))
            if SWITCHES[name] in switches
        ),
        "",
    )
    before = await page.get("conditions")
    assert not is_on(before, name, target)
    body = {"name": name, "on": True} | ({"target": target} if target else {})
    shown = await page.post("conditions", body)
    assert is_on(shown, name, target)
    assert len(shown["standing"]) == 1
    assert SWITCHES[name].state in shown["standing"][0]
    assert await page.post("conditions", body | {"on": False}) == before


async def test_putting_everything_right(
    client: AsyncWebClient, page: Page, bot: FakeBot, sandbox: Sandbox
) -> None:
    for switch, target in (
        ("token", None),
        ("limits", None),
        ("scope chat:write", None),
        ("removed", BOARD),
        ("renamed", BOARD),
        ("archived", BOARD),
        ("guest", RM),
        ("foreign", RM),
    ):
        await page.post("conditions", {"name": switch, "on": True, **({"target": target} if target else {})})
    shown = await page.get("conditions")
    assert len(shown["standing"]) == 8
    assert await code_of(client.auth_test()) == "token_revoked"
    shown = await page.post("conditions", {"clear": True})
    assert shown["standing"] == []
    assert (await client.chat_postMessage(channel="#board", text="x"))["ok"]
    assert not sandbox.workspace.users[RM].is_restricted
    assert BOT_USER_ID not in sandbox.workspace.channels[OTHER].members, "as it was before"
    assert sandbox.workspace.users["U0GONE"].deleted, "as it was before"


@pytest.mark.parametrize("name", sorted(NOTICES))
async def test_each_notice_reaches_the_bot(page: Page, bot: FakeBot, sandbox: Sandbox, name: str) -> None:
    await page.post("conditions", {"notice": name, "target": RM})
    assert page.status == 200
    kind = sandbox.last_delivery.payload.get("event", sandbox.last_delivery.payload)["type"]
    assert (
        kind
        == {
            "app-rate-limited": "app_rate_limited",
            "slackbot": "message",
            "user-token": "tokens_revoked",
        }[name]
    )


async def test_a_timezone_is_set(page: Page, bot: FakeBot, sandbox: Sandbox) -> None:
    shown = await page.post("conditions", {"timezone": "Asia/Tokyo", "target": JM})
    person = next(one for one in shown["groups"][-1]["targets"] if one["id"] == JM)
    assert person["tz"] == sandbox.workspace.users[JM].tz == "Asia/Tokyo"
    assert bot.received[-1]["event"]["user"]["tz"] == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "gravity", "on": True}, 404),
        ({"name": "removed", "on": True, "target": "C0NOWHERE"}, 404),
        ({"name": "removed", "on": True}, 404),
        ({"name": "guest", "on": True, "target": BOT_USER_ID}, 404),
        ({"name": "token", "on": "yes"}, 400),
        ({"name": "token"}, 400),
        ({"notice": "flood"}, 404),
        ({"notice": "slackbot", "target": "U0NOBODY"}, 404),
        ({"timezone": "Mars/Olympus", "target": RM}, 404),
        ({"timezone": "Asia/Tokyo", "target": "U0NOBODY"}, 404),
        ({"target": 5}, 400),
        ({}, 400),
    ],
)
async def test_what_is_refused(page: Page, bot: FakeBot, body: dict[str, Any], status: int) -> None:
    before = await page.get("conditions")
    assert "error" in await page.post("conditions", body)
    assert page.status == status
    assert await page.get("conditions") == before


async def test_another_site_changes_nothing(page: Page, sandbox: Sandbox) -> None:
    body = {"name": "token", "on": True}
    for headers in ({"Origin": "https://evil.example"}, {"X-Sandbox": ""}, {"Host": "evil.example"}):
        await page.post("conditions", body, **headers)
        assert page.status == 403
    await page.get("conditions", Host="evil.example")
    assert page.status == 403
    assert sandbox.workspace.conditions.record.token_error == ""
