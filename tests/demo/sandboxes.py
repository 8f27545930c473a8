"""The whole product as `make run` starts it, on a port of its own, seen through the page's requests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.config import Settings
from bot.serve import run_bot
from tests.fixtures.databases import fresh_url

PLAN = """Town plan 2026-29 (July 2021)
Ref,Action,Owner,By when,Progress
1.1,Count the rooms,AA,31/08/2021,In progress
1.2,Mend the roof,"BB, Head of Estates",30/09/2021,Not started
1.3,Paint the hall,PM,31/03/2022,Not started
"""


@dataclass
class PageClient:
    """The page's script. user: who is looking."""

    session: aiohttp.ClientSession
    address: str
    user: str = "U0RM"
    status: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)

    async def get(self, path: str) -> Any:
        joint = "&" if "?" in path else "?"
        async with self.session.get(f"{self.address}/sandbox/{path}{joint}user={self.user}") as answer:
            self.status = answer.status
            return await answer.json()

    async def post(self, path: str, **body: Any) -> Any:
        url = f"{self.address}/sandbox/{path}"
        said = {"user": self.user, **body}
        async with self.session.post(url, json=said, headers={"X-Sandbox": "1"}) as answer:
            self.status = answer.status
            return await answer.json()

    async def clock(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.get("state"))["clock"]
        return found

    async def dm_id(self) -> str:
        """The id of the direct message with the bot."""
        return str((await self.get("state"))["dms"][0]["id"])

    async def messages(self, channel: str = "") -> list[dict[str, Any]]:
        """What stands in a conversation; without its name, in the one with the bot."""
        found: list[dict[str, Any]] = (await self.get(f"conversations/{channel or await self.dm_id()}"))[
            "messages"
        ]
        return found

    async def wait_for_messages(
        self, condition: Callable[[list[dict[str, Any]]], object]
    ) -> list[dict[str, Any]]:
        """Wait for the conversation with the bot to look so."""
        for _ in range(600):
            found = await self.messages()
            if condition(found):
                return found
            await asyncio.sleep(0.05)
        pytest.fail(f"it did not come about; there is {[one['text'] for one in found]}")


async def wait_for(condition: Callable[[], Awaitable[object]], description: str) -> None:
    """Wait for something that goes on by itself, for a minute and a half at most."""
    for _ in range(1800):
        if await condition():
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"it did not come about that {description}")


def settings_in(folder: Path, kind: str = "sqlite", **more: Any) -> Settings:
    """The sandbox keeps its files in `folder`, on any free port."""
    if kind != "sqlite":
        more["database_url"] = fresh_url(kind, folder)
    return Settings(data_dir=folder, port=0, tick_seconds=30, **more)


@asynccontextmanager
async def open_sandbox(
    settings: Settings, plan: Path | None = None, user: str = "U0RM"
) -> AsyncIterator[PageClient]:
    async with run_bot(settings, plan=plan) as address, aiohttp.ClientSession() as session:
        yield PageClient(session, address, user)


def write_plan_file(folder: Path, text: str = PLAN, name: str = "town.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path
