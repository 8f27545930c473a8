"""The real product: the bot, its sandbox and the sample plan, in a folder of their own."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bot.composition.serving import running
from bot.config import Settings

READY_WITHIN = 60.0


@asynccontextmanager
async def product(folder: Path) -> AsyncIterator[str]:
    """Yields the product's address once the plan is in and its recent past has been lived through."""
    settings = Settings(data_dir=folder, port=free_port())
    async with running(settings) as address:
        await _until_ready(address)
        yield address


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


async def _until_ready(address: str) -> None:
    async with aiohttp.ClientSession(address) as session, asyncio.timeout(READY_WITHIN):
        while not await _is_ready(session):
            await asyncio.sleep(0.1)


async def _is_ready(session: aiohttp.ClientSession) -> bool:
    async with session.get("/sandbox/state") as answer:
        state = await answer.json()
    return answer.status == 200 and not state["plan"]["loading"]
