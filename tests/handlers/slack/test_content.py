import io
import json
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession

from tests.fixtures.council import BOARD, Council
from tests.handlers.slack.slack_actions import FORM, JSON, notes, post

UNREADABLE = [
    (JSON, b"{"),
    (JSON, b"[]"),
    (JSON, b"7"),
    (JSON, b'"text"'),
    (JSON, b""),
    (JSON, b"[" * 100_000),
    (JSON, b'{"a":' * 100_000),
    (FORM, b""),
    (FORM, b"text=hello"),
    (FORM, b"payload=hello"),
    (FORM, b"payload=[]"),
    (FORM, b"payload="),
    (FORM, "&".join(f"a{n}=1" for n in range(200)).encode()),
    ("text/plain; charset=nonsense", b"hello"),
]
STEPS = '{"values": ["1 5.2", 7], "at": 9, "recorded": [99, -5], "from_home": true}'
SOURCE = '{"text": "", "user_id": "", "app": "", "channel_id": "", "channel_name": "", "link": ""}'
SHAPES: list[object] = [
    {},
    {"type": "event_callback"},
    {"type": "event_callback", "event": []},
    {"type": "event_callback", "event": {"type": None}},
    {"type": "event_callback", "event": {"type": "message"}},
    {"type": "event_callback", "event": {"type": "message", "channel_type": "im", "text": 7}, "team_id": []},
    {"type": "event_callback", "event": {"type": "message", "channel_type": "im", "subtype": []}},
    {"type": "event_callback", "event": {"type": "app_mention", "user": {}}, "authorizations": ["x"]},
    {"type": "event_callback", "event": {"type": "app_uninstalled"}, "team_id": "T0SANDBOX"},
    {"type": "event_callback", "event": {"type": "tokens_revoked", "tokens": 3}, "team_id": "T0SANDBOX"},
    {"type": "event_callback", "event": {"type": "reaction_added", "item": 3}},
    {"type": "block_actions"},
    {"type": "block_actions", "actions": []},
    {"type": "block_actions", "actions": [7]},
    {"type": "block_actions", "actions": [{"action_id": "run:0"}]},
    {"type": "block_actions", "actions": [{"action_id": "run:0", "value": 7}], "user": "x", "team": 3},
    {"type": "block_actions", "actions": [{"action_id": "prompt:later:0", "value": "9" * 40}], "channel": 1},
    {"type": "block_actions", "actions": [{"action_id": "prompt:nothing:0", "value": "1"}]},
    {"type": "block_actions", "actions": [{"action_id": "why:0", "value": None}], "container": []},
    {"type": "view_submission", "view": 7},
    {"type": "view_submission", "view": {"callback_id": "why", "state": [], "private_metadata": "5.2"}},
    {"type": "view_submission", "view": {"callback_id": "why", "state": {"values": {"note": []}}}},
    {"type": "view_submission", "view": {"callback_id": "something else"}},
    {"type": "view_closed", "view": {"callback_id": "why"}},
    {"type": "block_suggestion", "action_id": "x", "value": ""},
    {"type": "shortcut", "callback_id": "x"},
    {"type": "message_action", "callback_id": "x"},
    {"type": "message_action", "callback_id": "use_as_update"},
    {"type": "message_action", "callback_id": "use_as_update", "message": 7, "channel": [], "team": "x"},
    {"type": "message_action", "callback_id": "use_as_update", "message": {"text": 7, "user": {}, "ts": []}},
    {"type": "block_actions", "actions": [{"action_id": "home:complete:0", "value": "9" * 40}]},
    {"type": "block_actions", "actions": [{"action_id": "home:undo:0", "value": None}], "user": []},
    {"type": "block_actions", "actions": [{"action_id": "home:ask-now:0", "value": "x"}], "team": 3},
    {"type": "block_actions", "actions": [{"action_id": "steps:0", "value": 7}], "container": []},
    {"type": "block_actions", "actions": [{"action_id": "when-asked:0", "value": "1-x"}]},
    {"type": "view_submission", "view": {"callback_id": "steps", "private_metadata": "{}", "state": []}},
    {"type": "view_submission", "view": {"callback_id": "steps", "private_metadata": STEPS, "state": 7}},
    {"type": "view_submission", "view": {"callback_id": "use_as_update", "private_metadata": 7}},
    {"type": "view_submission", "view": {"callback_id": "use_as_update", "private_metadata": SOURCE}},
    {"type": "something new"},
    {"command": "/cip"},
    {"command": 7},
    {"command": "/cip", "text": None, "team_id": "T0SANDBOX", "user_id": "U\ud8000\x00"},
]


@pytest.fixture
async def body(sqlite_council: Council) -> dict[str, str]:
    """The fields of a real command."""
    await sqlite_council.send_command("SS", "mine")
    return dict(sqlite_council.sandbox.last_delivery.payload)


async def test_what_cannot_be_read_gets_400(sqlite_council: Council) -> None:
    for content_type, raw in UNREADABLE:
        ack = await post(sqlite_council, raw, content_type)
        assert ack.status == 400, (content_type, raw[:40])
        assert "Traceback" not in str(ack.body)


