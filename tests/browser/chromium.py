"""Where Chromium is on this machine."""

import os
import shutil

import pytest

# What may name it: its path, or a command on the PATH.
SETTINGS = ("CIP_CHROMIUM", "CHROMIUM")
DEBIAN = "/usr/bin/chromium"
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "chrome-headless-shell",
    "headless_shell",
)
MACOS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
MISSING = "Chromium is not on this machine: install it, or set CHROMIUM to its path"
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
    """The path of Chromium or Chrome: the first that is there of what a setting names, Debian's, what has
    one of NAMES on the PATH, and macOS's. What a setting names is not replaced when it is missing.
    """
    named = next(filter(None, map(os.environ.get, SETTINGS)), None)
    candidates = [named] if named else [DEBIAN, *NAMES, *MACOS]
    return next((path for path in map(shutil.which, candidates) if path), None)


def chromium_or_skip() -> str:
    """Chromium's path. Where there is none the test is skipped, but in CI it fails."""
    found = find_chromium()
    if found is not None:
        return found
    if os.environ.get("CI"):
        pytest.fail(MISSING)
    pytest.skip(MISSING)
