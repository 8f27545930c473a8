"""Sets the bot up with each Python that it supports on this machine, as on a new machine.

`python -m tests.setup.pythons` makes an empty environment for each one, installs both locks from wheels
alone, imports everything and compares the locks with what was installed. Exits with 1 when any of it fails.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.paths import ROOT

OLDEST = (3, 11)
# Two at a time: the one downloads while the other compiles.
MAX_WORKERS = 2
_NAME = re.compile(r"python3(?:\.\d+)?")
_TIMEOUT = 30
# Any Python can run it, also one that is far too old.
_PROBE = """
import json, os, sys
try:
    import ensurepip, venv
    equipped = True
except ImportError:
    equipped = False
base = getattr(sys, "_base_executable", None) or sys.executable
implementation = getattr(sys, "implementation", None)
print(json.dumps({
    "version": list(sys.version_info[:3]),
    "path": os.path.realpath(base),
    "equipped": equipped,
    "final": sys.version_info[3] == "final",
    "cpython": getattr(implementation, "name", "") == "cpython",
}))
"""


@dataclass(frozen=True)
class Python:
    """A Python on this machine. lacks: why the bot cannot be set up with it, or "" when it can."""

    version: tuple[int, ...]
    path: str
    lacks: str = ""

    @property
    def name(self) -> str:
        return f"Python {'.'.join(map(str, self.version))} ({self.path})"


def pythons(home: Path, search_path: str) -> list[Python]:
    """Each Python from 3.11 under pyenv in home and on the search path, once each, the oldest first."""
    found = filter(None, map(_probe, _candidates(home, search_path)))
    each = {python.path: python for python in found if python.version >= OLDEST}
    return sorted(each.values(), key=lambda python: (python.version, python.path))


def _candidates(home: Path, search_path: str) -> Iterator[Path]:
    yield from sorted(home.glob(".pyenv/versions/*/bin/python"))
    for folder in filter(None, search_path.split(os.pathsep)):
        if Path(folder).is_dir():
            yield from sorted(path for path in Path(folder).iterdir() if _NAME.fullmatch(path.name))


def _probe(candidate: Path) -> Python | None:
    """What the interpreter says of itself; None where it does not run, such as an idle shim of pyenv."""
    try:
        ran = subprocess.run(
            [candidate, "-c", _PROBE], capture_output=True, text=True, check=True, timeout=_TIMEOUT
        )
        said = json.loads(ran.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return Python(tuple(said["version"]), said["path"], _lacks(said))


def _lacks(said: dict[str, object]) -> str:
    if not said["cpython"]:
        return "it is not CPython"
    if not said["final"]:
        return "it is not a final release"
    return "" if said["equipped"] else "it has no venv or no ensurepip"


def set_up(python: Python) -> str:
    """Set up in a fresh environment and try it. What went wrong, or "" when nothing did."""
    with TemporaryDirectory() as folder:
        environment = Path(folder) / "venv"
        here = str(environment / "bin" / "python")
        making = [f"VENV={environment}", f"PYTHON={python.path}"]
        for command in (
            ["make", "setup", *making],
            [here, "app.py", "--help"],
            [here, "-m", "tests.setup.import_modules"],
            ["make", str(environment / "dev.stamp"), *making],
            [here, "-m", "pytest", "-p", "no:cacheprovider", "tests/setup/test_locks.py"],
        ):
            if wrong := _failure(command):
                return wrong
    return ""


def _failure(command: Sequence[str]) -> str:
    """The command and what it printed, when it fails."""
    ran = subprocess.run(
        command,
        cwd=ROOT,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return "" if ran.returncode == 0 else f"{' '.join(command)}\n{ran.stdout}"


def _environment() -> dict[str, str]:
    """Without what a calling make or environment passes on. Only wheels: building one is not repeatable.
    Modules are compiled when they are imported, which most of a package never is.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    }
    return {**kept, "PIP_ONLY_BINARY": ":all:", "PIP_NO_COMPILE": "1"}


def main() -> int:
    found = pythons(Path.home(), os.environ.get("PATH", ""))
    for python in found:
        if python.lacks:
            _say(f"Skipped {python.name}: {python.lacks}.")
    fit = [python for python in found if not python.lacks]
    with ThreadPoolExecutor(MAX_WORKERS) as pool:
        worked = list(pool.map(_report, fit))
    return 0 if worked and all(worked) else 1


def _report(python: Python) -> bool:
    """Set up and say how it went. True when it worked."""
    began = time.monotonic()
    wrong = set_up(python)
    if wrong:
        _say(f"{python.name} failed: {wrong}")
        return False
    _say(f"{python.name}: set up and imported in {time.monotonic() - began:.0f} s.")
    return True


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
