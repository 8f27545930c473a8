"""`make bench`: every measurement, or those named (ONLY="updates sweep board start year")."""

import sys

from benchmarks import board, start, sweep, updates, year

ALL = {
    "updates": updates.run,
    "sweep": sweep.run,
    "board": board.run,
    "start": start.run,
    "year": year.run,
}


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in ALL]
    if unknown:
        sys.exit(f"There is no measurement called {', '.join(unknown)}. There are: {', '.join(ALL)}.")
    for name in names or ALL:
        ALL[name]()
        print(flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
