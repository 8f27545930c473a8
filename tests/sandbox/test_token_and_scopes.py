"""A token that is revoked, and scopes that the app lacks: refused as Slack refuses, until put right."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.entities import Json
from bot.sandbox.files import store_file
from bot.sandbox.scopes import (
    APP_SCOPES,
    CONVERSATION_METHODS,
    EVENT_SCOPES,
    LISTING_METHODS,
    METHOD_SCOPES,
    SCOPELESS_METHODS,
)
from bot.sandbox.server import Sandbox
from bot.sandbox.web_api.dispatch import METHODS
from tests.fixtures.sandbox import BOARD, PRIVATE, RM, TOKEN, client_of
from tests.paths import ROOT
from tests.sandbox.errors import code_of
from tests.sandbox.fake_bot import FakeBot

Call = Callable[[AsyncWebClient], Awaitable[Any]]


async def answer_of(call: Awaitable[Any]) -> Any:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


def manifest_text() -> str:
    return (ROOT / "docs" / "slack-manifest.yaml").read_text(encoding="utf-8")


def test_the_scopes_are_those_of_the_manifest() -> None:
    lists = manifest_text().partition("\n  scopes:\n")[2].partition("\nsettings:")[0]
    assert set(re.findall(r"^ +- ([\w.:]+)", lists, re.MULTILINE)) == set(APP_SCOPES)


def test_the_app_has_the_scope_of_each_event_in_the_manifest() -> None:
    listed = re.search(r"bot_events: *(\[.*?\]|(?:\n +- [^\n]*)+)", manifest_text(), re.DOTALL)
    assert listed is not None
    events = re.findall(r"[a-z][a-z_.]+", re.sub(r"#.*", "", listed[1]))
    assert "message.im" in events
    assert set(events) <= set(EVENT_SCOPES)
    assert {EVENT_SCOPES[each] for each in events} - {""} <= set(APP_SCOPES)


def test_each_method_is_in_the_table_of_scopes() -> None:
    tables = [set(METHOD_SCOPES), set(SCOPELESS_METHODS), set(CONVERSATION_METHODS), set(LISTING_METHODS)]
    assert set().union(*tables) == set(METHODS)
    assert sum(map(len, tables)) == len(METHODS), "each in one of them"


@pytest.mark.parametrize("error", ["token_revoked", "invalid_auth", "account_inactive"])
async def test_a_revoked_token_stays_refused_until_it_is_renewed(sandbox: Sandbox, error: str) -> None:
    client = client_of(sandbox)
    sandbox.conditions.revoke_token(error)
    calls: list[Call] = [
        lambda client: client.auth_test(),
        lambda client: client.chat_postMessage(channel=BOARD, text="x"),
        lambda client: client.conversations_info(channel=BOARD),
        lambda client: client.users_lookupByEmail(email="rm@council.example"),
        lambda client: client.files_getUploadURLExternal(filename="x", length=1),
    ]
    for call in calls * 2:
        refused = await answer_of(call(client))
        assert (refused.status_code, refused["ok"], refused["error"]) == (200, False, error)
    assert sandbox.visible_messages(RM, BOARD) == []
    sandbox.conditions.renew_token()
    assert (await client.chat_postMessage(channel=BOARD, text="x"))["ok"]


async def test_a_new_token_takes_the_place_of_the_old_one(sandbox: Sandbox) -> None:
    sandbox.conditions.revoke_token()
    sandbox.conditions.renew_token("xoxb-renewed")
    assert await code_of(client_of(sandbox).auth_test()) == "invalid_auth"
    assert (await client_of(sandbox, "xoxb-renewed").auth_test())["user_id"] == BOT_USER_ID


async def test_socket_mode_has_a_token_of_its_own(sandbox: Sandbox) -> None:
    sandbox.conditions.revoke_token()
    client = client_of(sandbox)
    assert (await client.apps_connections_open(app_token="xapp-test"))["url"].startswith("ws://")


async def test_every_answer_names_the_scopes(client: AsyncWebClient, sandbox: Sandbox) -> None:
    answer = await client.auth_test()
    assert answer.headers["x-oauth-scopes"].split(",") == sorted(APP_SCOPES)
    assert "x-accepted-oauth-scopes" not in answer.headers
    sandbox.conditions.remove_scope("files:write", "channels:history")
    assert (await client.auth_test()).headers["x-oauth-scopes"].split(",") == sorted(
        set(APP_SCOPES) - {"files:write", "channels:history"}
    )
    posted = await client.chat_postMessage(channel=BOARD, text="x")
    assert posted.headers["x-accepted-oauth-scopes"] == "chat:write"
    refused = await answer_of(client.chat_postMessage(channel="C0NOWHERE", text="x"))
    assert "chat:write" in refused.headers["x-oauth-scopes"]


LACKING: dict[str, tuple[str, Call]] = {
    "posting": ("chat:write", lambda client: client.chat_postMessage(channel=BOARD, text="x")),
    "updating": ("chat:write", lambda client: client.chat_update(channel=BOARD, ts="1.0", text="x")),
    "looking up": ("users:read.email", lambda client: client.users_lookupByEmail(email="x@y.example")),
    "everyone": ("users:read", lambda client: client.users_list()),
    "one person": ("users:read", lambda client: client.users_info(user=RM)),
    "a channel": ("channels:read", lambda client: client.conversations_info(channel=BOARD)),
    "its people": ("channels:read", lambda client: client.conversations_members(channel=BOARD)),
    "channels": ("channels:read", lambda client: client.conversations_list()),
    "both kinds": (
        "groups:read",
        lambda client: client.conversations_list(types="public_channel,private_channel"),
    ),
    "a private channel": ("groups:read", lambda client: client.conversations_info(channel=PRIVATE)),
    "history": ("channels:history", lambda client: client.conversations_history(channel=BOARD)),
    "replies": ("channels:history", lambda client: client.conversations_replies(channel=BOARD, ts="1.0")),
    "private history": ("groups:history", lambda client: client.conversations_history(channel=PRIVATE)),
    "a direct message": ("im:write", lambda client: client.conversations_open(users=[RM])),
    "an upload": ("files:write", lambda client: client.files_getUploadURLExternal(filename="x", length=1)),
    "a file": ("files:read", lambda client: client.files_info(file="F0")),
}


@pytest.mark.parametrize("kind", sorted(LACKING))
async def test_a_scope_that_is_lacking(client: AsyncWebClient, sandbox: Sandbox, kind: str) -> None:
    scope, call = LACKING[kind]
    sandbox.conditions.remove_scope(scope)
    refused = await answer_of(call(client))
    assert (refused.status_code, refused["error"], refused["needed"]) == (200, "missing_scope", scope)
    assert refused["provided"].split(",") == sorted(set(APP_SCOPES) - {scope})
    assert (await client.auth_test())["ok"]
    sandbox.conditions.grant_scope(scope)
    answered = await call(client) if kind not in {"updating", "looking up", "replies", "a file"} else None
    assert answered is None or answered["ok"]


async def test_direct_messages_are_read_with_a_scope_of_their_own(
    client: AsyncWebClient, sandbox: Sandbox
) -> None:
    dm = sandbox.dm_id(RM)
    sandbox.conditions.remove_scope("channels:history", "groups:history")
    assert (await client.conversations_history(channel=dm))["ok"]
    sandbox.conditions.remove_scope("im:history")
    refused = await answer_of(client.conversations_history(channel=dm))
    assert refused["needed"] == "channels:history,groups:history,im:history,mpim:history"


async def test_addresses_are_left_out_without_their_scope(client: AsyncWebClient, sandbox: Sandbox) -> None:
    assert (await client.users_info(user=RM))["user"]["profile"]["email"] == "rm@council.example"
    sandbox.conditions.remove_scope("users:read.email")
    profiles = [one["profile"] for one in (await client.users_list())["members"]]
    assert not any("email" in one for one in profiles)


async def test_events_without_their_scope_are_not_sent(sandbox: Sandbox, bot: FakeBot) -> None:
    sandbox.conditions.remove_scope("app_mentions:read", "im:history")
    assert await sandbox.post_message(RM, BOARD, f"<@{BOT_USER_ID}> 5.2 done") is None
    assert await sandbox.post_message(RM, sandbox.dm_id(RM), "5.2 done") is None
    assert bot.received == []
    sandbox.conditions.grant_scope("app_mentions:read")
    await sandbox.post_message(RM, BOARD, f"<@{BOT_USER_ID}> 5.2 done")
    assert [one["event"]["type"] for one in bot.received] == ["app_mention"]
    assert (await sandbox.open_home(RM)).delivered, "the Home tab needs no scope"


async def test_a_file_without_its_scope_is_a_page_to_sign_in(sandbox: Sandbox) -> None:
    file: Json = store_file(sandbox.workspace, RM, "photo.png", b"\x89PNG")
    headers = {"Authorization": f"Bearer {TOKEN}"}

    async def download() -> tuple[int, str, bytes]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(file["url_private_download"], headers=headers) as answer,
        ):
            return answer.status, answer.content_type, await answer.read()

    assert await download() == (200, "application/octet-stream", b"\x89PNG")
    sandbox.conditions.remove_scope("files:read")
    status, kind, body = await download()
    assert (status, kind) == (200, "text/html")
    assert b"Sign in" in body
    sandbox.conditions.grant_scope("files:read")
    sandbox.conditions.revoke_token()
    assert (await download())[1] == "text/html"
    sandbox.conditions.renew_token()
    assert (await download())[2] == b"\x89PNG"


async def test_an_unknown_method_is_named(client: AsyncWebClient) -> None:
    assert (await answer_of(client.api_call("chat.postMassage")))["req_method"] == "chat.postMassage"
