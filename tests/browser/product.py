"""The real product: the bot, its sandbox and the sample plan, in a folder of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.composition.serving import running
from bot.config import Settings


@asynccontextmanager
async def product(folder: Path) -> AsyncIterator[str]:
    """Yields the product's address once the plan is in and its recent past has been lived through."""
    async with running(Settings(data_dir=folder, port=0)) as address:
        yield address
