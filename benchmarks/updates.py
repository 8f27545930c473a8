"""A signed, durable `/cip update` beside what it is compared with, all in one run.

The references: Bolt's AsyncApp and App with their defaults and AsyncApp with process_before_response, each
with a listener that only acknowledges; bare commits of the same driver; and the bot with nothing left but its
statements ("only"). Machines are noisy, so what counts is ratios. wrk (a Debian package) makes the load.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.commits import postgresql_seconds, sqlite_seconds
from benchmarks.requests import headers, update_body

SCRIPT = Path(__file__).with_name("load.lua")
SERVERS = ("stock async", "stock sync", "fast", "sqlite", "sqlite only", "postgresql", "postgresql only")
CONNECTIONS = (1, 8, 32)
# How often the numbers of connections take turns, so that a slow minute is slow for each, and for how long.
ROUNDS, SECONDS = 3, 2
MAX_REQUESTS_PER_SECOND = {"fast": 6_000}
COMMITS = 1_000


@dataclass(frozen=True)
class Measurement:
    """One server at one number of connections. Times in milliseconds."""

    median: float
    p99: float
    per_second: float
    errors: int


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


def measure(which: str, address: str, connections: int, *, seconds: int = SECONDS) -> Measurement:
    """No request is sent twice: the file holds more of them than the server can handle in that time."""
    count = seconds * MAX_REQUESTS_PER_SECOND.get(which, 2_000)
    with TemporaryDirectory() as folder:
        signed = Path(folder) / "requests"
        signed.write_text("".join(_lines(count)))
        wrk = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT)]
        done = subprocess.run([*wrk, address, "--", str(signed)], capture_output=True, text=True, check=True)
    return Measurement(**json.loads(done.stdout.splitlines()[-1]))


def _lines(count: int) -> Iterator[str]:
    for _ in range(count):
        body = update_body()
        signed = headers(body)
        yield f"{signed['X-Slack-Request-Timestamp']}\t{signed['X-Slack-Signature']}\t{body}\n"


def run() -> None:
    if shutil.which("wrk") is None:
        sys.exit("make bench needs wrk. Install the Debian package wrk, then run it again.")
    measurements: dict[str, dict[int, Measurement]] = {}
    for which in SERVERS:
        with server(which) as address:
            measure(which, address, 1, seconds=1)
            measurements[which] = _measure_in_turns(which, address)
    commit_times = {
        "sqlite": sqlite_seconds(COMMITS) * 1000,
        "postgresql": postgresql_seconds(COMMITS) * 1000,
    }
    _report(measurements, commit_times)


def _measure_in_turns(which: str, address: str) -> dict[int, Measurement]:
    """By number of connections: the medians of the rounds, and all errors."""
    rounds = [{each: measure(which, address, each) for each in CONNECTIONS} for _ in range(ROUNDS)]
    return {each: _middle([one[each] for one in rounds]) for each in CONNECTIONS}


def _middle(rows: Sequence[Measurement]) -> Measurement:
    return Measurement(
        median(row.median for row in rows),
        median(row.p99 for row in rows),
        median(row.per_second for row in rows),
        sum(row.errors for row in rows),
    )


def _report(measurements: dict[str, dict[int, Measurement]], commit_times: dict[str, float]) -> None:
    print("server           connections  median ms    p99 ms  requests/s  errors")
    for which, rows in measurements.items():
        for connections, row in rows.items():
            print(
                f"{which:<16} {connections:>11} {row.median:>10.2f} {row.p99:>9.2f}"
                f" {row.per_second:>11.0f} {row.errors:>7}"
            )
    for which, commit in commit_times.items():
        bot, fast, stock = measurements[which], measurements["fast"], measurements["stock async"]
        only = measurements[f"{which} only"]
        goal = 0.3 if which == "sqlite" else 0.2
        print(f"{which}: one bare commit takes {commit:.2f} ms")
        ratios = (
            ("1 connection, median, of stock Bolt's empty ack", bot[1].median / stock[1].median, "below 1"),
            (
                "1 connection, median, of fast ack + bare commit",
                bot[1].median / (fast[1].median + commit),
                "at most 3.0",
            ),
            (
                "8 connections, requests/s, of the fast ack's",
                bot[8].per_second / fast[8].per_second,
                f"at least {goal}",
            ),
            ("8 connections, p99 in ms", bot[8].p99, "below 50"),
            (
                "32 connections, requests/s, of those at 8",
                bot[32].per_second / bot[8].per_second,
                "at least 1",
            ),
            ("32 connections, errors", float(bot[32].errors), "0"),
        )
        for what, ratio, to_reach in ratios:
            print(f"  {what:<50}{ratio:>8.2f}   (to reach: {to_reach})")
        alone, share = only[1].median / (fast[1].median + commit), only[8].per_second / fast[8].per_second
        print(f"  with its statements alone, the second would be {alone:.2f} and the third {share:.2f}")
