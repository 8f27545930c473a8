"""How many cases: a fixed sample in every run, FUZZ_CASES new ones in a long run (`make fuzz`)."""

import os

from hypothesis import HealthCheck, settings

LONG = int(os.environ.get("FUZZ_CASES", "0"))


def cases(sample: int, percent: int) -> settings:
    """`sample` cases, the same each time; in a long run that share of all, and other ones each time."""
    return settings(
        max_examples=max(1, LONG * percent // 100) if LONG else sample,
        derandomize=not LONG,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
