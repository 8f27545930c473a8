"""The page's script, as far as tests need it."""

from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass
class Page:
    """What the page's script does: fetch with its header, and take JSON."""

    session: aiohttp.ClientSession
    base: str
    status: int = 0

    async def get(self, path: str, **headers: str) -> Any:
        async with self.session.get(f"{self.base}/sandbox/{path}", headers=headers) as answer:
            self.status = answer.status
            return await answer.json()

    async def post(self, path: str, body: Any, **headers: str) -> Any:
        sent = {"X-Sandbox": "1", **headers}
        async with self.session.post(f"{self.base}/sandbox/{path}", json=body, headers=sent) as answer:
            self.status = answer.status
            return await answer.json()
