"""How the time of some work grows with the length of what it is given."""

import time
from collections.abc import Callable
from typing import Any

# In seconds: below it a run says nothing about growth, and delays nobody.
NEGLIGIBLE = 0.015
SHORT, LONG = 2_000, 8_000
# Four times the length: 4 is linear and 16 quadratic.
MAX_GROWTH = 9
_RUNS = 5


def grows_too_fast(work: Callable[[Any], Any], make: Callable[[int], Any], *, long: int = LONG) -> bool:
    """Whether the work takes more than linear time. make: what it is given, of about this length; asked for
    `long` and a quarter of it.
    """
    given, quarter = make(long), make(long // 4)
    once = _seconds(work, given)
    # What is linear at first sight is; what is not may have been held up, and is measured again.
    if once < NEGLIGIBLE or once <= MAX_GROWTH * min(_seconds(work, quarter) for _ in range(2)):
        return False
    before, after = (min(_seconds(work, each) for _ in range(_RUNS)) for each in (quarter, given))
    return after > MAX_GROWTH * before and after > NEGLIGIBLE


def _seconds(work: Callable[[Any], Any], given: Any) -> float:
    """Of this thread alone, whatever else the machine does."""
    started = time.thread_time()
    work(given)
    return time.thread_time() - started
