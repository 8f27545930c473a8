"""Every acknowledged change is in the database exactly once, and nothing else is."""

from collections import Counter
from collections.abc import Iterator

from bot.simulation.diary import Act, Kind
from bot.simulation.evidence import ChangeRow, Evidence
from bot.simulation.plan_kept import PlanKept


def check_changes(evidence: Evidence) -> Iterator[str]:
    """Says each difference in words."""
    expected = 0
    for act in evidence.diary.acts:
        if act.kind is Kind.LATER:
            continue
        found = [row for row in evidence.changes if _is_of(row, act)]
        wanted = int(act.accepted)
        expected += wanted
        if len(found) != wanted:
            yield (
                f"{_told(act)} should be recorded {_times(wanted)} and is recorded {_times(len(found))}."
                f" The answer was “{act.answer}”."
            )
    if len(evidence.changes) != expected:
        yield f"{expected} changes were acknowledged, and the database has {len(evidence.changes)}."
    yield from _chains(evidence)
    yield from _standing(evidence)


def _is_of(row: ChangeRow, act: Act) -> bool:
    """By its mark where it carries words, else by who and when, to the microsecond."""
    if act.mark:
        return act.mark in row.words and row.key == act.key
    source = "undo" if act.kind is Kind.UNDO else "button"
    return row.source == source and row.who == act.who and row.at == act.at


def _told(act: Act) -> str:
    about = f" of {act.key[0]}/{act.key[1]}" if act.key[1] else ""
    mark = f" ({act.mark})" if act.mark else ""
    return f"What {act.who} did on {act.at:%d/%m/%Y %H:%M:%S} UTC, {act.kind.value}{about}{mark},"


def _times(count: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _chains(evidence: Evidence) -> Iterator[str]:
    """Each change begins where the one before it ended; nothing is taken back twice."""
    last: dict[object, ChangeRow] = {}
    for row in evidence.changes:
        before = last.get(row.key)
        if before is not None and before.to_status != row.from_status:
            yield (
                f"Action {row.key[0]}/{row.key[1]}: change {row.id} begins at {row.from_status},"
                f" but the one before it ended at {before.to_status}."
            )
        last[row.key] = row
    undone = Counter(row.undoes for row in evidence.changes if row.undoes is not None)
    for change, count in undone.items():
        if count > 1:
            yield f"Change {change} was taken back {count} times."


def _standing(evidence: Evidence) -> Iterator[str]:
    """Each action stands where the accepted acts leave it."""
    plan = PlanKept(evidence.draft, set(evidence.linked))
    for act in evidence.diary.acts:
        plan.take(act)
    for key, action in plan.actions.items():
        found = evidence.actions.get(key)
        dates = action.open_dates()
        wanted = (action.status.value, dates[0][0] if dates else None)
        if found is None or (found.status, found.next_due) != wanted:
            have = f"{found.status}, next due {found.next_due}" if found else "missing"
            yield f"Action {key[0]}/{key[1]} should be {wanted[0]}, next due {wanted[1]}, and is {have}."
