"""What Slack itself sends: checks of the address, notices, and words of its own."""

import asyncio
import io
import json

import pytest

from tests.fixtures.council import Council
from tests.handlers.slack.slack_actions import FORM, JSON, notes, post
from tests.handlers.slack.slack_events import SS, answers, send_event

REMOVED = "the bot was removed from a workspace"


@pytest.mark.parametrize(
    "body",
    [
        b"ssl_check=1&token=x",
        b"token=x&ssl_check=1",
        b"token=x&ssl_check=1&team_id=T0SANDBOX",
        b"ssl_check=1",
    ],
)
async def test_a_check_of_the_certificate_is_answered_unsigned(sqlite_council: Council, body: bytes) -> None:
    assert (await post(sqlite_council, body, FORM, {})).status == 200


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"token=x&ssl_check=0", FORM),
        (b"token=x&not_ssl_check=1", FORM),
        (b"text=ssl_check%3D1&command=%2Fcip", FORM),
        (b'{"a": "&ssl_check=1&"}', JSON),
    ],
)
async def test_nothing_else_goes_unsigned(sqlite_council: Council, body: bytes, content_type: str) -> None:
    assert (await post(sqlite_council, body, content_type, {})).status == 401


async def test_a_message_about_the_check_is_a_message(sqlite_council: Council) -> None:
    event = {
        "type": "message",
        "channel": sqlite_council.sandbox.dm_id(SS),
        "channel_type": "im",
        "user": SS,
        "ts": "1772440000.000100",
        "text": "1/5.2 in progress: a&ssl_check=1&b",
    }
    assert (await send_event(sqlite_council, event)).status == 200
    assert notes(sqlite_council) == ["a&ssl_check=1&b"]


async def test_a_notice_of_left_out_events_is_acknowledged_and_logged(
    sqlite_council: Council, logged: io.StringIO
) -> None:
    notice = {
        "token": "x",
        "type": "app_rate_limited",
        "team_id": "T0SANDBOX",
        "minute_rate_limited": 1518467820,
    }
    body = json.dumps(notice).encode()
    assert (await post(sqlite_council, body, JSON, {})).status == 401
    assert "left out events" not in logged.getvalue()
    assert (await post(sqlite_council, body, JSON)).status == 200
    assert "left out events" in logged.getvalue()
    ack = await sqlite_council.sandbox.send_raw(b"", {})
    assert ack.status != 200


@pytest.mark.parametrize(
    ("event", "is_removal"),
    [
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U0SS"]}}, False),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U0SS"], "bot": []}}, False),
        ({"type": "tokens_revoked", "tokens": {"bot": ["U0CIPBOT"]}}, True),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U0SS"], "bot": ["U0CIPBOT"]}}, True),
        ({"type": "app_uninstalled"}, True),
    ],
)
async def test_only_the_bots_own_tokens_tell_of_its_removal(
    sqlite_council: Council, logged: io.StringIO, event: dict[str, object], *, is_removal: bool
) -> None:
    assert (await send_event(sqlite_council, event)).status == 200
    assert (REMOVED in logged.getvalue()) is is_removal


@pytest.mark.parametrize(
    "facts",
    [
        {"user": "USLACKBOT"},
        {"bot_id": "B0OTHER"},
        {"bot_profile": {"id": "B0OTHER", "name": "Other"}},
        {"subtype": "bot_message", "bot_id": "B0OTHER"},
        {"subtype": "channel_join"},
        {"user": None},
        {"user": "USLACKBOT", "subtype": "file_share", "files": [{"name": "plan.csv"}]},
    ],
)
async def test_slackbot_and_other_apps_are_not_answered(
    sqlite_council: Council, facts: dict[str, object]
) -> None:
    event = {
        "type": "message",
        "channel": sqlite_council.sandbox.dm_id(SS),
        "channel_type": "im",
        "user": SS,
        "ts": "1772440000.000100",
        "text": "1/5.2 done",
    }
    assert (await send_event(sqlite_council, {**event, **facts})).status == 200
    await asyncio.sleep(0.3)
    assert notes(sqlite_council) == []
    assert answers(sqlite_council) == []
