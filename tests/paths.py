"""Where test material lies. The example plans live beside the repository on some machines only."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED_PLANS = ROOT.parent / "shared" / "plans"
TRACKER = SHARED_PLANS / "cip-2021-07-tracker.xlsx"
SEEDS = ROOT.parent / "shared" / "seeds"


def tracker_or_skip() -> Path:
    """The July 2021 tracker workbook; skips the test where it is not laid out beside the repository."""
    if not TRACKER.exists():
        pytest.skip("the July 2021 tracker workbook is not on this machine")
    return TRACKER


def seed_or_skip(name: str) -> Path:
    """One of the council papers that lie beside the repository; skips the test where it is absent."""
    path = SEEDS / name
    if not path.exists():
        pytest.skip(f"the paper {name} is not on this machine")
    return path
