"""The page's requests about time, faults and files, and who may make them."""

import asyncio
import base64
import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import ARCHIVED, BOARD, OTHER, RM, TOKEN, FakeTimeTravel
from tests.sandbox.errors import code_of
from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.pages import Page

POSTS = (
    "say", "press", "submit", "close-view", "open-home", "upload", "clock", "play", "play/stop", "reset",
    "faults", "wire/clear",
)  # fmt: skip
GETS = (
    "state",
    "hints",
    "used-buttons",
    "conversations/C0BOARD",
    "view",
    "home",
    "events",
    "wire",
    "faults",
    "files/F0/a.csv",
)


async def test_to_a_date(page: Page, time: FakeTimeTravel) -> None:
    words = await page.post("clock", {"to": "date", "date": "2026-05-01"})
    assert words == {"words": "It is now 2026-05-01."}
    assert "only goes forward" in (await page.post("clock", {"to": "date", "date": "2026-05-01"}))["error"]
    assert page.status == 400
    for wrong in ("1 May", "2026-02-30", "", None, 7):
        assert "not a date" in (await page.post("clock", {"to": "date", "date": wrong}))["error"]
    assert (await page.post("clock", {"to": "next-event"}))["words"]
    assert time.moves == ["next-event"]


async def test_playing_a_quarter(page: Page) -> None:
    assert (await page.get("state"))["clock"]["playing"] is None
    started = await page.post("play", {})
    assert (page.status, started["weeks"]) == (202, 13)
    assert (await page.get("state"))["clock"]["playing"]["type"] == "playing"
    assert "moving already" in (await page.post("play", {"weeks": 2}))["error"]
    assert page.status == 409
    assert (await page.post("play/stop", {}))["words"] == "Stopped."
    assert (await page.post("play/stop", {})) == {"ok": True, "words": ""}
    for weeks in (0, 14, "2", True, 1.5):
        assert "from 1 to 13" in (await page.post("play", {"weeks": weeks}))["error"]


async def test_nobody_acts_while_it_starts_again(page: Page, time: FakeTimeTravel) -> None:
    time.is_resetting = True
    said = await page.post("say", {"user": RM, "channel": BOARD, "text": "hello"})
    assert "starting again" in said["error"]
    assert page.status == 409
    await page.get("state")
    assert page.status == 200


async def test_faults_are_switched_on_and_used_up(
    client: AsyncWebClient, sandbox: Sandbox, page: Page
) -> None:
    kinds = {one["kind"] for one in (await page.get("faults"))["kinds"]}
    assert kinds == {
        *("rate-limit", "endless-wait", "odd-wait", "time-out", "fail", "refuse-channel", "deliver-twice")
    }
    await page.post("faults", {"kind": "refuse-channel", "times": 2})
    await page.post("faults", {"kind": "fail"})
    assert [(one["kind"], one["left"]) for one in (await page.get("faults"))["armed"]] == [
        ("fail", 1),
        ("refuse-channel", 2),
    ]
    assert await code_of(client.auth_test()) == "internal_error"
    assert (await client.chat_postMessage(channel=sandbox.dm_id(RM), text="to one person"))["ok"]
    assert await code_of(client.chat_postMessage(channel=BOARD, text="x")) == "not_in_channel"
    assert (await page.get("faults"))["armed"][0]["left"] == 1
    assert (await page.post("faults", {"disarm": "refuse-channel"}))["armed"] == []
    assert (await client.chat_postMessage(channel=BOARD, text="x"))["ok"]
    await page.post("faults", {"kind": "rate-limit", "times": 3})
    assert await code_of(client.chat_postMessage(channel=BOARD, text="x")) == "ratelimited"
    assert (await page.post("faults", {"clear": True}))["armed"] == []
    for wrong in ({"kind": "gremlin"}, {"kind": "fail", "times": 21}, {}, {"kind": "fail", "times": "x"}):
        assert "error" in await page.post("faults", wrong)
        assert page.status == 400


async def test_time_out_and_deliver_twice(
    client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot, page: Page
) -> None:
    client.retry_handlers.clear()
    client.timeout = 1
    await page.post("faults", {"kind": "time-out"})
    with pytest.raises(TimeoutError):
        await client.chat_postMessage(channel=BOARD, text="posted")
    assert sandbox.visible_messages(RM, BOARD)[-1].text == "posted"
    await page.post("faults", {"kind": "deliver-twice"})
    await page.post("say", {"user": RM, "channel": BOARD, "text": "/cip help"})
    assert [one["text"] for one in bot.received] == ["help", "help"]
    assert (await page.get("faults"))["armed"] == []


