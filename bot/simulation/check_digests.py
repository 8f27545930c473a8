"""Every digest the rule calls for was posted once at its time, or the ledger says why not."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime

from bot.plan.calendar import next_occurrence
from bot.simulation.evidence import Evidence, Row

OFF = "the bot was not running"


def check_digests(evidence: Evidence) -> Iterator[str]:
    """Says each difference in words."""
    rows = {_slot_of(row): row for row in evidence.rows if row.kind == "digest"}
    slots = slots_of(evidence)
    for place, slot in enumerate(slots):
        following = slots[place + 1] if place + 1 < len(slots) else evidence.diary.ended
        yield from _check(evidence, slot, following, rows.pop(slot, None))
    for slot, row in rows.items():
        yield f"A digest for {slot:%d/%m/%Y %H:%M} UTC, when none was due: {row.key}."


def slots_of(evidence: Evidence) -> list[datetime]:
    """Every time the rule came round."""
    rules, diary = evidence.rules, evidence.diary
    found, moment = [], diary.began
    while (moment := next_occurrence(rules.digest_rule, rules.calendar.timezone, after=moment)) < diary.ended:
        found.append(moment)
    return found


def _slot_of(row: Row) -> datetime:
    return datetime.fromisoformat(row.key.split(":", 2)[2].rpartition(":")[0])


def _check(evidence: Evidence, slot: datetime, following: datetime, row: Row | None) -> Iterator[str]:
    chance = _first_chance(evidence, slot, following)
    told = f"The digest of {slot:%d/%m/%Y %H:%M} UTC"
    if row is None:
        if chance is not None or following < evidence.diary.ended:
            yield f"{told} is missing, and the ledger has no word of it."
    elif row.state == "skipped":
        if chance is not None or not row.reason.startswith(OFF):
            yield f"{told} was left out ({row.reason}), though the bot was there at {chance}."
    elif row.state != "sent":
        yield f"{told} is {row.state}: {row.reason}."
    elif chance is not None and row.due_at > chance:
        yield f"{told} came late: at {row.due_at}, though the bot was there at {chance}."
    elif row.due_at < slot:
        yield f"{told} came before its time: at {row.due_at}."
    else:
        yield from _says(evidence, slot, row, told)


def _first_chance(evidence: Evidence, slot: datetime, following: datetime) -> datetime | None:
    """The first moment from `slot` on at which a bot ran and nobody slept."""
    settled, calendar = evidence.diary.settled, evidence.rules.calendar
    for moment in settled[bisect_left(settled, slot) :]:
        if moment >= following:
            return None
        if not calendar.is_quiet(moment):
            return moment
    return None


def _says(evidence: Evidence, slot: datetime, row: Row, told: str) -> Iterator[str]:
    day = evidence.rules.calendar.today(slot)
    text = next((each.text for each in evidence.messages if each.token == row.token), "")
    if f"{day.day} {day:%B %Y}" not in text:
        yield f"{told} does not say which week it is for."
