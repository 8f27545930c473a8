"""The fork server: a process that has imported the bot, and forks a replica for each line of its input.

Each replica is a process of its own, so that killing it is real; forking it takes far less time than starting
Python. A line of input is JSON, {"settings": {…}, "time": path of the clock's file, "is_clock_watched":
whether the replica's jobs wait after its clock was set}. Once the replica serves, a line of output has its
process id and address. The replicas end with this process, however that ends.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy.orm import configure_mappers

from bot.config import Settings
from bot.jobs.clock_watch import ClockWatch
from bot.logs import set_up_logs
from bot.rendering import Renderer
from bot.serve import run_bot
from bot.simulation.shared_clock import MachineClock, SharedClock, WatchedClock


def main() -> None:
    set_up_logs("warning", as_json=True)
    configure_mappers()
    Renderer("/cip")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    parent_pipe, parent_pipe_writer = os.pipe()
    for line in sys.stdin:
        if os.fork() == 0:
            os.close(parent_pipe_writer)
            _run_replica(json.loads(line), parent_pipe)


def _run_replica(config: dict[str, Any], parent_pipe: int) -> NoReturn:
    """Run one replica. parent_pipe: becomes readable once the parent has ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        asyncio.run(_serve(config, parent_pipe))
    except BaseException as error:  # noqa: BLE001 - nothing may return into the parent's loop
        sys.stderr.write(f"a bot ended: {error!r}\n")
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


async def _serve(config: dict[str, Any], parent_pipe: int) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    loop.add_reader(parent_pipe, stopped.set)
    settings, shared = Settings(**config["settings"]), SharedClock(Path(config["time"]))
    watched = WatchedClock(shared)
    watch = ClockWatch(watched, watched.monotonic) if config["is_clock_watched"] else None
    async with run_bot(settings, clock=MachineClock(shared), watch=watch) as address:
        os.write(sys.stdout.fileno(), f"{os.getpid()} {address}\n".encode())
        await stopped.wait()


if __name__ == "__main__":
    main()
