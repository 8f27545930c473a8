"""What the page is shown of the wire, and that no secret is in it however hard one tries."""

import base64
import json
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.exchange_parser import format_json, parse_fields
from bot.sandbox.redaction import Redactor
from bot.sandbox.server import Sandbox
from bot.sandbox.traffic import MAX_EXCHANGES
from tests.fixtures.sandbox import APP_TOKEN, BOARD, RM, SECRET, TOKEN
from tests.sandbox.fake_bot import FakeBot
from tests.sandbox.pages import Page


def fill(sandbox: Sandbox, count: int) -> None:
    for n in range(count):
        sandbox.traffic.record("to the bot", ("POST", f"/{n}", {}, ""), (200, {}, ""), 0.001)


async def test_each_exchange_is_returned_once(
    client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot, page: Page
) -> None:
    bot.answers["/cip"] = "Nothing is at risk."
    await client.chat_postMessage(channel=BOARD, text="hello")
    first = await page.get("wire")
    assert [one["title"] for one in first["exchanges"]] == ["chat.postMessage"]
    await sandbox.slash(RM, BOARD, "at-risk")
    second = await page.get(f"wire?after={first['latest']}")
    titles = {one["title"] for one in second["exchanges"]}
    assert "/cip at-risk" in titles
    command = next(one for one in second["exchanges"] if one["direction"] == "to the bot")
    assert (command["method"], command["path"], command["status"]) == ("POST", "/slack/events", 200)
    assert command["response"] == "Nothing is at risk."
    assert command["milliseconds"] >= 0
    assert json.loads(command["readable"])["text"] == "at-risk"
    assert (second["more"], second["missed"]) == (False, False)
    again = await page.get(f"wire?after={second['latest']}")
    assert (again["exchanges"], again["latest"]) == ([], second["latest"])


async def test_it_is_bounded(sandbox: Sandbox, page: Page) -> None:
    fill(sandbox, MAX_EXCHANGES + 10)
    found = await page.get("wire?after=3")
    assert (len(found["exchanges"]), found["more"], found["missed"]) == (200, True, True)
    assert [one["n"] for one in found["exchanges"][:2]] == [11, 12]
    sandbox.traffic.record("to the bot", ("POST", "/big", {}, "x" * 900_000), (200, {}, "y" * 900_000), 0)
    (big,) = (await page.get(f"wire?after={MAX_EXCHANGES + 10}"))["exchanges"]
    assert (len(big["body"]), len(big["response"])) == (20_000, 20_000)
    assert (await page.post("wire/clear", {}))["ok"]
    assert (await page.get("wire"))["exchanges"] == []
    assert "whole number" in (await page.get("wire?after=-1"))["error"]


async def test_a_press_a_form_and_an_event_are_named(sandbox: Sandbox) -> None:
    wire = sandbox.traffic
    for payload in ({"actions": [{"action_id": "run:0"}]}, {"view": {"callback_id": "why"}}):
        body = urlencode({"payload": json.dumps(payload)})
        wire.record("to the bot", ("POST", "/slack/events", {}, body), (200, {}, ""), 0)
    event = json.dumps({"event": {"type": "message"}})
    wire.record("to the bot", ("POST", "/slack/events", {}, event), (200, {}, ""), 0)
    wire.record("to the bot", ("POST", "/slack/events", {}, "{broken"), (200, {}, ""), 0)
    assert [one.title for one in wire.exchanges()] == ["button run:0", "form why", "message", "/slack/events"]
    assert format_json("{broken") == ""
    assert parse_fields("a=%7Bbroken") == {"a": "{broken"}


async def test_response_urls_and_files_are_on_the_wire(
    client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot
) -> None:
    await sandbox.slash(RM, BOARD, "help")
    url = bot.received[0]["response_url"]
    async with aiohttp.ClientSession() as session:
        await session.post(url, json={"text": "later"})
        await client.files_upload_v2(channel=BOARD, content=b"\xff\xfe\x00", filename="a.bin")
    found = {one.title: one for one in sandbox.traffic.exchanges()}
    assert found["answer by response url"].status == 200
    assert found["file upload"].body.endswith("bytes)")
    assert url.rpartition("/")[2] not in repr(sandbox.traffic.exchanges())


# Ways a token may be written into a request or an answer.
ENCODINGS = (
    str,
    str.upper,
    quote_plus,
    lambda text: quote(text, safe=""),
    lambda text: json.dumps({"token": text}),
    lambda text: urlencode({"payload": json.dumps({"token": text})}),
    lambda text: f"Bearer {text}",
    lambda text: f"authorization=Bearer%20{text}",
    lambda text: text.replace("-", "%2D"),
    lambda text: text.replace("-", "%2d"),
    lambda text: text.replace("-", "\\u002d"),
    lambda text: f"{'x' * 59_990}{text}",
    lambda text: f"{'x' * 19_995}{text}",
    lambda text: f"{text}{text}",
    lambda text: f"<{text}|{text}>",
)
OTHER_TOKENS = ("xoxp-1234-abcdEFGH", "xoxe.xoxb-1-MjAyNg", "xapp-1-A0-123-abc", "xoxs-9-zzz")


@pytest.mark.parametrize("disguise", ENCODINGS)
@pytest.mark.parametrize("secret", [TOKEN, SECRET, APP_TOKEN, *OTHER_TOKENS])
async def test_no_secret_is_shown_however_it_is_written(
    sandbox: Sandbox, page: Page, secret: str, disguise: Any
) -> None:
    said = disguise(secret)
    headers = {"Authorization": said, "X-Slack-Signature": said, "Cookie": said, "X-Other": said}
    sandbox.traffic.record("to the bot", ("POST", f"/x?q={said}", headers, said), (200, headers, said), 0)
    sandbox.traffic.record("from the bot", ("POST", f"/x?q={said}", headers, said), (200, headers, said), 0)
    shown = json.dumps(await page.get("wire"), ensure_ascii=False).casefold()
    assert secret.casefold() not in shown
    if secret in OTHER_TOKENS:
        assert secret.partition("-")[2].casefold() not in shown


async def test_a_signature_in_a_body_is_masked(sandbox: Sandbox) -> None:
    signature = "v0=" + "ab" * 32
    sandbox.traffic.record("from the bot", ("POST", "/x", {}, signature), (200, {}, quote(signature)), 0)
    assert "abab" not in repr(sandbox.traffic.exchanges())


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_known_secret_never_comes_through(before: str, after: str) -> None:
    secret = "f00dfeed" * 4
    shown = Redactor((secret, "")).redact_text(f"{before}{secret}{after}")
    assert secret not in shown
    assert Redactor(("",)).redact_text(before) == Redactor(()).redact_text(before)


def test_what_is_no_secret_stays() -> None:
    words = "update 5.2 in-progress, see /sandbox/help and xox (the letters); Bearer of news"
    assert (
        Redactor((SECRET,)).redact_text("update 5.2 in-progress, see /sandbox/help and xox (the letters)")
        in words
    )
    assert Redactor((base64.b64encode(b"key").decode(),)).redact_text("a+b/c") == "a+b/c"
