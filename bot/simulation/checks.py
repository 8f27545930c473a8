"""Every message is there once and answered for, at a time when it may be, within everyone's budget."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from bot.plan.calendar import next_occurrence
from bot.simulation.check_prompts import check_prompts
from bot.simulation.event_log import Act, Kind
from bot.simulation.expected_plan import PlanKept
from bot.simulation.observations import ChangeRow, Evidence, Row, Seen

UNASKED = ("prompt", "digest", "digest-part")
WEEK = timedelta(days=7)


def check_messages(evidence: Evidence) -> Iterator[str]:
    """Says each difference in words."""
    yield from _answered_for(evidence)
    yield from _delivered(evidence)
    yield from _at_good_times(evidence)
    yield from _within_budget(evidence)
    yield from _threads(evidence)
    yield from _buttons(evidence)


def _where(evidence: Evidence, message: Seen) -> str:
    who = evidence.direct.get(message.channel)
    place = f"the direct messages of {who}" if who else "the board's channel"
    return f"in {place} at {message.at:%d/%m/%Y %H:%M:%S} UTC"


def _answered_for(evidence: Evidence) -> Iterator[str]:
    """Each message of the bot's own has one row, which says it was sent."""
    known, seen = evidence.by_token, Counter(each.token for each in evidence.messages if each.token)
    for token, count in seen.items():
        first = next(each for each in evidence.messages if each.token == token)
        if count > 1:
            yield f"A message stands there {count} times, first {_where(evidence, first)}."
        row = known.get(token)
        if row is None:
            yield f"The ledger does not know the message {_where(evidence, first)}."
        elif row.state != "sent":
            yield f"The ledger says {row.state} of {row.key}, which was delivered {_where(evidence, first)}."


def _delivered(evidence: Evidence) -> Iterator[str]:
    """Each row that says sent has its message, where it says; whatever is not sent has its reason."""
    places = {each.token: (each.channel, each.ts) for each in evidence.messages}
    for row in evidence.rows:
        if (
            row.state == "sent"
            and row.kind != "prompt-update"
            and places.get(row.token) != (row.channel, row.ts)
        ):
            yield f"The ledger says {row.key} was sent, and it is not where the ledger says."
        if row.state in {"skipped", "failed"} and not row.reason:
            yield f"The ledger gives no reason why {row.key} was {row.state}."
        if row.state in {"planned", "claimed"} and row.due_at < evidence.diary.ended - timedelta(days=1):
            yield f"{row.key} was due on {row.due_at:%d/%m/%Y %H:%M} UTC and is still {row.state}."


def _unasked(evidence: Evidence) -> list[tuple[Seen, Row]]:
    """Messages said unasked, with their rows."""
    known = evidence.by_token
    rows = [(each, known.get(each.token)) for each in evidence.messages]
    return [(each, row) for each, row in rows if row is not None and row.kind in UNASKED]


def _at_good_times(evidence: Evidence) -> Iterator[str]:
    calendar = evidence.rules.calendar
    for message, row in _unasked(evidence):
        if calendar.is_quiet(message.at):
            yield f"A {row.kind} was sent in quiet hours, {_where(evidence, message)}."
        if row.kind == "prompt" and not calendar.is_working(calendar.today(message.at)):
            yield f"A prompt was sent on a day off, {_where(evidence, message)}."


def _within_budget(evidence: Evidence) -> Iterator[str]:
    """One prompt a day at most, and in no seven days more than the budget."""
    days = defaultdict(list)
    for message, row in _unasked(evidence):
        if row.kind == "prompt":
            days[message.channel].append(evidence.rules.calendar.today(message.at))
    for channel, asked in days.items():
        who = evidence.direct.get(channel, channel)
        asked.sort()
        for earlier, later in pairwise(asked):
            if earlier == later:
                yield f"{who} got two prompts on {later:%d/%m/%Y}."
        for place, day in enumerate(asked):
            week = [each for each in asked[place:] if each < day + WEEK]
            if len(week) > evidence.rules.budget:
                yield f"{who} got {len(week)} prompts in the seven days from {day:%d/%m/%Y}."


def _threads(evidence: Evidence) -> Iterator[str]:
    """What did not fit a digest follows in its thread, in order."""
    sent = {row.id: row for row in evidence.rows if row.state == "sent"}
    parts = defaultdict(list)
    for row in evidence.rows:
        if row.kind == "digest-part" and row.parent is not None:
            parts[row.parent].append(row)
    by_token = {each.token: each for each in evidence.messages}
    for parent, rows in parts.items():
        rows.sort(key=lambda row: row.part)
        shown = [by_token[row.token].ts for row in rows if row.token in by_token]
        if shown != sorted(shown):
            yield f"The parts of {sent[parent].key} stand in the wrong order."
        for row in rows:
            message = by_token.get(row.token)
            if message is not None and message.thread_ts != sent[parent].ts:
                yield f"{row.key} stands outside its thread."


def _buttons(evidence: Evidence) -> Iterator[str]:
    """Nothing that was answered can be answered again."""
    answers = {item.id: item for row in evidence.rows for item in row.items}
    for message in evidence.messages:
        for number in message.buttons:
            item = answers.get(number)
            if item is None or item.answer not in {"", "later"}:
                what = f"{item.key[0]}/{item.key[1]}" if item else "something unknown"
                yield f"What was answered about {what} still has its buttons, {_where(evidence, message)}."


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


def differences(evidence: Evidence) -> list[str]:
    """Every difference as a sentence; empty when all is well."""
    checks = (check_changes, check_messages, check_digests, check_prompts)
    return [*evidence.failures, *(each for check in checks for each in check(evidence))]
