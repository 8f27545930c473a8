"""A channel the bot was taken out of, archived or renamed; and what the bot hears when that changes."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.condition_controls import UnknownTargetError
from bot.sandbox.config import BOT_USER_ID
from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import BOARD, JM, OTHER, PRIVATE, RM
from tests.sandbox.errors import code_of
from tests.sandbox.fake_bot import FakeBot


async def test_the_bot_is_taken_out_of_a_public_channel(
    client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot
) -> None:
    sandbox.conditions.remove_bot(BOARD)
    assert await code_of(client.chat_postMessage(channel=BOARD, text="x")) == "not_in_channel"
    assert await code_of(client.chat_postEphemeral(channel=BOARD, user=RM, text="x")) == "not_in_channel"
    assert await code_of(client.conversations_history(channel=BOARD)) == "not_in_channel"
    assert (await client.conversations_info(channel=BOARD))["channel"]["is_member"] is False
    assert (await client.conversations_members(channel=BOARD))["members"] == [RM, JM]
    listed = {one["id"]: one["is_member"] for one in (await client.conversations_list())["channels"]}
    assert listed[BOARD] is False
    assert await sandbox.post_message(RM, BOARD, f"<@{BOT_USER_ID}> hello") is None
    assert bot.received == []


async def test_a_private_channel_it_was_taken_out_of_is_not_there(
    client: AsyncWebClient, sandbox: Sandbox
) -> None:
    sandbox.conditions.remove_bot(PRIVATE)
    for call in (
        client.chat_postMessage(channel=PRIVATE, text="x"),
        client.conversations_info(channel=PRIVATE),
        client.conversations_members(channel=PRIVATE),
        client.conversations_history(channel=PRIVATE),
    ):
        assert await code_of(call) == "channel_not_found"
    listed = await client.conversations_list(types="private_channel")
    assert listed["channels"] == []


async def test_it_is_invited_again_and_hears_of_it(
    client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot
) -> None:
    for channel, kind, inviter in ((BOARD, "C", RM), (PRIVATE, "G", JM)):
        sandbox.conditions.remove_bot(channel)
        ack = await sandbox.conditions.invite_bot(channel)
        assert ack is not None
        assert ack.delivered
        event = bot.received[-1]["event"]
        assert (event["type"], event["user"], event["channel"]) == (
            "member_joined_channel",
            BOT_USER_ID,
            channel,
        )
        assert (event["channel_type"], event["inviter"], event["team"]) == (kind, inviter, "T0SANDBOX")
        assert (await client.conversations_info(channel=channel))["channel"]["is_member"] is True
        assert (await client.chat_postMessage(channel=channel, text="x"))["ok"]
    assert await sandbox.conditions.invite_bot(BOARD) is None, "it is there already"
    assert "X-Slack-Signature" in bot.headers[0]


@pytest.mark.parametrize(("scope", "channel"), [("channels:read", BOARD), ("groups:read", PRIVATE)])
async def test_an_invitation_is_not_heard_of_without_its_scope(
    sandbox: Sandbox, bot: FakeBot, scope: str, channel: str
) -> None:
    sandbox.conditions.remove_scope(scope)
    sandbox.conditions.remove_bot(channel)
    assert await sandbox.conditions.invite_bot(channel) is None
    assert bot.received == []
    assert sandbox.workspace.is_bot_member(sandbox.workspace.channels[channel])


async def test_a_channel_is_archived_and_taken_back(
    client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot
) -> None:
    for channel, prefix in ((BOARD, "channel"), (PRIVATE, "group")):
        ts = (await client.chat_postMessage(channel=channel, text="x"))["ts"]
        await sandbox.conditions.archive(channel)
        assert await code_of(client.chat_update(channel=channel, ts=ts, text="y")) == "is_inactive"
        assert await code_of(client.chat_postMessage(channel=channel, text="x")) == "is_archived"
        assert (await client.conversations_info(channel=channel))["channel"]["is_archived"] is True
        await sandbox.conditions.unarchive(channel)
        assert (await client.chat_postMessage(channel=channel, text="x"))["ok"]
        heard = [(one["event"]["type"], one["event"]["channel"]) for one in bot.received[-2:]]
        assert heard == [(f"{prefix}_archive", channel), (f"{prefix}_unarchive", channel)]
    assert await sandbox.conditions.unarchive(BOARD) is None
    assert len(bot.received) == 4


async def test_a_channel_is_renamed_and_keeps_its_id(
    client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot
) -> None:
    await sandbox.conditions.rename(BOARD, "housing-board")
    assert bot.received[0]["event"]["type"] == "channel_rename"
    assert bot.received[0]["event"]["channel"] == {
        "id": BOARD,
        "name": "housing-board",
        "name_normalized": "housing-board",
        "is_channel": True,
        "is_mpim": False,
        "created": 0,
    }
    assert (await client.conversations_info(channel=BOARD))["channel"]["name"] == "housing-board"
    assert await code_of(client.chat_postMessage(channel="#board", text="x")) == "channel_not_found"
    assert (await client.chat_postMessage(channel=BOARD, text="x"))["channel"] == BOARD
    await sandbox.conditions.rename(BOARD, "third-name")
    await sandbox.conditions.rename(BOARD)
    assert sandbox.workspace.channels[BOARD].name == "board"
    assert await sandbox.conditions.rename(BOARD) is None
    await sandbox.conditions.rename(PRIVATE, "secret")
    assert bot.received[-1]["event"]["type"] == "group_rename"


async def test_what_happens_in_private_is_heard_by_members_only(sandbox: Sandbox, bot: FakeBot) -> None:
    sandbox.conditions.remove_bot(PRIVATE)
    assert await sandbox.conditions.rename(PRIVATE, "secret") is None
    assert await sandbox.conditions.archive(PRIVATE) is None
    await sandbox.conditions.rename(OTHER, "another")
    assert [one["event"]["type"] for one in bot.received] == ["channel_rename"]


async def test_a_channel_is_shared(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot) -> None:
    sandbox.conditions.share_channel(BOARD, True)
    shared = (await client.conversations_info(channel=BOARD))["channel"]
    assert (shared["is_shared"], shared["is_ext_shared"]) == (True, True)
    await sandbox.post_message(RM, BOARD, f"<@{BOT_USER_ID}> hello")
    assert bot.received[0]["is_ext_shared_channel"] is True
    sandbox.conditions.share_channel(BOARD, False)
    assert (await client.conversations_info(channel=BOARD))["channel"]["is_ext_shared"] is False


async def test_there_is_no_such_channel(sandbox: Sandbox) -> None:
    for name in ("C0NOWHERE", sandbox.dm_id(RM)):
        with pytest.raises(UnknownTargetError):
            sandbox.conditions.remove_bot(name)
