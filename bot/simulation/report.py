"""How a simulation went, in plain words."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from bot.simulation.evidence import Evidence

MOST_SHOWN = 40


def told(evidence: Evidence, found: list[str], took: timedelta, seed: int) -> Iterator[str]:
    """The counts, then each difference, then the verdict."""
    yield from _counts(evidence)
    yield f"That took {took.total_seconds():.1f} seconds."
    if not found:
        yield f"Nothing lost and nothing twice. Seed {seed}."
        return
    yield f"{len(found)} differences between what should have happened and what did:"
    yield from (f"  {each}" for each in found[:MOST_SHOWN])
    if len(found) > MOST_SHOWN:
        yield f"  and {len(found) - MOST_SHOWN} more."
    yield f"To see this again, use --seed {seed}."


def _counts(evidence: Evidence) -> Iterator[str]:
    diary = evidence.diary
    accepted = Counter(act.kind.value for act in diary.acts if act.accepted)
    heard = sum(act.heard for act in diary.acts)
    yield f"People did {len(diary.acts)} things. {heard} reached the bot, {accepted.total()} were accepted:"
    yield "  " + ", ".join(f"{name} {count}" for name, count in sorted(accepted.items())) + "."
    states = Counter((row.kind, row.state) for row in evidence.rows)
    yield "The ledger holds:"
    for (kind, state), count in sorted(states.items()):
        yield f"  {kind}, {state}: {count}"
    yield f"The bot looked for work at {len(diary.settled)} moments."
    if diary.counts:
        yield "Trouble on the way:"
        yield from (f"  {what}: {count}" for what, count in sorted(diary.counts.items()))
