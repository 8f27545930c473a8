"""Leases: a row that one process works on is its own until the lease ends and anybody's afterwards, so that
a killed process blocks nothing for good.
"""

from datetime import datetime, timedelta

# For one delivery or one file. Whoever sends gives up after half of it, and renews it before each step.
LEASE = timedelta(minutes=2)
# For reading one conversation after an outage: a few pages, each of which Slack may slow down.
CATCH_UP_LEASE = timedelta(minutes=3)


def lease_end(now: datetime, length: timedelta = LEASE) -> datetime:
    """When a lease that is granted or renewed now ends."""
    return now + length


def is_leased(until: datetime | None, now: datetime) -> bool:
    """Whether a lease that ends at `until` still lasts; None: there is none."""
    return until is not None and until > now
