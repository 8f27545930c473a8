"""Identifiers that look like Slack's: a letter for the kind, then capitals and digits."""

import secrets
from datetime import datetime
from string import ascii_uppercase, digits

_LETTERS = ascii_uppercase + digits
_MICROSECONDS = 1_000_000


def new_id(kind: str) -> str:
    """`kind` is Slack's letter or letters: C channel, D direct message, V view, F file, Ev event."""
    return f"{kind}0" + "".join(secrets.choice(_LETTERS) for _ in range(9))


def new_block_id() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(5))


def to_micros(now: datetime) -> int:
    """Microseconds since 1970, exact (a float would lose the last digits)."""
    return int(now.timestamp()) * _MICROSECONDS + now.microsecond


def to_ts(micros: int) -> str:
    """Slack's `ts`: seconds, a point, six digits."""
    return f"{micros // _MICROSECONDS}.{micros % _MICROSECONDS:06d}"


def from_ts(ts: str) -> int:
    """Microseconds of a `ts`; also of whole seconds. ValueError for anything else."""
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * _MICROSECONDS + int(fraction.ljust(6, "0")[:6] or 0)
