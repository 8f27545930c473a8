"""A sandbox in a process of its own, to be killed."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from tests.fixtures.sandbox import SETTINGS, running_sandbox


async def serve(state_file: str) -> None:
    """Says on standard output where it is, then runs until it is stopped."""
    async with running_sandbox(settings=replace(SETTINGS, state_file=Path(state_file))) as sandbox:
        sys.stdout.write(f"{sandbox.settings.base_url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()