async def test_bytes_that_are_no_text_get_400(sqlite_council: Council) -> None:
    raw = b"command=\xff\xfe"
    async with (
        ClientSession() as session,
        session.post(
            f"{sqlite_council.address}/slack/events", data=raw, headers={"Content-Type": FORM}
        ) as answer,
    ):
        assert answer.status == 400


async def test_no_shape_of_a_request_gets_an_error_page(sqlite_council: Council, logged: io.StringIO) -> None:
    for shape in SHAPES:
        as_json = await post(sqlite_council, json.dumps(shape).encode(), JSON)
        as_form = await post(sqlite_council, urlencode({"payload": json.dumps(shape)}).encode(), FORM)
        assert {as_json.status, as_form.status} <= {200, 400, 404}, shape
        assert "a listener failed" not in logged.getvalue(), shape
    assert notes(sqlite_council) == []
    assert "5.2" in await sqlite_council.send_command("SS", "mine")


async def test_a_large_body_gets_413(sqlite_council: Council) -> None:
    ack = await post(sqlite_council, b"command=%2Fcip&text=" + b"x" * (1024 * 1024), FORM)
    assert ack.status == 413


async def test_a_command_of_200_kilobytes_gets_a_helpful_answer(sqlite_council: Council) -> None:
    said = await sqlite_council.send_command("SS", "update 1/5.2 complete " + "x" * 200_000)
    assert "200,022 characters long" in said
    assert "/cip help update" in said
    assert len(said) < 1000
    assert notes(sqlite_council) == []


@pytest.mark.parametrize(
    "note",
    [
        "the payload of the lorry",
        "R&D <b> costs & more",
        "<!channel> everyone",
        "<!here|x> met <https://a.example|click> for all",
        "*bold* _it_ `code` ~no~ > quote",
        "=cmd()|' /C calc'!A1",
        "{{ 7*7 }} {% raw %}",
        "'); drop table action; --",
        "50% + 1/3 = 7",
        "\u202etxet desrever",
    ],
)
async def test_a_note_is_kept_as_typed_and_said_back_harmlessly(bot_council: Council, note: str) -> None:
    said = await bot_council.send_command("SS", f"update 1/5.2 in-progress - {note}")
    (kept,) = notes(bot_council)
    # Marks of bold and code are not said, nor are words that were struck out.
    shown = {"\u202e": "", "<!channel>": "@channel", "<!here|x>": "@here"}
    shown["*bold* _it_ `code` ~no~ > quote"] = "bold it code > quote"
    for typed, seen in {**shown, "<https://a.example|click>": "click (https://a.example)"}.items():
        note = note.replace(typed, seen)
    assert kept == note.strip()
    assert "<!" not in said
    message = bot_council.visible_messages("SS")[-1]
    assert "<!" not in json.dumps(message.blocks)
    assert bot_council.sandbox.failures == []


async def test_every_plane_of_unicode_in_a_note(bot_council: Council) -> None:
    for plane in range(17):
        characters = "".join(chr((plane << 16) + low) for low in (0x41, 0x1F0, 0xFFF, 0x9000, 0xFFFD))
        said = await bot_council.send_command("SS", f"update 1/5.2 in-progress - a{characters}b")
        assert "5.2" in said
    assert len(notes(bot_council)) == 17
    assert bot_council.sandbox.failures == []


async def test_nul_and_half_characters_do_not_stop_a_command(bot_council: Council) -> None:
    for text in ("update 1/5.2 in-progress - a\x00b", "\x00", "mine \x00"):
        ack = await bot_council.sandbox.slash("U0SS", BOARD, text)
        assert ack.status == 200
    assert notes(bot_council) == ["a\ufffdb"]


async def test_a_workspace_nobody_set_up_is_refused_plainly(
    sqlite_council: Council, body: dict[str, str]
) -> None:
    for line in ("update 1/5.2 complete", "mine", "help"):
        foreign = body | {"team_id": "T0OTHER", "text": line, "trigger_id": line}
        ack = await post(sqlite_council, urlencode(foreign).encode(), FORM)
        assert ack.status == 200
        assert isinstance(ack.body, dict)
        assert "not set up" in ack.body["text"]
        assert ack.body["response_type"] == "ephemeral"
    assert notes(sqlite_council) == []


async def test_a_request_without_a_trigger_is_not_taken_for_another(
    sqlite_council: Council, body: dict[str, str]
) -> None:
    texts = []
    for line in ("show 6.1", "show 5.3"):
        ack = await post(sqlite_council, urlencode(body | {"trigger_id": "", "text": line}).encode(), FORM)
        assert isinstance(ack.body, dict)
        texts.append(ack.body["text"])
    assert "6.1" in texts[0]
    assert "5.3" in texts[1]


async def test_every_typo_gets_a_line_to_copy(sqlite_council: Council) -> None:
    for line, suggestion in {
        "serch costs": "/cip search costs",
        "update 1/5.2 wip --rag ambr": "/cip update 1/5.2 wip --rag amber",
        "show 7.2": "/cip show",
        "at-risk s9": "section",
        "frobnicate": "/cip help",
        "due 32 March": "/cip due 31 March",
    }.items():
        assert suggestion in await sqlite_council.send_command("SS", line), line
