"""Where Chromium is on this machine."""

import os
import shutil
from pathlib import Path

import pytest

DEBIAN = Path("/usr/bin/chromium")
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",  # or every page starts a process, which costs more than what the page does
)


def find_chromium() -> str | None:
    """CIP_CHROMIUM when it is set, else Debian's, else the first of NAMES on the PATH."""
    given = os.environ.get("CIP_CHROMIUM")
    if given:
        return given if Path(given).exists() else None
    if DEBIAN.exists():
        return str(DEBIAN)
    return next((path for path in map(shutil.which, NAMES) if path), None)


def chromium_or_skip() -> str:
    """Chromium's path. Where there is none the test is skipped, but in CI it fails."""
    found = find_chromium()
    if found is not None:
        return found
    reason = "Chromium is not on this machine: install it, or set CIP_CHROMIUM to its path"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
