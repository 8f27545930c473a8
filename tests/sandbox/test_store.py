import asyncio
import itertools
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.server import Sandbox
from tests.fixtures.sandbox import BOARD, RM, SETTINGS, FixedClock, client_of, running_sandbox
from tests.paths import ROOT
from tests.sandbox.blocks import home, modal, section

KEY = {"event_type": "cip.prompt", "event_payload": {"key": "abc"}}


@pytest.fixture
def state_file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "sandbox.db"


async def test_everything_is_there_after_a_restart(state_file: Path) -> None:
    settings = replace(SETTINGS, state_file=state_file)
    clock = FixedClock()
    async with running_sandbox(settings=settings, clock=clock) as sandbox:
        client = client_of(sandbox)
        sent = await client.chat_postMessage(channel=BOARD, text="kept", blocks=[section()], metadata=KEY)
        await client.chat_postMessage(channel=BOARD, text="reply", thread_ts=sent["ts"])
        gone = await client.chat_postMessage(channel=BOARD, text="gone")
        await client.chat_delete(channel=BOARD, ts=gone["ts"])
        await client.chat_postEphemeral(channel=BOARD, user=RM, text="only you")
        await client.views_publish(user_id=RM, view=home())
        await client.views_open(trigger_id=sandbox.workspace.triggers.issue(RM), view=modal())
        await client.files_upload_v2(content="a,b", filename="a.csv", channel=BOARD)
        dm = sandbox.dm_id(RM)
        sandbox.workspace.messages.mark_read(RM, BOARD)
        ticket = sandbox.workspace.response_urls.issue(RM, BOARD)
        seen = sandbox.visible_messages(RM, BOARD)
        view, tab = sandbox.current_modal(RM), sandbox.home_view(RM)
    async with running_sandbox(settings=settings, clock=clock, seeded=False) as sandbox:
        assert sandbox.visible_messages(RM, BOARD) == seen
        assert [one.text for one in sandbox.workspace.messages.thread(BOARD, sent["ts"])] == ["kept", "reply"]
        assert (sandbox.current_modal(RM), sandbox.home_view(RM)) == (view, tab)
        assert sandbox.dm_id(RM) == dm
        assert sandbox.workspace.messages.count_unread(RM, BOARD) == 0
        assert sandbox.workspace.users[RM].real_name == "RM Manager"
        assert sandbox.workspace.response_urls.use(ticket.key).channel == BOARD
        assert sandbox.workspace.store.get_file(seen[-1].files[0]["id"]) == b"a,b"
        new = await client_of(sandbox).chat_postMessage(channel=BOARD, text="after")
        assert new["ts"] > gone["ts"]


async def test_starting_again_forgets_everything(state_file: Path) -> None:
    settings = replace(SETTINGS, state_file=state_file)
    async with running_sandbox(settings=settings) as sandbox:
        await client_of(sandbox).chat_postMessage(channel=BOARD, text="old")
        sandbox.workspace.wipe()
        assert sandbox.workspace.directory.people() == []
    async with running_sandbox(settings=settings) as sandbox:
        assert sandbox.visible_messages(RM, BOARD) == []


async def test_a_killed_process_has_kept_what_it_acknowledged(state_file: Path) -> None:
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import asyncio, sys; from tests.sandbox.server_process import serve;"
        " asyncio.run(serve(sys.argv[1]))",
        str(state_file),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert server.stdout is not None
    address = (await server.stdout.readline()).decode().strip()
    there = Sandbox(replace(SETTINGS, base_url=address), FixedClock())
    client = client_of(there)
    client.retry_handlers.clear()
    acknowledged: list[str] = []

    enough = asyncio.Event()

    async def keep_posting() -> None:
        for count in itertools.count(1):
            answer = await client.chat_postMessage(channel=BOARD, text=f"message {count}")
            acknowledged.append(answer["ts"])
            if count == 20:
                enough.set()

    posting = asyncio.create_task(keep_posting())
    await enough.wait()
    os.kill(server.pid, signal.SIGKILL)
    await server.wait()
    with pytest.raises(aiohttp.ClientError):
        await posting
    await there.close()
    async with running_sandbox(settings=replace(SETTINGS, state_file=state_file), seeded=False) as sandbox:
        kept = [one.ts for one in sandbox.visible_messages(RM, BOARD)]
    assert len(acknowledged) >= 20
    assert kept[: len(acknowledged)] == acknowledged
