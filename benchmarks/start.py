"""From starting the process to the first acknowledged command, and its memory at rest."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from benchmarks.requests import free_port, headers, update_body
from tests.fixtures.council import Council, council
from tests.fixtures.sandbox import SECRET, TOKEN

ROOT = Path(__file__).resolve().parents[1]
STARTS = 3
COMMANDS = 50
OK = 200
MAX_TRIES = 6_000


def run() -> None:
    print("Cold start (python app.py serve, SQLite, a workspace beside it)")
    starts = [asyncio.run(_start()) for _ in range(STARTS)]
    print(
        f"  to the first acknowledged command {min(took for took, _ in starts):>8.2f} s (to reach: under 2.5)"
    )
    resting = max(megabytes for _, megabytes in starts)
    print(f"  resting memory, after {COMMANDS} commands {resting:>8.0f} MB (to reach: under 150)")


async def _start() -> tuple[float, float]:
    """Seconds to the first acknowledged command, and megabytes at rest after a few more."""
    with TemporaryDirectory() as folder:
        async with council("sqlite", Path(folder)) as running:
            port = free_port()
            started = time.perf_counter()
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "app.py",
                "serve",
                cwd=ROOT,
                env={**os.environ, **_settings(running, port, folder)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                return await _measure(f"http://127.0.0.1:{port}/slack/events", process.pid, started)
            finally:
                process.kill()
                await process.wait()


async def _measure(address: str, pid: int, started: float) -> tuple[float, float]:
    async with aiohttp.ClientSession() as session:
        await _wait_for_first_ack(session, address)
        took = time.perf_counter() - started
        for _ in range(COMMANDS):
            await _is_acknowledged(session, address)
    await asyncio.sleep(1)
    return took, _resident_megabytes(pid)


async def _wait_for_first_ack(session: aiohttp.ClientSession, address: str) -> None:
    for _ in range(MAX_TRIES):
        if await _is_acknowledged(session, address):
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


async def _is_acknowledged(session: aiohttp.ClientSession, address: str) -> bool:
    body = update_body()
    try:
        async with session.post(address, data=body, headers=headers(body)) as answer:
            return answer.status == OK
    except aiohttp.ClientConnectionError:
        return False


def _settings(council: Council, port: int, folder: str) -> dict[str, str]:
    return {
        "DATABASE_URL": council.url,
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{council.sandbox.settings.base_url}/sandbox/api/",
        "CIP_PORT": str(port),
        "CIP_DATA_DIR": folder,
    }


def _resident_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
