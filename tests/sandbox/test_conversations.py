from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import ARCHIVED, BOARD, JM, LEAVER, OTHER, PRIVATE, RM
from tests.sandbox.errors import code_of


async def post(client: AsyncWebClient, count: int, thread_ts: str | None = None) -> list[str]:
    words = (f"message {n}" for n in range(count))
    return [
        (await client.chat_postMessage(channel=BOARD, text=one, thread_ts=thread_ts))["ts"] for one in words
    ]


async def test_channels_are_listed_by_kind(client: AsyncWebClient, sandbox: Sandbox) -> None:
    async def ids(**asked: object) -> set[str]:
        answer = await client.api_call("conversations.list", json=asked)
        return {one["id"] for one in answer["channels"]}

    sandbox.conditions.grant_scope("im:read")
    dm = sandbox.dm_id(RM)
    assert await ids() == {BOARD, OTHER, ARCHIVED}
    assert await ids(exclude_archived=True) == {BOARD, OTHER}
    assert await ids(types="private_channel,im") == {PRIVATE, dm}
    mine = await client.users_conversations(user=BOT_USER_ID, types="public_channel")
    assert {one["id"] for one in mine["channels"]} == {BOARD, ARCHIVED}
    assert await code_of(client.conversations_list(types="rooms")) == "invalid_types"
    assert await code_of(client.users_conversations(user="U0NOBODY")) == "user_not_found"


async def test_pages_follow_the_cursor(client: AsyncWebClient) -> None:
    stamps = await post(client, 5)
    seen, pages = [], 0
    async for page in await client.conversations_history(channel=BOARD, limit=2):
        seen += [one["ts"] for one in page["messages"]]
        pages += 1
    assert seen == stamps[::-1]
    assert pages == 3
    assert await code_of(client.conversations_history(channel=BOARD, limit=1001)) == "invalid_limit"
    assert await code_of(client.conversations_history(channel=BOARD, cursor="x")) == "invalid_cursor"


async def test_history_between_two_moments(client: AsyncWebClient) -> None:
    stamps = await post(client, 4)

    async def between(**asked: object) -> list[str]:
        answer = await client.api_call("conversations.history", json={"channel": BOARD, **asked})
        return [one["ts"] for one in answer["messages"]][::-1]

    assert await between(oldest=stamps[0], latest=stamps[3]) == stamps[1:3]
    assert await between(oldest=stamps[0], latest=stamps[3], inclusive=True) == stamps
    assert await code_of(client.conversations_history(channel=BOARD, oldest="soon")) == "invalid_ts_oldest"
    assert await between(latest=stamps[1], inclusive="1", limit=1) == [stamps[1]]


async def test_a_thread(client: AsyncWebClient) -> None:
    parent = (await post(client, 1))[0]
    first, second = await post(client, 2, thread_ts=parent)
    answer = await client.conversations_replies(channel=BOARD, ts=parent)
    assert [one["ts"] for one in answer["messages"]] == [parent, first, second]
    top = (await client.conversations_history(channel=BOARD))["messages"]
    assert [(one["ts"], one["reply_count"], one["latest_reply"]) for one in top] == [(parent, 2, second)]
    nested = await client.chat_postMessage(channel=BOARD, text="to a reply", thread_ts=first)
    assert nested["message"]["thread_ts"] == parent
    shared = await client.chat_postMessage(channel=BOARD, text="all", thread_ts=parent, reply_broadcast=True)
    top = (await client.conversations_history(channel=BOARD))["messages"]
    assert [one["ts"] for one in top] == [shared["ts"], parent]
    await client.chat_delete(channel=BOARD, ts=first)
    answer = await client.conversations_replies(channel=BOARD, ts=parent)
    assert first not in [one["ts"] for one in answer["messages"]]


async def test_a_thread_that_is_not_there(client: AsyncWebClient) -> None:
    assert await code_of(client.conversations_replies(channel=BOARD, ts="1.0")) == "thread_not_found"


async def test_opening_a_direct_message(client: AsyncWebClient) -> None:
    opened = await client.conversations_open(users=[RM], return_im=True)
    assert opened["channel"]["user"] == RM
    assert (await client.conversations_open(channel=opened["channel"]["id"]))["already_open"]
    assert await code_of(client.conversations_open(users="U0NOBODY")) == "user_not_found"
    assert await code_of(client.conversations_open(users=LEAVER)) == "user_disabled"
    assert await code_of(client.conversations_open(users=BOT_USER_ID)) == "cannot_dm_bot"
    assert await code_of(client.conversations_open(users=[])) == "users_list_not_supplied"
    both = client.conversations_open(users=[RM, JM])
    assert await code_of(both) == "method_not_supported_for_channel_type"


async def test_joining_a_channel(client: AsyncWebClient, sandbox: Sandbox) -> None:
    sandbox.conditions.grant_scope("channels:join")
    assert await code_of(client.conversations_history(channel=OTHER)) == "not_in_channel"
    assert (await client.conversations_join(channel=OTHER))["channel"]["is_member"]
    assert (await client.chat_postMessage(channel=OTHER, text="hello"))["ok"]
    assert (await client.conversations_members(channel=OTHER))["members"] == [RM, BOT_USER_ID]
    assert await code_of(client.conversations_join(channel=ARCHIVED)) == "is_archived"
    private = client.conversations_join(channel=PRIVATE)
    assert await code_of(private) == "method_not_supported_for_channel_type"


async def test_people(client: AsyncWebClient) -> None:
    found = (await client.users_lookupByEmail(email="RM@council.example"))["user"]
    assert (found["id"], found["tz"], found["profile"]["title"]) == (RM, "Europe/London", "Owner")
    assert (await client.users_info(user=LEAVER))["user"]["deleted"] is True
    assert await code_of(client.users_lookupByEmail(email="gone@council.example")) == "users_not_found"
    assert await code_of(client.users_lookupByEmail(email="who@council.example")) == "users_not_found"
    assert await code_of(client.users_info(user="U0NOBODY")) == "user_not_found"
    seen = [one["id"] async for page in await client.users_list(limit=2) for one in page["members"]]
    assert set(seen) == {RM, JM, LEAVER, BOT_USER_ID, "USLACKBOT"}
