"""Ctrl-C while the sandbox is still being filled."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.demo.sandboxes import wait_for

ROOT = Path(__file__).resolve().parents[2]


async def test_an_opening_can_be_called_off(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "app.py",
        cwd=ROOT,
        env={**os.environ, "CIP_DATA_DIR": str(tmp_path), "CIP_PORT": "0"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )

    async def has_begun() -> bool:
        return (tmp_path / "sandbox-town.json").exists()

    await wait_for(has_begun, "the sandbox is being filled")
    process.send_signal(signal.SIGINT)
    said, _ = await asyncio.wait_for(process.communicate(), 15)
    assert said.decode().splitlines() == ["Stopped before it was ready."]
    assert process.returncode == 0
    assert '"ready": false' in (tmp_path / "sandbox-town.json").read_text()
