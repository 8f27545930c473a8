"""`make bench`: a signed, durable `/cip update` beside what it is compared with, all in one run.

The references: Bolt's AsyncApp with its defaults and with process_before_response, each with a listener that
only acknowledges, and bare commits of the same driver. Machines are noisy, so what counts is ratios.
"""

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

import aiohttp

from benchmarks.commits import postgresql_seconds, sqlite_seconds
from bot.sandbox.signing import sign
from tests.fixtures.plans import TEAM
from tests.fixtures.sandbox import SECRET

REQUESTS = {1: 400, 8: 1600, 32: 1600}
WARM_UP = 50
COMMITS = 500
_numbers = count()


@dataclass(frozen=True)
class Measured:
    """Of one server at one number of connections. Times in milliseconds."""

    median: float
    p99: float
    per_second: float
    errors: int


def body() -> str:
    """One update, with an id of its own, that changes something each time."""
    number = next(_numbers)
    return urlencode(
        {
            "command": "/cip",
            "text": f"update 1/5.2 in-progress note number {number}",
            "team_id": TEAM,
            "user_id": "U0SS",
            "user_name": "ss",
            "channel_id": "C0BOARD",
            "channel_name": "board",
            "trigger_id": f"bench.{number}",
            "response_url": "http://127.0.0.1:9/",
            "api_app_id": "A0",
        }
    )


@contextmanager
def server(which: str) -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.servers", which],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


async def measure(address: str, connections: int, requests: int) -> Measured:
    left = iter(range(requests))
    times: list[float] = []
    errors = 0

    async def one_connection(session: aiohttp.ClientSession) -> None:
        nonlocal errors
        for _ in left:
            sent = body()
            started = time.perf_counter()
            async with session.post(f"{address}/slack/events", data=sent, headers=_headers(sent)) as answer:
                await answer.read()
                errors += answer.status != 200  # noqa: PLR2004 - HTTP OK
            times.append((time.perf_counter() - started) * 1000)

    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(connector=connector) as session:
        started = time.perf_counter()
        await asyncio.gather(*(one_connection(session) for _ in range(connections)))
        took = time.perf_counter() - started
    return Measured(
        statistics.median(times), statistics.quantiles(times, n=100)[98], len(times) / took, errors
    )


def _headers(sent: str) -> dict[str, str]:
    return {**sign(SECRET, sent), "Content-Type": "application/x-www-form-urlencoded"}


def main() -> None:
    found: dict[str, dict[int, Measured]] = {}
    for which in ("stock", "fast", "sqlite", "postgresql"):
        with server(which) as address:
            asyncio.run(measure(address, 1, WARM_UP))
            found[which] = {
                connections: asyncio.run(measure(address, connections, requests))
                for connections, requests in REQUESTS.items()
            }
    bare = {"sqlite": sqlite_seconds(COMMITS) * 1000, "postgresql": postgresql_seconds(COMMITS) * 1000}
    report(found, bare)


def report(found: dict[str, dict[int, Measured]], bare: dict[str, float]) -> None:
    print("server      connections  median ms    p99 ms  requests/s  errors")
    for which, rows in found.items():
        for connections, row in rows.items():
            print(
                f"{which:<11} {connections:>11} {row.median:>10.2f} {row.p99:>9.2f}"
                f" {row.per_second:>11.0f} {row.errors:>7}"
            )
    print()
    for which, commit in bare.items():
        mine, fast, stock = found[which], found["fast"], found["stock"]
        ratios = {
            "1 connection, median, of stock Bolt's empty ack": mine[1].median / stock[1].median,
            "1 connection, median, of fast ack + bare commit": mine[1].median / (fast[1].median + commit),
            "8 connections, requests/s, of the fast empty ack's": mine[8].per_second / fast[8].per_second,
        }
        print(f"{which}: one bare commit takes {commit:.2f} ms")
        for what, ratio in ratios.items():
            print(f"  {what:<52}{ratio:.2f}")


if __name__ == "__main__":
    main()
