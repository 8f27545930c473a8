import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import ARCHIVED, BOARD, JM, LEAVER, OTHER, PRIVATE, RM, FixedClock
from tests.sandbox.blocks import section
from tests.sandbox.errors import code_of

KEY = {"event_type": "cip.prompt", "event_payload": {"key": "abc"}}


async def test_a_message_is_kept_as_it_was_sent(client: AsyncWebClient) -> None:
    text = "<!channel> & <https://example.org|a link> <@U0RM>"
    sent = await client.chat_postMessage(channel=BOARD, text=text, blocks=[section(text)], metadata=KEY)
    kept = (await client.conversations_history(channel=BOARD, include_all_metadata=True))["messages"][0]
    assert kept["text"] == text
    assert kept["blocks"][0]["text"]["text"] == text
    assert kept["metadata"] == KEY
    assert (kept["ts"], kept["user"], kept["bot_id"]) == (sent["ts"], BOT_USER_ID, "B0CIPBOT")


async def test_metadata_is_shown_only_when_asked_for(client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel=BOARD, text="hello", metadata=KEY)
    assert sent["message"]["metadata"] == KEY
    assert "metadata" not in (await client.conversations_history(channel=BOARD))["messages"][0]


async def test_a_timestamp_is_the_simulated_time_and_never_repeats(
    client: AsyncWebClient, clock: FixedClock
) -> None:
    stamps = [(await client.chat_postMessage(channel=BOARD, text="hello"))["ts"] for _ in range(3)]
    assert stamps == [f"{clock.now().timestamp():.0f}.00000{n}" for n in range(3)]


async def test_a_channel_may_be_named(client: AsyncWebClient) -> None:
    assert (await client.chat_postMessage(channel="#board", text="hello"))["channel"] == BOARD


async def test_a_person_is_sent_a_direct_message(client: AsyncWebClient, sandbox: Sandbox) -> None:
    sandbox.conditions.grant_scope("im:read")
    first = await client.chat_postMessage(channel=RM, text="hello")
    assert first["channel"] == sandbox.dm_id(RM)
    assert (await client.conversations_open(users=RM))["channel"]["id"] == first["channel"]
    assert (await client.conversations_info(channel=first["channel"]))["channel"]["user"] == RM


async def test_where_nothing_can_be_posted(client: AsyncWebClient, sandbox: Sandbox) -> None:
    async def code(channel: str) -> str:
        return await code_of(client.chat_postMessage(channel=channel, text="hello"))

    assert await code("C0NOWHERE") == "channel_not_found"
    assert await code("U0NOBODY") == "channel_not_found"
    assert await code(OTHER) == "not_in_channel"
    assert await code(ARCHIVED) == "is_archived"
    assert await code(LEAVER) == "user_disabled"
    assert await code(BOT_USER_ID) == "cannot_dm_bot"
    sandbox.workspace.channels[PRIVATE].members.remove(BOT_USER_ID)
    assert await code(PRIVATE) == "channel_not_found"


async def test_the_direct_message_of_someone_who_left_is_closed(
    client: AsyncWebClient, sandbox: Sandbox
) -> None:
    dm = (await client.conversations_open(users=JM))["channel"]["id"]
    sandbox.workspace.directory.deactivate(JM)
    assert await code_of(client.chat_postMessage(channel=dm, text="hello")) == "is_archived"


async def test_what_cannot_be_posted(client: AsyncWebClient) -> None:
    async def code(**message: object) -> str:
        return await code_of(client.api_call("chat.postMessage", json={"channel": BOARD, **message}))

    assert await code() == "no_text"
    assert await code(text="  \n") == "no_text"
    assert await code(text="x", thread_ts="0") == "invalid_thread_ts"
    assert await code(text="x", blocks="{nonsense") == "invalid_blocks_format"
    assert await code(text="x", blocks={"type": "section"}) == "invalid_blocks_format"
    assert await code(text="x", blocks=[section("y" * 3001)]) == "invalid_blocks"
    assert await code(text="x", blocks=[section("y" * 2900)] * 5) == "msg_blocks_too_long"
    assert await code(text="x", attachments=[{}] * 101) == "too_many_attachments"
    assert await code(text="x", attachments="soon") == "invalid_attachments"
    assert await code(text="x", metadata="soon") == "invalid_metadata_format"
    assert await code(text="x", metadata=["soon"]) == "invalid_metadata_format"
    assert (
        await code(text="x", metadata={"event_type": "a b", "event_payload": {}}) == "invalid_metadata_schema"
    )
    assert await code(text="x", metadata={"event_type": "a"}) == "invalid_metadata_schema"
    empty = {"event_type": "a", "event_payload": "x"}
    assert await code(text="x", metadata=empty) == "invalid_metadata_schema"
    large = {"event_type": "a", "event_payload": {"x": "y" * 8000}}
    assert await code(text="x", metadata=large) == "metadata_too_large"
    assert (await client.conversations_history(channel=BOARD))["messages"] == []


@pytest.mark.parametrize("count", [39_999, 40_000, 40_001, 60_000])
async def test_text_is_cut_at_forty_thousand_characters(client: AsyncWebClient, count: int) -> None:
    posted = await client.chat_postMessage(channel=BOARD, text="é" * count)
    assert len(posted["message"]["text"]) == min(count, 40_000)


