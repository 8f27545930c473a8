"""Every message is there once and answered for, at a time when it may be, within everyone's budget."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from bot.simulation.evidence import Evidence, Row, Seen

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
