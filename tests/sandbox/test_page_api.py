import asyncio
import base64
import json
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import ARCHIVED, BOARD, JM, PRIVATE, RM, TOKEN, FakeTimeTravel, FixedClock
from tests.sandbox.blocks import actions, button, field, home, modal, section, select
from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.pages import Page


async def test_what_a_person_sees(client: AsyncWebClient, sandbox: Sandbox, page: Page) -> None:
    await client.chat_postMessage(channel=BOARD, text="digest")
    state = await page.get(f"state?user={RM}")
    assert state["me"] == {
        "id": RM,
        "name": "rm",
        "real_name": "RM Manager",
        "title": "Owner",
        "deleted": False,
        "tz": "Europe/London",
    }
    assert {one["id"] for one in state["users"]} == {RM, JM, "U0GONE"}
    assert (state["channels"][0]["name"], state["channels"][0]["unread"]) == ("board", 1)
    assert PRIVATE not in [one["id"] for one in state["channels"]]
    assert [(one["id"], one["name"], one["user_id"]) for one in state["dms"]] == [
        (sandbox.dm_id(RM), "cip", "U0CIPBOT")
    ]
    assert state["clock"]["now_words"] == "Monday 6 April 2026, 9:00am"
    assert state["clock"]["upcoming"][0]["words"] == "weekly digest"
    assert state["clock"]["upcoming"][0]["at_words"] == "Monday 6 April 2026, 10:00am"
    assert state["bot"] == {"user_id": "U0CIPBOT", "name": "cip"}
    assert (await page.get("state"))["me"]["id"] == RM
    assert await page.get("state?user=U0NOBODY") == {"error": "There is no such person in this workspace."}
    assert page.status == 404


async def test_a_conversation_is_read_by_looking(
    client: AsyncWebClient, sandbox: Sandbox, page: Page, clock: FixedClock
) -> None:
    sandbox.conditions.grant_scope("reactions:write")
    sent = await client.chat_postMessage(channel=BOARD, text="digest", blocks=[section()])
    await client.chat_postMessage(channel=BOARD, text="details", thread_ts=sent["ts"])
    await client.chat_postEphemeral(channel=BOARD, user=RM, text="only you")
    await client.reactions_add(channel=BOARD, timestamp=sent["ts"], name="eyes")
    shown = await page.get(f"conversations/{BOARD}?user={RM}")
    digest, private = shown["messages"]
    assert (digest["text"], digest["reply_count"], digest["is_bot"]) == ("digest", 1, True)
    assert digest["reactions"] == [{"name": "eyes", "count": 1}]
    assert (digest["time_words"], digest["user_name"], digest["edited"]) == ("9:00am", "cip", False)
    assert digest["blocks"][0]["type"] == "section"
    assert (private["text"], private["ephemeral"]) == ("only you", True)
    assert (await page.get(f"state?user={RM}"))["channels"][0]["unread"] == 0
    assert (await page.get(f"state?user={JM}"))["channels"][0]["unread"] == 2
    thread = await page.get(f"threads/{BOARD}/{sent['ts']}?user={RM}")
    assert [one["text"] for one in thread["messages"]] == ["digest", "details"]
    clock.moment = clock.moment.replace(day=8, hour=14)
    again = await page.get(f"conversations/{BOARD}?user={RM}")
    assert again["messages"][0]["time_words"] == "Monday 6 April 2026, 9:00am"


async def test_a_conversation_returns_what_changed(client: AsyncWebClient, page: Page) -> None:
    first, second = [(await client.chat_postMessage(channel=BOARD, text=text))["ts"] for text in "ab"]
    path = f"conversations/{BOARD}?user={RM}"
    whole = await page.get(path)
    assert [one["ts"] for one in whole["messages"]] == whole["order"] == [first, second]
    assert (await page.get(f"{path}&since={whole['version']}"))["messages"] == []
    await client.chat_postMessage(channel=BOARD, text="a reply", thread_ts=first)
    third = (await client.chat_postMessage(channel=BOARD, text="c"))["ts"]
    await client.chat_delete(channel=BOARD, ts=second)
    news = await page.get(f"{path}&since={whole['version']}")
    assert [(one["ts"], one["reply_count"]) for one in news["messages"]] == [(first, 1), (third, 0)]
    assert news["order"] == [first, third]
    for unknown in ("another.1", "nonsense", whole["version"].partition(".")[0]):
        assert len((await page.get(f"{path}&since={unknown}"))["messages"]) == 2


async def test_only_ones_own_conversations(page: Page) -> None:
    assert "error" in await page.get(f"conversations/{PRIVATE}?user={RM}")
    assert page.status == 404
    assert "error" in await page.get(f"threads/{BOARD}/1.0?user={RM}")
    assert page.status == 404


