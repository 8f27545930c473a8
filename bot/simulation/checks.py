"""Every message is there once and answered for, at a time when it may be, within everyone's budget."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from bot.plan.calendar import next_occurrence
from bot.plan.wording import format_day
from bot.simulation.check_prompts import check_prompts
from bot.simulation.event_log import EventKind, UserEvent
from bot.simulation.expected_plan import ExpectedPlan
from bot.simulation.observations import BotMessage, ChangeRow, DeliveryRow, Evidence

BOT_INITIATED_KINDS = ("prompt", "digest", "digest-part")
WEEK = timedelta(days=7)


def check_messages(evidence: Evidence) -> Iterator[str]:
    """Says each difference in words."""
    yield from _check_messages_have_rows(evidence)
    yield from _check_rows_have_messages(evidence)
    yield from _check_times(evidence)
    yield from _check_budget(evidence)
    yield from _check_threads(evidence)
    yield from _check_buttons(evidence)


def _format_location(evidence: Evidence, message: BotMessage) -> str:
    owner = evidence.dm_owners.get(message.channel)
    location = f"the direct messages of {owner}" if owner else "the board's channel"
    return f"in {location} at {message.at:%d/%m/%Y %H:%M:%S} UTC"


def _check_messages_have_rows(evidence: Evidence) -> Iterator[str]:
    """Each message of the bot's own has one row, which says it was sent."""
    rows_by_token, counts = (
        evidence.rows_by_token,
        Counter(each.token for each in evidence.messages if each.token),
    )
    for token, count in counts.items():
        first = next(each for each in evidence.messages if each.token == token)
        if count > 1:
            yield f"A message stands there {count} times, first {_format_location(evidence, first)}."
        row = rows_by_token.get(token)
        if row is None:
            yield f"The ledger does not know the message {_format_location(evidence, first)}."
        elif row.state != "sent":
            yield (
                f"The ledger says {row.state} of {row.key}, which was delivered "
                f"{_format_location(evidence, first)}."
            )


def _check_rows_have_messages(evidence: Evidence) -> Iterator[str]:
    """Each row that says sent has its message, where it says; whatever is not sent has its reason."""
    locations = {each.token: (each.channel, each.ts) for each in evidence.messages}
    for row in evidence.rows:
        if (
            row.state == "sent"
            and row.kind != "prompt-update"
            and locations.get(row.token) != (row.channel, row.ts)
        ):
            yield f"The ledger says {row.key} was sent, and it is not where the ledger says."
        if row.state in {"skipped", "failed"} and not row.reason:
            yield f"The ledger gives no reason why {row.key} was {row.state}."
        if row.state in {"planned", "claimed"} and row.due_at < evidence.event_log.ended_at - timedelta(
            days=1
        ):
            yield f"{row.key} was due on {row.due_at:%d/%m/%Y %H:%M} UTC and is still {row.state}."


def _bot_initiated(evidence: Evidence) -> list[tuple[BotMessage, DeliveryRow]]:
    """Messages said unasked, with their rows."""
    rows_by_token = evidence.rows_by_token
    rows = [(each, rows_by_token.get(each.token)) for each in evidence.messages]
    return [(each, row) for each, row in rows if row is not None and row.kind in BOT_INITIATED_KINDS]


def _check_times(evidence: Evidence) -> Iterator[str]:
    calendar = evidence.rules.calendar
    for message, row in _bot_initiated(evidence):
        if calendar.is_quiet(message.at):
            yield f"A {row.kind} was sent in quiet hours, {_format_location(evidence, message)}."
        if row.kind == "prompt" and not calendar.is_working(calendar.today(message.at)):
            yield f"A prompt was sent on a day off, {_format_location(evidence, message)}."


