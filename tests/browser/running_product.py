"""The real product: the bot, its sandbox and the sample plan, in a folder of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.config import Settings
from bot.serve import run_bot


@asynccontextmanager
async def running_product(folder: Path, plan: Path | None = None) -> AsyncIterator[str]:
    """Yields the address once the plan, or the sample, is in and its recent past has been lived through."""
    async with run_bot(Settings(data_dir=folder, port=0), plan=plan) as address:
        yield address
