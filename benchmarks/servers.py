"""The servers that are measured side by side, each in a process of its own.

`python -m benchmarks.servers WHICH` prints the address it listens on, then serves until it is killed.
WHICH: sqlite or postgresql (the bot, `/cip update`, durable); "sqlite only" or "postgresql only" (its
statements and nothing else, see statements.py); "stock async" and "stock sync" (Bolt's AsyncApp and App,
their defaults, a listener that only acknowledges); or fast (AsyncApp with process_before_response).
"""

import asyncio
import gc
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web
from slack_bolt import Ack, App
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy import create_engine

from benchmarks.requests import free_port
from benchmarks.statements import replay_only_statements
from tests.fixtures.council import bot_running, council
from tests.fixtures.plans import TEAM
from tests.fixtures.sandbox import SECRET, TOKEN


async def serve_bot(kind: str) -> None:
    with TemporaryDirectory() as folder:
        async with council(kind, Path(folder)) as running:
            running.settings.tick_seconds = 15.0
            if kind == "postgresql":
                make_durable(running.url)
            async with bot_running(running):
                gc.freeze()
                print(running.address, flush=True)
                await asyncio.Event().wait()


def make_durable(url: str) -> None:
    """Switch on fsync, which the tests' PostgreSQL runs without."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = on")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()


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


def serve_sync_bolt() -> None:
    def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=TEAM, bot_token=TOKEN, bot_user_id="U0", bot_id="B0"
        )

    bolt = App(signing_secret=SECRET, authorize=authorize)

    @bolt.command("/cip")
    def acknowledge(ack: Ack) -> None:
        ack()

    port = free_port()
    print(f"http://127.0.0.1:{port}", flush=True)
    bolt.start(port=port, path="/slack/events", http_server_logger_enabled=False)


def main(which: str) -> None:
    if which == "stock sync":
        serve_sync_bolt()
    elif which in {"stock async", "fast"}:
        asyncio.run(serve_bolt(fast=which == "fast"))
    else:
        kind, _, only = which.partition(" ")
        if only:
            replay_only_statements()
        asyncio.run(serve_bot(kind))


if __name__ == "__main__":
    main(sys.argv[1])
