"""One bot in a process of its own, so that killing it is real. Started by bot.simulation.children only.

It is told on its first line of input, as JSON, which settings to run with and where the time is kept. It
prints its address once it serves, and stops on SIGTERM, or when its input ends because the simulator did.
"""

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

from bot.composition.serving import running
from bot.config import Settings
from bot.logs import set_up_logs
from bot.simulation.shared_time import SharedTime


def main() -> None:
    told = json.loads(sys.stdin.readline() or "{}")
    if told:
        set_up_logs("warning", as_json=True)
        asyncio.run(_serve(told))


async def _serve(told: dict[str, Any]) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    loop.add_reader(sys.stdin, stopped.set)
    settings = Settings(**told["settings"])
    async with running(settings, clock=SharedTime(Path(told["time"]))) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    main()
