"""What else the bot hears: accounts that change, Slackbot, tokens of people, too many events; edits."""

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.condition_controls import UnknownTargetError
from bot.sandbox.config import BOT_USER_ID, SLACKBOT
from bot.sandbox.files import store_file
from bot.sandbox.server import Sandbox
from bot.sandbox.user_actions import TargetNotFoundError
from tests.fixtures.sandbox import BOARD, JM, RM, SETTINGS, FixedClock, seed
from tests.sandbox.errors import code_of
from tests.sandbox.fake_bot import FakeBot


async def test_an_account_changes(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot) -> None:
    conditions = sandbox.conditions
    await conditions.set_timezone(RM, "Australia/Sydney")
    await conditions.make_guest(RM)
    await conditions.make_foreign(JM)
    await conditions.deactivate(RM)
    users = [one["event"]["user"] for one in bot.received]
    assert {one["event"]["type"] for one in bot.received} == {"user_change"}
    assert (users[0]["id"], users[0]["tz"], users[0]["tz_offset"]) == (RM, "Australia/Sydney", 36_000)
    assert users[1]["is_restricted"] is True
    assert users[2]["team_id"] != "T0SANDBOX"
    assert users[3]["deleted"] is True
    assert await code_of(client.conversations_open(users=[RM])) == "user_disabled"
    await conditions.deactivate(RM, on=False)
    await conditions.make_guest(RM, on=False)
    await conditions.make_foreign(JM, on=False)
    account = (await client.users_info(user=RM))["user"]
    assert (account["deleted"], account["is_restricted"], account["tz"]) == (False, False, "Australia/Sydney")


async def test_an_account_changes_unheard_without_the_scope(sandbox: Sandbox, bot: FakeBot) -> None:
    sandbox.conditions.remove_scope("users:read")
    assert await sandbox.conditions.set_timezone(RM, "Asia/Tokyo") is None
    assert sandbox.workspace.users[RM].tz == "Asia/Tokyo"
    assert bot.received == []
    for call in (sandbox.conditions.deactivate(BOT_USER_ID), sandbox.conditions.change_user(RM, hat="red")):
        with pytest.raises(UnknownTargetError):
            await call


async def test_slackbot_writes_in_the_direct_messages(sandbox: Sandbox, bot: FakeBot) -> None:
    await sandbox.conditions.post_as_slackbot(RM, "You asked me to remind you: 5.2")
    event = bot.received[0]["event"]
    assert (event["type"], event["channel_type"], event["user"]) == ("message", "im", SLACKBOT)
    assert "bot_id" not in event
    assert sandbox.visible_messages(RM, sandbox.dm_id(RM))[-1].user == SLACKBOT


async def test_notices_to_the_app(client: AsyncWebClient, sandbox: Sandbox, bot: FakeBot) -> None:
    await sandbox.conditions.revoke_user_tokens(RM, JM)
    assert bot.received[0]["event"]["tokens"] == {"oauth": [RM, JM], "bot": []}
    assert (await client.auth_test())["ok"], "the bot's own token is good"
    await sandbox.conditions.send_app_rate_limited()
    notice = sandbox.last_delivery.payload
    assert (notice["type"], notice["team_id"]) == ("app_rate_limited", "T0SANDBOX")
    assert notice["minute_rate_limited"] % 60 == 0
    assert "event" not in notice


async def test_a_direct_message_is_edited(sandbox: Sandbox, bot: FakeBot) -> None:
    dm = sandbox.dm_id(RM)
    await sandbox.post_message(RM, dm, "5.2 dnoe")
    written = sandbox.visible_messages(RM, dm)[0]
    await sandbox.edit_message(RM, dm, written.ts, "5.2 done")
    event = bot.received[1]["event"]
    assert (event["type"], event["subtype"], event["hidden"]) == ("message", "message_changed", True)
    assert (event["channel"], event["channel_type"]) == (dm, "im")
    assert event["message"]["text"] == "5.2 done"
    assert event["message"]["user"] == event["message"]["edited"]["user"] == RM
    assert event["message"]["ts"] == event["previous_message"]["ts"] == written.ts
    assert event["previous_message"]["text"] == "5.2 dnoe"
    assert "edited" not in event["previous_message"]
    assert float(event["ts"]) > float(written.ts)
    assert written.text == "5.2 done"