def _check_budget(evidence: Evidence) -> Iterator[str]:
    """One prompt a day at most, and in no seven days more than the budget."""
    days = defaultdict(list)
    for message, row in _bot_initiated(evidence):
        if row.kind == "prompt":
            days[message.channel].append(evidence.rules.calendar.today(message.at))
    for channel, prompt_days in days.items():
        person = evidence.dm_owners.get(channel, channel)
        prompt_days.sort()
        for earlier, later in pairwise(prompt_days):
            if earlier == later:
                yield f"{person} got two prompts on {later:%d/%m/%Y}."
        for index, day in enumerate(prompt_days):
            week = [each for each in prompt_days[index:] if each < day + WEEK]
            if len(week) > evidence.rules.budget:
                yield f"{person} got {len(week)} prompts in the seven days from {day:%d/%m/%Y}."


def _check_threads(evidence: Evidence) -> Iterator[str]:
    """What did not fit a digest follows in its thread, in order."""
    sent = {row.id: row for row in evidence.rows if row.state == "sent"}
    parts = defaultdict(list)
    for row in evidence.rows:
        if row.kind == "digest-part" and row.parent_id is not None:
            parts[row.parent_id].append(row)
    by_token = {each.token: each for each in evidence.messages}
    for parent, rows in parts.items():
        rows.sort(key=lambda row: row.part)
        timestamps = [by_token[row.token].ts for row in rows if row.token in by_token]
        if timestamps != sorted(timestamps):
            yield f"The parts of {sent[parent].key} stand in the wrong order."
        for row in rows:
            message = by_token.get(row.token)
            if message is not None and message.thread_ts != sent[parent].ts:
                yield f"{row.key} stands outside its thread."


def _check_buttons(evidence: Evidence) -> Iterator[str]:
    """Nothing that was answered can be answered again."""
    items = {item.id: item for row in evidence.rows for item in row.items}
    for message in evidence.messages:
        for number in message.buttons:
            item = items.get(number)
            if item is None or item.answer not in {"", "later"}:
                action = f"{item.key[0]}/{item.key[1]}" if item else "something unknown"
                yield (
                    f"What was answered about {action} still has its buttons, "
                    f"{_format_location(evidence, message)}."
                )


def check_changes(evidence: Evidence) -> Iterator[str]:
    """Says each difference in words."""
    expected_total = 0
    for event in evidence.event_log.events:
        if event.kind is EventKind.SNOOZE:
            continue
        found = [row for row in evidence.changes if _records(row, event)]
        expected_count = int(event.is_accepted)
        expected_total += expected_count
        if len(found) != expected_count:
            yield (
                f"{_describe_event(event)} should be recorded {_format_times(expected_count)} and is "
                f"recorded {_format_times(len(found))}."
                f" The answer was “{event.answer}”."
            )
    if len(evidence.changes) != expected_total:
        yield f"{expected_total} changes were acknowledged, and the database has {len(evidence.changes)}."
    yield from _check_chains(evidence)
    yield from _check_action_states(evidence)


def _records(row: ChangeRow, event: UserEvent) -> bool:
    """By its mark where it carries words, else by who and when, to the microsecond."""
    if event.marker:
        return event.marker in row.text and row.key == event.key
    source = "undo" if event.kind is EventKind.UNDO else "button"
    return row.source == source and row.person == event.person and row.at == event.at


def _describe_event(event: UserEvent) -> str:
    about = f" of {event.key[0]}/{event.key[1]}" if event.key[1] else ""
    marker = f" ({event.marker})" if event.marker else ""
    return f"What {event.person} did on {event.at:%d/%m/%Y %H:%M:%S} UTC, {event.kind.value}{about}{marker},"


