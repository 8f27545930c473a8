import asyncio
import json
from urllib.request import Request, urlopen

import aiohttp
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.config import BOT_ID, BOT_USER_ID
from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import APP_TOKEN, BOARD, TOKEN, client_of
from tests.sandbox.errors import code_of


async def test_the_bot_learns_who_and_where_it_is(client: AsyncWebClient, sandbox: Sandbox) -> None:
    sandbox.conditions.grant_scope("team:read")
    answer = await client.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == (BOT_USER_ID, BOT_ID, "T0SANDBOX")
    assert (await client.team_info())["team"]["name"] == "Sandbox council"
    assert (await client.bots_info(bot=BOT_ID))["bot"]["user_id"] == BOT_USER_ID
    assert await code_of(client.bots_info(bot="B0NOBODY")) == "bot_not_found"


async def test_the_synchronous_client_works_too(sandbox: Sandbox) -> None:
    client = WebClient(token=TOKEN, base_url=f"{sandbox.settings.base_url}/sandbox/api/")
    answer = await asyncio.to_thread(client.chat_postMessage, channel=BOARD, text="hello")
    assert answer["message"]["text"] == "hello"


async def test_tokens_are_checked(sandbox: Sandbox) -> None:
    assert await code_of(client_of(sandbox, None).auth_test()) == "not_authed"
    assert await code_of(client_of(sandbox, "xoxb-other").auth_test()) == "invalid_auth"
    assert await code_of(client_of(sandbox, APP_TOKEN).auth_test()) == "not_allowed_token_type"
    assert (
        await code_of(client_of(sandbox).apps_connections_open(app_token=TOKEN)) == "not_allowed_token_type"
    )
    sandbox.conditions.revoke_token()
    assert await code_of(client_of(sandbox).auth_test()) == "token_revoked"


async def test_a_method_that_is_not_there(client: AsyncWebClient) -> None:
    assert await code_of(client.api_call("chat.scheduleMessage")) == "unknown_method"


async def test_api_test_answers_what_it_was_given(client: AsyncWebClient) -> None:
    assert (await client.api_test(words="one"))["args"] == {"words": "one"}
    assert await code_of(client.api_test(error="my_error")) == "my_error"
    client.token = None
    assert (await client.api_test())["ok"]


async def test_a_form_with_the_token_as_a_field(sandbox: Sandbox) -> None:
    url = f"{sandbox.settings.base_url}/sandbox/api/chat.postMessage"
    form = {"token": TOKEN, "channel": BOARD, "text": "from a form", "blocks": "[]"}
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as answer:
        assert (await answer.json())["message"]["text"] == "from a form"


async def test_a_body_that_is_not_json(sandbox: Sandbox) -> None:
    url = f"{sandbox.settings.base_url}/sandbox/api/chat.postMessage"
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}

    def post(body: bytes) -> str:
        with urlopen(Request(url, body, headers)) as answer:
            return str(json.load(answer)["error"])

    assert await asyncio.to_thread(post, b"{nonsense") == "invalid_json"
    assert await asyncio.to_thread(post, b"[1]") == "json_not_object"
