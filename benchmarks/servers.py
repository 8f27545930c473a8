"""The servers that are measured side by side, each in a process of its own.

`python -m benchmarks.servers WHICH` prints the address it listens on, then serves until it is killed.
WHICH: sqlite or postgresql (the bot, `/cip update`, durable), stock (Bolt's defaults, a listener that only
acknowledges) or fast (the same with process_before_response).
"""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from tests.fixtures.council import bot_running, council
from tests.fixtures.plans import TEAM
from tests.fixtures.sandbox import SECRET, TOKEN


async def serve_bot(kind: str) -> None:
    with TemporaryDirectory() as folder:
        async with council(kind, Path(folder)) as town:
            town.settings.tick_seconds = 15.0
            async with bot_running(town):
                print(town.address, flush=True)
                await asyncio.Event().wait()


async def serve_bolt(*, fast: bool) -> None:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=TEAM, bot_token=TOKEN, bot_user_id="U0", bot_id="B0"
        )

    bolt = AsyncApp(signing_secret=SECRET, authorize=authorize, process_before_response=fast)

    @bolt.command("/cip")
    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def events(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    app = web.Application()
    app.router.add_post("/slack/events", events)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    print(f"http://{host}:{port}", flush=True)
    await asyncio.Event().wait()


def main(which: str) -> None:
    asyncio.run(serve_bolt(fast=which == "fast") if which in {"stock", "fast"} else serve_bot(which))


if __name__ == "__main__":
    main(sys.argv[1])