async def test_saying_something(sandbox: Sandbox, bot: FakeBot, page: Page) -> None:
    bot.answers["/cip"] = "Done"
    answer = await page.post("say", {"user": RM, "channel": BOARD, "text": " /cip link @jm <b> & #board "})
    assert answer == {"ok": True, "failure": ""}
    assert bot.received[0]["text"] == "link <@U0JM|jm> &lt;b&gt; &amp; <#C0BOARD|board>"
    await page.post("say", {"user": RM, "channel": BOARD, "text": "hello @nobody, mail a@jm.example"})
    mailed = "hello @nobody, mail <mailto:a@jm.example|a@jm.example>"
    assert sandbox.visible_messages(RM, BOARD)[-1].text == mailed
    await page.post("say", {"user": RM, "channel": BOARD, "text": "/shrug"})
    assert sandbox.visible_messages(RM, BOARD)[-1].text == "/shrug is not a command here. Try /cip help"
    assert sandbox.visible_messages(JM, BOARD)[-1].text == mailed
    for wrong in (
        {"user": RM, "channel": BOARD, "text": "  "},
        {"user": RM, "channel": ARCHIVED, "text": "x"},
        {"user": RM, "channel": PRIVATE, "text": "x"},
        {"user": RM, "channel": BOARD},
        {"user": "U0NOBODY", "channel": BOARD, "text": "x"},
    ):
        assert "error" in await page.post("say", wrong)
        assert page.status in (400, 404, 409)


async def test_pressing(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot, page: Page) -> None:
    blocks = [actions(button("update"), select("pick", "x", "y"), block_id="b")]
    ts = (await client.chat_postMessage(channel=BOARD, text="x", blocks=blocks))["ts"]
    bot.views["update"] = modal(field("note"), field("rag", select("rag", "red")), actions(button("in-form")))
    where = {"user": RM, "channel": BOARD, "ts": ts, "block_id": "b"}
    await page.post("press", {**where, "action_id": "pick", "selected_option": {"value": "y"}})
    assert bot.received[0]["actions"][0]["selected_option"]["value"] == "y"
    await page.post("press", {**where, "action_id": "update"})
    view = await page.get(f"view?user={RM}")
    assert (view["title"]["text"], view["errors"]) == ("Update", {})
    assert await page.get(f"view?user={JM}") is None
    typed = {"note": {"note": "half a sen"}}
    await page.post("press", {"user": RM, "view_id": view["id"], "action_id": "in-form", "values": typed})
    assert bot.received[-1]["view"]["state"]["values"]["note"]["note"]["value"] == "half a sen"
    assert "error" in await page.post("press", {**where, "action_id": "gone"})
    assert page.status == 409
    form = {"user": RM, "view_id": view["id"]}
    missing = await page.post("submit", {**form, "values": {}})
    assert (missing["ok"], missing["errors"]) == (False, {"rag": "Please complete this required field."})
    bot.answers["form"] = {"response_action": "errors", "errors": {"note": "Say more."}}
    wrong = await page.post("submit", {**form, "values": {"rag": "red"}})
    assert (wrong["ok"], wrong["errors"]) == (False, {"note": "Say more."})
    assert wrong["view"]["errors"] == {"note": "Say more."}
    del bot.answers["form"]
    assert await page.post("submit", {**form, "values": {}}) == {"ok": True, "errors": {}, "view": None}
    assert "error" in await page.post("submit", {**form, "values": {}})
    assert page.status == 409


async def test_a_form_the_bot_does_not_answer(client: AsyncWebClient, sandbox: Sandbox, page: Page) -> None:
    await client.views_open(trigger_id=sandbox.workspace.triggers.issue(RM), view=modal())
    view = await page.get(f"view?user={RM}")
    sandbox.settings.events_url = "http://127.0.0.1:9/slack/events"
    form = {"user": RM, "view_id": view["id"]}
    answer = await page.post("submit", {**form, "values": {"note": "x"}})
    assert (answer["ok"], answer["error"]) == (False, "We had some trouble connecting. Try again?")
    assert "error" in await page.post("submit", {**form, "values": {"nowhere": "x"}})
    assert (await page.post("close-view", form))["ok"]
    assert (await page.post("close-view", form))["ok"]
    assert await page.get(f"view?user={RM}") is None


async def test_the_home_tab(client: AsyncWebClient, bot: FakeBot, page: Page) -> None:
    assert await page.get(f"home?user={RM}") is None
    assert (await page.post("open-home", {"user": RM}))["ok"]
    assert bot.received[0]["event"]["type"] == "app_home_opened"
    await client.views_publish(user_id=RM, view=home())
    assert (await page.get(f"home?user={RM}"))["blocks"][0]["type"] == "section"


