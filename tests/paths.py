"""Where test material lies. The example plans live beside the repository on some machines only."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED_PLANS = ROOT.parent / "shared" / "plans"
TRACKER = SHARED_PLANS / "cip-2021-07-tracker.xlsx"


def tracker_or_skip() -> Path:
    """The July 2021 tracker workbook; skips the test where it is not laid out beside the repository."""
    if not TRACKER.exists():
        pytest.skip("the July 2021 tracker workbook is not on this machine")
    return TRACKER