async def test_a_reply_to_a_message_that_is_not_there(client: AsyncWebClient) -> None:
    """Slack takes it, and shows it nowhere."""
    posted = await client.chat_postMessage(channel=BOARD, text="lost", thread_ts="1602251441.001700")
    assert posted["message"]["thread_ts"] == "1602251441.001700"
    assert (await client.conversations_history(channel=BOARD))["messages"] == []
    lost = client.conversations_replies(channel=BOARD, ts="1602251441.001700")
    assert await code_of(lost) == "thread_not_found"


async def test_an_update_keeps_what_it_is_not_given(client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel=BOARD, text="old", blocks=[section()], metadata=KEY)
    await client.chat_update(channel=BOARD, ts=sent["ts"], text="new")
    kept = (await client.conversations_history(channel=BOARD, include_all_metadata=True))["messages"][0]
    assert (kept["text"], kept["metadata"]) == ("new", KEY)
    assert kept["blocks"][0]["text"]["text"] == "Words"
    assert kept["edited"]["user"] == BOT_USER_ID
    await client.chat_update(channel=BOARD, ts=sent["ts"], text="new", blocks=[], metadata={})
    kept = (await client.conversations_history(channel=BOARD, include_all_metadata=True))["messages"][0]
    assert "blocks" not in kept
    assert "metadata" not in kept


async def test_what_cannot_be_updated(client: AsyncWebClient, sandbox: Sandbox) -> None:
    sent = await client.chat_postMessage(channel=BOARD, text="old")
    await sandbox.post_message(RM, BOARD, "mine")
    theirs = sandbox.visible_messages(RM, BOARD)[-1].ts
    assert await code_of(client.chat_update(channel=BOARD, ts="1.0", text="new")) == "message_not_found"
    assert await code_of(client.chat_update(channel=BOARD, ts=theirs, text="new")) == "cant_update_message"
    assert await code_of(client.chat_delete(channel=BOARD, ts=theirs)) == "cant_delete_message"
    long = client.chat_update(channel=BOARD, ts=sent["ts"], text="x" * 4001)
    assert await code_of(long) == "msg_too_long"


async def test_a_message_can_be_taken_back(client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel=BOARD, text="old")
    await client.chat_delete(channel=BOARD, ts=sent["ts"])
    assert (await client.conversations_history(channel=BOARD))["messages"] == []
    assert await code_of(client.chat_delete(channel=BOARD, ts=sent["ts"])) == "message_not_found"


async def test_an_ephemeral_message_is_for_one_person(client: AsyncWebClient, sandbox: Sandbox) -> None:
    await client.chat_postEphemeral(channel=BOARD, user=RM, text="for you")
    assert [one.text for one in sandbox.visible_messages(RM, BOARD)] == ["for you"]
    assert sandbox.visible_messages(JM, BOARD) == []
    assert (await client.conversations_history(channel=BOARD))["messages"] == []
    outside = client.chat_postEphemeral(channel=PRIVATE, user=RM, text="for you")
    assert await code_of(outside) == "user_not_in_channel"
    nobody = client.chat_postEphemeral(channel=BOARD, user="U0NOBODY", text="for you")
    assert await code_of(nobody) == "user_not_found"


async def test_a_link_to_a_message(client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel=BOARD, text="old")
    link = (await client.chat_getPermalink(channel=BOARD, message_ts=sent["ts"]))["permalink"]
    assert link.endswith(f"/archives/{BOARD}/p{sent['ts'].replace('.', '')}")
    missing = client.chat_getPermalink(channel=BOARD, message_ts="1.0")
    assert await code_of(missing) == "message_not_found"


async def test_a_reaction(client: AsyncWebClient, sandbox: Sandbox) -> None:
    sandbox.conditions.grant_scope("reactions:write")
    sent = await client.chat_postMessage(channel=BOARD, text="old")
    where = {"channel": BOARD, "timestamp": sent["ts"]}
    await client.reactions_add(name="white_check_mark", **where)
    kept = (await client.conversations_history(channel=BOARD))["messages"][0]
    assert kept["reactions"] == [{"name": "white_check_mark", "users": [BOT_USER_ID], "count": 1}]
    assert await code_of(client.reactions_add(name="white_check_mark", **where)) == "already_reacted"
    assert await code_of(client.reactions_add(name="no such", **where)) == "invalid_name"
    lost = client.reactions_add(name="eyes", channel=BOARD, timestamp="1.0")
    assert await code_of(lost) == "message_not_found"


async def test_blocks_can_be_tried_out(client: AsyncWebClient) -> None:
    assert (await client.api_call("blocks.validate", json={"blocks": [section()]}))["ok"]
    too_long = client.api_call("blocks.validate", json={"blocks": [section("x" * 3001)]})
    assert await code_of(too_long) == "invalid_blocks"
    assert await code_of(client.api_call("blocks.validate", json={})) == "invalid_blocks_format"


async def test_a_message_in_an_attachment(client: AsyncWebClient) -> None:
    attachments = [{"color": "#d4351c", "blocks": [section()]}]
    await client.chat_postMessage(channel=BOARD, text="x", attachments=attachments)
    kept = (await client.conversations_history(channel=BOARD))["messages"][0]
    assert kept["attachments"] == attachments