async def test_moving_the_clock_and_starting_again(page: Page, time: FakeTimeTravel) -> None:
    assert await page.post("clock", {"to": "next-monday"}) == {"words": "A day went by."}
    assert time.moves == ["next-monday"]
    assert "error" in await page.post("clock", {"to": "1066"})
    assert (await page.post("reset", {}))["ok"]
    assert time.fresh_starts == 1


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::2]", "[::1", "a:b:c"])
async def test_other_hosts_are_refused(page: Page, host: str) -> None:
    assert "only on this machine" in (await page.get(f"state?user={RM}", Host=host))["error"]
    assert page.status == 403


async def test_other_sites_are_refused(page: Page, sandbox: Sandbox) -> None:
    say = {"user": RM, "channel": BOARD, "text": "x"}
    for origin in ("https://evil.example", "null", "http://localhost.evil.example"):
        await page.post("say", say, Origin=origin)
        assert page.status == 403
    await page.post("say", say, **{"X-Sandbox": ""})
    assert page.status == 403
    assert sandbox.visible_messages(RM, BOARD) == []
    await page.get("state", Host="localhost:3000", Origin="http://[::1]:3000")
    assert page.status == 200


async def test_bodies_that_cannot_be_read(page: Page) -> None:
    for body in (["x"], "x" * 600_000, {"user": RM, "text": "x" * 2_000_000}):
        assert "error" in await page.post("say", body)
        assert page.status in (400, 413)
    url, headers = f"{page.base}/sandbox/say", {"X-Sandbox": "1"}
    async with page.session.post(url, data=b"{nonsense", headers=headers) as answer:
        assert answer.status == 400


async def test_every_answer_is_guarded(page: Page) -> None:
    async with page.session.get(f"{page.base}/sandbox/state") as answer:
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_news_comes_as_it_happens(client: AsyncWebClient, sandbox: Sandbox, page: Page) -> None:
    news: list[Any] = []
    async with page.session.get(f"{page.base}/sandbox/events?user={RM}") as stream:
        assert stream.content_type == "text/event-stream"
        assert await stream.content.readline() == b": hello\n"
        await client.chat_postEphemeral(channel=BOARD, user=JM, text="not for RM")
        await client.chat_postMessage(channel=BOARD, text="for all")
        await client.chat_postMessage(channel=JM, text="not for RM")
        await client.views_open(trigger_id=sandbox.workspace.triggers.issue(RM), view=modal())
        await page.post("clock", {"to": "day"})
        async with asyncio.timeout(60):
            while len(news) < 3:
                line = await stream.content.readline()
                event = json.loads(line.removeprefix(b"data: ")) if line.startswith(b"data: ") else {}
                # What went over the wire arrives a moment later, throttled.
                news += [event] if event and event["type"] != "wire" else []
        sandbox.workspace.feed.close()
        async with asyncio.timeout(60):
            await stream.content.read()
    assert news == [{"type": "changed", "channel": BOARD}, {"type": "view"}, {"type": "clock"}]


async def test_a_page_that_stops_reading_loses_the_oldest_news(sandbox: Sandbox) -> None:
    feed = sandbox.workspace.feed
    with feed.subscribe(RM) as news:
        for n in range(250):
            feed.publish({"type": "changed", "channel": f"C{n}"})
        assert news.qsize() == 200
        assert news.get_nowait() == {"type": "changed", "channel": "C50"}
    feed.close()
    with feed.subscribe(RM) as late:
        assert late.get_nowait() is None


async def test_a_quiet_line_is_kept_open(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sandbox.page_api.state._KEEP_ALIVE_SECONDS", 0.01)
    async with page.session.get(f"{page.base}/sandbox/events?user={RM}") as stream:
        lines = [await stream.content.readline() for _ in range(3)]
    assert lines == [b": hello\n", b"\n", b": still here\n"]


async def test_a_file_in_a_form(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot, page: Page) -> None:
    plan = field("plan", {"type": "file_input", "action_id": "plan", "filetypes": ["xlsx"]})
    await client.views_open(trigger_id=sandbox.workspace.triggers.issue(RM), view=modal(plan))
    view = await page.get(f"view?user={RM}")
    content = bytes(range(256)) * 12_000
    form = {"user": RM, "view_id": view["id"]}

    async def send(*files: Any) -> Any:
        state = {"type": "file_input", "files": list(files)}
        return await page.post("submit", {**form, "values": {"plan": {"plan": state}}})

    assert "could not be read" in (await send({"name": "a plan.xlsx", "content": "no base64!"}))["error"]
    assert "could not be read" in (await send("words"))["error"]
    assert "could not be read" in (await page.post("submit", {**form, "values": ["x"]}))["error"]
    assert (await send())["errors"] == {"plan": "Please complete this required field."}
    sent = {"name": "a plan.xlsx", "content": base64.b64encode(content).decode()}
    assert (await send(sent))["ok"]
    heard = bot.received[0]["view"]["state"]["values"]["plan"]["plan"]["files"][0]
    assert (heard["name"], heard["filetype"], heard["size"], heard["user"]) == (
        "a plan.xlsx",
        "xlsx",
        len(content),
        RM,
    )
    async with page.session.get(
        heard["url_private_download"], headers={"Authorization": f"Bearer {TOKEN}"}
    ) as answer:
        assert await answer.read() == content


async def test_a_shortcut_of_a_message_that_is_gone_says_so(sandbox: Sandbox, page: Page) -> None:
    chosen = {"user": RM, "channel": BOARD, "ts": "1.1", "callback_id": "use_as_update"}
    answer = await page.post("shortcut", chosen)
    assert answer == {"error": "That message is no longer there."}
    assert page.status == 409
