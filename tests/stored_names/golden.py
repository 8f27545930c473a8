"""Lists of names that code may not change: plain text beside the tests, sorted, a name a line."""

from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


ADVICE = (
    "Keep the old name by an explicit constant. Where the change is meant, and what was stored is still"
    " understood, change the list too."
)


def check(topic: str, what: str, found: Iterable[str]) -> None:
    """Compare with golden/<topic>.txt. what: what the names are, for whoever changed one by mistake."""
    path = FOLDER / f"{topic}.txt"
    wanted, now = set(path.read_text(encoding="utf-8").splitlines()), set(found)
    gone = [f"  - {each}" for each in sorted(wanted - now)]
    new = [f"  + {each}" for each in sorted(now - wanted)]
    says = f"{what} is stored or seen outside: a renaming must leave it as it is. Not as in {path.name}:"
    assert not gone + new, "\n".join([says, *gone, *new, ADVICE])