async def test_in_a_channel_an_edit_is_heard_once_it_mentions_the_bot(sandbox: Sandbox, bot: FakeBot) -> None:
    await sandbox.post_message(RM, BOARD, "5.2 done")
    ts = sandbox.visible_messages(RM, BOARD)[0].ts
    assert await sandbox.edit_message(RM, BOARD, ts, "5.2 is done") is None
    await sandbox.edit_message(RM, BOARD, ts, f"<@{BOT_USER_ID}> 5.2 done")
    assert (bot.received[0]["event"]["type"], bot.received[0]["event"]["ts"]) == ("app_mention", ts)
    assert bot.received[0]["event"]["edited"]["user"] == RM
    assert await sandbox.edit_message(RM, BOARD, ts, f"<@{BOT_USER_ID}> 5.2 late") is None


async def test_only_ones_own_messages_can_be_edited(client: AsyncWebClient, sandbox: Sandbox) -> None:
    ts = (await client.chat_postMessage(channel=BOARD, text="digest"))["ts"]
    for who, message in ((RM, ts), (RM, "1.0")):
        with pytest.raises(TargetNotFoundError):
            await sandbox.edit_message(who, BOARD, message, "mine now")


async def test_words_beside_a_picture(sandbox: Sandbox, bot: FakeBot) -> None:
    dm = sandbox.dm_id(RM)
    file = store_file(sandbox.workspace, RM, "photo.png", b"\x89PNG")
    await sandbox.user_actions.share_file(RM, dm, "5.2 done, see the photo", file)
    shared, message = [one["event"] for one in bot.received]
    assert shared["type"] == "file_shared"
    assert (message["subtype"], message["text"]) == ("file_share", "5.2 done, see the photo")
    assert (message["files"][0]["mimetype"], message["files"][0]["filetype"]) == ("image/png", "png")
    await sandbox.edit_message(RM, dm, message["ts"], "5.3 done")
    edited: dict[str, Any] = bot.received[-1]["event"]["message"]
    assert (edited["text"], edited["files"][0]["name"]) == ("5.3 done", "photo.png")


async def test_without_the_scope_of_files_only_the_message_is_heard(sandbox: Sandbox, bot: FakeBot) -> None:
    sandbox.conditions.remove_scope("files:read")
    file = store_file(sandbox.workspace, RM, "photo.png", b"\x89PNG")
    await sandbox.user_actions.share_file(RM, sandbox.dm_id(RM), "5.2 done", file)
    assert [one["event"]["type"] for one in bot.received] == ["message"]


def test_conditions_are_kept_between_runs(tmp_path: Any) -> None:
    settings = replace(SETTINGS, state_file=tmp_path / "sandbox.sqlite3")
    first = Sandbox(settings, FixedClock())
    seed(first)
    first.conditions.revoke_token("invalid_auth")
    first.conditions.set_scopes({"chat:write", "channels:join"})
    first.conditions.limit_calls(True)
    first.conditions.remove_bot(BOARD)
    first.workspace.close()
    second = Sandbox(settings, FixedClock())
    record = second.workspace.conditions.record
    assert (record.token_error, record.limits_calls) == ("invalid_auth", True)
    assert second.conditions.granted_scopes == ["channels:join", "chat:write"]
    assert second.workspace.channels[BOARD].members == [RM, JM]
    second.workspace.wipe()
    assert second.workspace.conditions.record.token_error == ""
    assert "commands" in second.conditions.granted_scopes
    second.workspace.close()
