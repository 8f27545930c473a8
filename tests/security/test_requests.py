"""Requests that were cut, blown up, or belong to somebody else's workspace.

Forged, expired and replayed ones: tests/handlers/slack/test_signatures.py.
"""

import asyncio
import gzip
import json
import zlib
from collections.abc import AsyncIterator
from io import StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession
from sqlalchemy import select

from models import PlanUpload, PromptItem, StatusChange, Workspace
from tests.fixtures.council import Council
from tests.fixtures.plans import USERS
from tests.handlers.slack.slack_actions import FORM, JSON, buttons, notes, post
from tests.handlers.slack.test_button_presses import _prompt as prompt_of

LINE = "update 1/5.2 in-progress - said once"


async def test_a_cut_request_is_refused_or_harmless(sqlite_council: Council) -> None:
    await sqlite_council.send_command("SS", LINE)
    sent = sqlite_council.sandbox.last_delivery
    for share in (0.1, 0.5, 0.9, 0.99):
        cut = sent.body[: int(len(sent.body) * share)]
        assert (await post(sqlite_council, cut, FORM, sent.headers)).status == 401
        assert (await post(sqlite_council, cut, FORM)).status in {200, 400}
    assert set(notes(sqlite_council)) == {"said once"}


async def test_a_body_without_a_length_is_measured_all_the_same(sqlite_council: Council) -> None:
    async def flood() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 65_536

    async with ClientSession() as session:
        try:
            async with session.post(f"{sqlite_council.address}/slack/events", data=flood()) as answer:
                assert answer.status == 413
        except ConnectionError:
            pass  # It hung up on us before we were through, which is as good.
    assert "5.2" in await sqlite_council.send_command("SS", "mine")


@pytest.mark.parametrize(
    ("encoding", "body", "status"),
    [
        ("gzip", b"\x1f\x8b\x08 garbage", 400),
        ("gzip", b"payload=%7B%7D", 400),
        ("deflate", b"\xff\xfe\xfd" * 20, 400),
        ("gzip", gzip.compress(b"0" * 20_000_000), 413),
        ("deflate", zlib.compress(b"0" * 20_000_000), 413),
        ("gzip", gzip.compress(b"command=%2Fcip"), 401),
    ],
    ids=["garbage", "no gzip", "no deflate", "gzip bomb", "deflate bomb", "unsigned"],
)
async def test_a_packed_body_is_refused_without_a_trace(
    sqlite_council: Council, logged: StringIO, encoding: str, body: bytes, status: int
) -> None:
    headers = {"Content-Encoding": encoding, "Content-Type": FORM}
    async with (
        ClientSession() as session,
        session.post(f"{sqlite_council.address}/slack/events", data=body, headers=headers) as answer,
    ):
        assert answer.status == status
        assert "Traceback" not in await answer.text()
    assert "5.2" in await sqlite_council.send_command("SS", "mine")
    assert "exception" not in logged.getvalue()
    assert '"error"' not in logged.getvalue()


def _add_workspace(bot_council: Council) -> None:
    database = bot_council.database()
    with database.transaction() as session:
        session.add(Workspace(team_id="T0SECOND", name="Another council"))
    database.close()


@pytest.mark.parametrize("team", ["T0OTHER", "T0SECOND"], ids=["unknown", "another of ours"])
async def test_nothing_reaches_across_workspaces(bot_council: Council, team: str) -> None:
    """The very buttons, forms, messages and files of one workspace, sent in the name of another."""
    _add_workspace(bot_council)
    prompt, channel = await prompt_of(bot_council, "SS")
    (complete,) = buttons(prompt, "prompt:complete")
    element = next(
        each
        for block in prompt.blocks
        for each in block.get("elements", [])
        if each.get("action_id") == complete
    )
    user = {"id": USERS["SS"], "team_id": team}
    about = {"team": {"id": team}, "user": user, "channel": {"id": channel, "name": "directmessage"}}
    event = {"channel_type": "im", "user": USERS["SS"], "channel": channel, "type": "message"}
    file = {"name": "plan.csv", "url_private": f"{bot_council.sandbox.settings.base_url}/x", "size": 10}
    requests: list[dict[str, Any]] = [
        {"type": "block_actions", **about, "actions": [element], "trigger_id": "1"},
        {
            "type": "block_actions", **about, "trigger_id": "2",
            "actions": [{"type": "button", "action_id": "run:0", "value": "update 1/5.2 complete"}],
        },
        {
            "type": "view_submission", **about, "trigger_id": "3",
            "view": {
                "type": "modal", "id": "V1", "blocks": [], "callback_id": "why", "private_metadata": "1/5.2",
                "state": {"values": {"note": {"note": {"type": "plain_text_input", "value": "stolen"}}}},
            },
        },
        {"type": "event_callback", "team_id": team, "event_id": "4", "event": {**event, "text": "5.2 done"}},
        {"type": "event_callback", "team_id": team, "event_id": "5", "event": {**event, "files": [file]}},
    ]  # fmt: skip
    for request in requests:
        body = json.dumps(request).encode()
        in_form = urlencode({"payload": json.dumps(request)}).encode()
        ack = await post(bot_council, *((body, JSON) if "event" in request else (in_form, FORM)))
        assert ack.status == 200, request
    await asyncio.sleep(0.1)
    database = bot_council.database()
    with database.transaction(write=False) as session:
        assert session.scalars(select(StatusChange)).all() == []
        assert {item.answer for item in session.scalars(select(PromptItem))} == {""}
        assert [each.state for each in session.scalars(select(PlanUpload)) if each.state == "applied"] == []
    database.close()