async def test_a_dropped_file_reaches_the_bot(sandbox: Sandbox, bot: FakeBot, page: Page) -> None:
    form = aiohttp.FormData({"user": RM, "text": "the new plan"}, quote_fields=False)
    form.add_field("file", b"Ref,Action\n1.1,Do it\n", filename="C:\\plans\\april.csv")
    url = f"{page.base}/sandbox/upload"
    async with page.session.post(url, data=form, headers={"X-Sandbox": "1"}) as response:
        answer = await response.json()
    assert (answer["ok"], answer["heard"], answer["channel"]) == (True, True, sandbox.dm_id(RM))
    shared, message = (one["event"] for one in bot.received)
    assert (shared["type"], shared["file_id"]) == ("file_shared", message["files"][0]["id"])
    assert (message["subtype"], message["text"], message["channel_type"]) == (
        "file_share",
        "the new plan",
        "im",
    )
    (file,) = message["files"]
    assert (file["name"], file["filetype"], file["size"]) == ("april.csv", "csv", 21)
    async with page.session.get(file["url_private"], headers={"Authorization": f"Bearer {TOKEN}"}) as found:
        assert await found.read() == b"Ref,Action\n1.1,Do it\n"
    assert (await page.get(f"conversations/{answer['channel']}?user={RM}"))["messages"][0]["files"] == [file]


async def test_a_file_is_shown_to_the_bot_and_the_page_alone(page: Page) -> None:
    answer = await page.post("upload", {"user": RM, "name": "a.csv", "content": "eA=="})
    message = (await page.get(f"conversations/{answer['channel']}?user={RM}"))["messages"][0]
    for headers, kind in (
        ({}, "text/html"),
        ({"Authorization": "Bearer xoxb-wrong", "Sec-Fetch-Site": "same-origin"}, "text/html"),
        ({"Sec-Fetch-Site": "cross-site"}, "text/html"),
        ({"Sec-Fetch-Site": "same-origin"}, "application/octet-stream"),
    ):
        async with page.session.get(message["files"][0]["url_private"], headers=headers) as answer:
            assert answer.content_type == kind


async def test_a_file_where_the_bot_does_not_listen(page: Page, bot: FakeBot) -> None:
    content = base64.b64encode(b"x").decode()
    answer = await page.post("upload", {"user": RM, "channel": OTHER, "name": "a.csv", "content": content})
    assert (answer["ok"], answer["heard"], answer["channel"]) == (True, False, OTHER)
    assert bot.received == []


async def test_files_that_cannot_be_taken(page: Page) -> None:
    good: dict[str, Any] = {"user": RM, "name": "a.csv", "content": "eA=="}
    wrong = (
        ({"content": "not base64!"}, "could not be read"),
        ({"content": ""}, "empty"),
        ({"name": " / "}, "no name"),
        ({"channel": ARCHIVED}, "archived"),
        ({"channel": "C0NOWHERE"}, "not in a conversation"),
        ({"user": "U0NOBODY"}, "no such person"),
        ({"content": "eHh4" * 3_600_000}, "10 MB"),
    )
    for change, words in wrong:
        assert words in (await page.post("upload", {**good, **change}))["error"]
    url, headers = f"{page.base}/sandbox/upload", {"X-Sandbox": "1"}
    for data, words in ((b"x" * (11 * 1024 * 1024), "10 MB"), (None, "no file")):
        form = aiohttp.FormData({"user": RM}, default_to_multipart=True)
        if data is not None:
            form.add_field("file", data, filename="big.xlsx")
        async with page.session.post(url, data=form, headers=headers) as answer:
            assert words in (await answer.json())["error"]


async def test_hints_are_for_one_person(page: Page) -> None:
    found = await page.get(f"hints?user={RM}")
    assert (found["command"], found["refs"]) == ("/cip", [{"ref": "5.2", "mine": True}])
    assert [one["name"] for one in found["people"]] == ["rm", "jm"]


async def test_used_buttons_are_those_of_the_values_that_were_asked_about(
    page: Page, time: FakeTimeTravel
) -> None:
    time.used.update({"undo 1", "undo 3"})
    found = await page.get(f"used-buttons?user={RM}&value=undo%201&value=undo%202")
    assert found == {"used": ["undo 1"]}
    assert await page.get(f"used-buttons?user={RM}") == {"used": []}


async def test_traffic_events_are_throttled(client: AsyncWebClient, page: Page) -> None:
    news: list[dict[str, Any]] = []
    async with page.session.get(f"{page.base}/sandbox/events?user={RM}") as stream:
        await stream.content.readline()
        for _ in range(5):
            await client.auth_test()
        await page.post("faults", {"kind": "fail"})
        async with asyncio.timeout(60):
            while len(news) < 2:
                line = await stream.content.readline()
                news += [json.loads(line.removeprefix(b"data: "))] if line.startswith(b"data: ") else []
    assert sorted(news, key=lambda one: one["type"]) == [
        {"type": "faults"},
        {"type": "wire", "latest": 5},
    ]


@pytest.mark.parametrize("path", POSTS)
async def test_every_post_is_the_pages_own(page: Page, path: str) -> None:
    for headers in ({"X-Sandbox": ""}, {"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        assert set(await page.post(path, {"user": RM}, **headers)) == {"error"}
        assert page.status == 403


@pytest.mark.parametrize("path", GETS)
async def test_every_get_is_for_this_machine(page: Page, path: str) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        async with page.session.get(f"{page.base}/sandbox/{path}", headers=headers) as answer:
            assert answer.status == 403
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
