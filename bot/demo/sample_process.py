"""Write the sample plan, read it, print the draft: `python -m bot.demo.sample_process 2026-11-23`.

In a process of its own, so that the bot does not keep the libraries for workbooks in memory.
"""

import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import sample
from bot.importing.drafting.json_out import to_json
from bot.importing.pipeline import read_plan


def main(day: str) -> None:
    today = date.fromisoformat(day)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sample-plan.xlsx"
        sample.write_sample(path, today=today)
        sys.stdout.write(to_json(read_plan(path, today=today)))


if __name__ == "__main__":
    main(sys.argv[1])