def _format_times(count: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _check_chains(evidence: Evidence) -> Iterator[str]:
    """Each change begins where the one before it ended; nothing is taken back twice."""
    latest: dict[object, ChangeRow] = {}
    for row in evidence.changes:
        previous = latest.get(row.key)
        if previous is not None and previous.to_status != row.from_status:
            yield (
                f"Action {row.key[0]}/{row.key[1]}: change {row.id} begins at {row.from_status},"
                f" but the one before it ended at {previous.to_status}."
            )
        latest[row.key] = row
    undone = Counter(row.undoes for row in evidence.changes if row.undoes is not None)
    for change, count in undone.items():
        if count > 1:
            yield f"Change {change} was taken back {count} times."


def _check_action_states(evidence: Evidence) -> Iterator[str]:
    """Each action stands where the accepted acts leave it."""
    plan = ExpectedPlan(evidence.draft, set(evidence.user_ids))
    for event in evidence.event_log.events:
        plan.apply(event)
    for key, action in plan.actions.items():
        found = evidence.actions.get(key)
        dates = action.open_dates()
        expected = (action.status.value, dates[0][0] if dates else None)
        if found is None or (found.status, found.next_due) != expected:
            actual = f"{found.status}, next due {found.next_due}" if found else "missing"
            yield (
                f"Action {key[0]}/{key[1]} should be {expected[0]}, next due {expected[1]}, and is {actual}."
            )


BOT_OFF_REASON = "the bot was not running"


def check_digests(evidence: Evidence) -> Iterator[str]:
    """Says each difference in words."""
    rows = {_slot_of(row): row for row in evidence.rows if row.kind == "digest"}
    slots = digest_slots(evidence)
    for index, slot in enumerate(slots):
        following = slots[index + 1] if index + 1 < len(slots) else evidence.event_log.ended_at
        yield from _check_digest(evidence, slot, following, rows.pop(slot, None))
    for slot, row in rows.items():
        yield f"A digest for {slot:%d/%m/%Y %H:%M} UTC, when none was due: {row.key}."


def digest_slots(evidence: Evidence) -> list[datetime]:
    """Every time the rule came round."""
    rules, event_log = evidence.rules, evidence.event_log
    found, moment = [], event_log.started_at
    while (
        moment := next_occurrence(rules.digest_rule, rules.calendar.timezone, after=moment)
    ) < event_log.ended_at:
        found.append(moment)
    return found


def _slot_of(row: DeliveryRow) -> datetime:
    return datetime.fromisoformat(row.key.split(":", 2)[2].rpartition(":")[0])


def _check_digest(
    evidence: Evidence, slot: datetime, following: datetime, row: DeliveryRow | None
) -> Iterator[str]:
    opportunity = _first_opportunity(evidence, slot, following)
    subject = f"The digest of {slot:%d/%m/%Y %H:%M} UTC"
    if row is None:
        if opportunity is not None or following < evidence.event_log.ended_at:
            yield f"{subject} is missing, and the ledger has no word of it."
    elif row.state == "skipped":
        if opportunity is not None or not row.reason.startswith(BOT_OFF_REASON):
            yield f"{subject} was left out ({row.reason}), though the bot was there at {opportunity}."
    elif row.state != "sent":
        yield f"{subject} is {row.state}: {row.reason}."
    elif opportunity is not None and row.due_at > opportunity:
        yield f"{subject} came late: at {row.due_at}, though the bot was there at {opportunity}."
    elif row.due_at < slot:
        yield f"{subject} came before its time: at {row.due_at}."
    else:
        yield from _check_digest_text(evidence, slot, row, subject)


def _first_opportunity(evidence: Evidence, slot: datetime, following: datetime) -> datetime | None:
    """The first moment from `slot` on at which a bot ran and nobody slept."""
    settled, calendar = evidence.event_log.settled_at, evidence.rules.calendar
    for moment in settled[bisect_left(settled, slot) :]:
        if moment >= following:
            return None
        if not calendar.is_quiet(moment):
            return moment
    return None


def _check_digest_text(evidence: Evidence, slot: datetime, row: DeliveryRow, subject: str) -> Iterator[str]:
    day = evidence.rules.calendar.today(slot)
    text = next((each.text for each in evidence.messages if each.token == row.token), "")
    if format_day(day) not in text:
        yield f"{subject} does not say which week it is for."


def find_differences(evidence: Evidence) -> list[str]:
    """Every difference as a sentence; empty when all is well."""
    checks = (check_changes, check_messages, check_digests, check_prompts)
    return [*evidence.failures, *(each for check in checks for each in check(evidence))]
