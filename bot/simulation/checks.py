"""What must hold after a simulation: changes recorded once, messages sent once, at permitted times and within
everyone's budget. The prompts have a module of their own, check_prompts.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from bot.plan.calendar import next_digest_time
from bot.plan.wording import format_day
from bot.sentences import sentence
from bot.services.outbox.refusals import RETRY_INTERVAL
from bot.simulation.check_prompts import check_prompts
from bot.simulation.check_wrong_clock import check_wrong_clock, slot_of
from bot.simulation.event_log import ActionRef, EventKind, TroubleKind, UserEvent
from bot.simulation.expected_plan import ExpectedPlan
from bot.simulation.observations import BotMessage, ChangeRow, DeliveryRow, Evidence

BOT_INITIATED_KINDS = ("prompt", "digest", "digest-part")
NOT_RUNNING_REASON, SUPERSEDED_REASON = "the bot was not running", "superseded by "
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def find_differences(evidence: Evidence) -> list[str]:
    """Every difference between what should have happened and what did, a sentence each."""
    checks = (check_changes, check_messages, check_digests, check_prompts, check_links)
    return [each for check in checks for each in check(evidence)]


def check_links(evidence: Evidence) -> Iterator[str]:
    """Everyone with an address that the workspace has is linked to their account."""
    if evidence.unlinked:
        yield sentence("simulation.not_linked", people=evidence.unlinked)


# Changes of the plan


def check_changes(evidence: Evidence) -> Iterator[str]:
    """Each accepted event is recorded once, nothing else is, and the actions end as the events leave them."""
    expected_total = 0
    for event in evidence.event_log.events:
        if event.kind is EventKind.SNOOZE:
            continue
        expected = int(event.is_accepted)
        actual = sum(_records(row, event) for row in evidence.changes)
        expected_total += expected
        if actual != expected:
            yield sentence("simulation.change_count", event=event, expected=expected, actual=actual)
    if len(evidence.changes) != expected_total:
        yield sentence("simulation.total_changes", expected=expected_total, actual=len(evidence.changes))
    yield from _check_chains(evidence)
    yield from _check_action_states(evidence)


def _records(row: ChangeRow, event: UserEvent) -> bool:
    """Whether the row records the event: by its marker where it has one, else by person and moment."""
    if event.marker:
        return event.marker in row.text and row.key == event.key
    source = "undo" if event.kind is EventKind.UNDO else "button"
    return row.source == source and row.person == event.person and row.at == event.at


def _check_chains(evidence: Evidence) -> Iterator[str]:
    """Each change of an action begins at the status where the one before it ended; none is undone twice."""
    latest: dict[ActionRef, ChangeRow] = {}
    for row in evidence.changes:
        previous = latest.get(row.key)
        if previous is not None and previous.to_status != row.from_status:
            yield sentence(
                "simulation.chain_broken",
                action=row.key,
                change=row.id,
                from_status=row.from_status,
                previous_status=previous.to_status,
            )
        latest[row.key] = row
    undone = Counter(row.undoes for row in evidence.changes if row.undoes is not None)
    for change, count in undone.items():
        if count > 1:
            yield sentence("simulation.undone_repeatedly", change=change, count=count)


def _check_action_states(evidence: Evidence) -> Iterator[str]:
    """Each action has the status and next date that the accepted events give it."""
    plan = ExpectedPlan(evidence.draft, set(evidence.user_ids))
    for event in evidence.event_log.events:
        plan.apply(event)
    for key, action in plan.actions.items():
        actual = evidence.actions.get(key)
        dates = action.open_dates()
        status, next_due = action.status.value, dates[0][0] if dates else None
        if actual is None or (actual.status, actual.next_due) != (status, next_due):
            yield sentence(
                "simulation.action_state", action=key, status=status, next_due=next_due, actual=actual
            )


# Messages and the rows of the outbox


def check_messages(evidence: Evidence) -> Iterator[str]:
    """Messages and rows match one to one, and each message was allowed where and when it was sent."""
    yield from _check_messages_have_rows(evidence)
    yield from _check_rows_have_messages(evidence)
    yield from _check_times(evidence)
    yield from _check_budget(evidence)
    yield from _check_threads(evidence)
    yield from _check_buttons(evidence)
    yield from check_wrong_clock(evidence)


def _owner_of(evidence: Evidence, message: BotMessage) -> str:
    """The initials of whose direct messages it is in; "" for the board's channel."""
    return evidence.dm_owners.get(message.channel, "")


def _check_messages_have_rows(evidence: Evidence) -> Iterator[str]:
    """Each message has one row, which is marked as sent, and no other message has the same row."""
    rows_by_token = evidence.rows_by_token
    counts = Counter(each.token for each in evidence.messages if each.token)
    for token, count in counts.items():
        message = next(each for each in evidence.messages if each.token == token)
        owner, row = _owner_of(evidence, message), rows_by_token.get(token)
        if count > 1:
            yield sentence("simulation.message_repeated", count=count, owner=owner, at=message.at)
        if row is None:
            yield sentence("simulation.message_without_row", owner=owner, at=message.at)
        elif row.state != "sent":
            yield sentence(
                "simulation.message_of_unsent_row", state=row.state, row=row.key, owner=owner, at=message.at
            )


def _check_rows_have_messages(evidence: Evidence) -> Iterator[str]:
    """Each row marked as sent has its message at its address; each other row has its reason."""
    addresses = {each.token: (each.channel, each.ts) for each in evidence.messages}
    for row in evidence.rows:
        is_message = row.state == "sent" and row.kind != "prompt-update"
        if is_message and addresses.get(row.token) != (row.channel, row.ts):
            yield sentence("simulation.row_without_message", row=row.key)
        if row.state in {"skipped", "failed"} and not row.reason:
            yield sentence("simulation.row_without_reason", row=row.key, state=row.state)
        if row.state in {"planned", "claimed", "waiting"} and row.due_at < evidence.event_log.ended_at - DAY:
            yield sentence("simulation.row_overdue", row=row.key, due_at=row.due_at, state=row.state)


def _bot_initiated(evidence: Evidence) -> list[tuple[BotMessage, DeliveryRow]]:
    """The messages that answer nobody, with their rows."""
    rows_by_token = evidence.rows_by_token
    pairs = [(each, rows_by_token.get(each.token)) for each in evidence.messages]
    return [(each, row) for each, row in pairs if row is not None and row.kind in BOT_INITIATED_KINDS]


def _check_times(evidence: Evidence) -> Iterator[str]:
    """Nothing is sent in quiet hours, and no prompt on a day off, by a clock that is right."""
    calendar = evidence.rules.calendar
    for message, row in _bot_initiated(evidence):
        if evidence.was_sent_by_wrong_clock(row):
            continue
        owner = _owner_of(evidence, message)
        if calendar.is_quiet(message.at):
            yield sentence("simulation.sent_in_quiet_hours", kind=row.kind, owner=owner, at=message.at)
        if row.kind == "prompt" and not calendar.is_working(calendar.today(message.at)):
            yield sentence("simulation.prompt_on_day_off", owner=owner, at=message.at)


def _check_budget(evidence: Evidence) -> Iterator[str]:
    """One prompt a day at most, and in no seven days more than the budget."""
    days = defaultdict(list)
    for message, row in _bot_initiated(evidence):
        if row.kind == "prompt" and not row.is_early:
            days[message.channel].append(evidence.rules.calendar.today(message.at))
    for channel, prompt_days in days.items():
        person = evidence.dm_owners.get(channel, channel)
        prompt_days.sort()
        for earlier, later in pairwise(prompt_days):
            if earlier == later:
                yield sentence("simulation.two_prompts_on_one_day", person=person, day=later)
        for index, day in enumerate(prompt_days):
            count = sum(each < day + WEEK for each in prompt_days[index:])
            if count > evidence.rules.budget:
                yield sentence("simulation.over_budget", person=person, count=count, day=day)


def _check_threads(evidence: Evidence) -> Iterator[str]:
    """The parts of a digest are in its thread, in order."""
    sent = {row.id: row for row in evidence.rows if row.state == "sent"}
    parts = defaultdict(list)
    for row in evidence.rows:
        if row.kind == "digest-part" and row.parent_id is not None:
            parts[row.parent_id].append(row)
    by_token = {each.token: each for each in evidence.messages}
    for parent, rows in parts.items():
        if parent not in sent:
            # Found by the check of digests.
            continue
        rows.sort(key=lambda row: row.part)
        timestamps = [by_token[row.token].ts for row in rows if row.token in by_token]
        if timestamps != sorted(timestamps):
            yield sentence("simulation.parts_out_of_order", row=sent[parent].key)
        for row in rows:
            message = by_token.get(row.token)
            if message is not None and message.thread_ts != sent[parent].ts:
                yield sentence("simulation.part_outside_thread", row=row.key)


def _check_buttons(evidence: Evidence) -> Iterator[str]:
    """No item that was answered can be answered again."""
    items = {item.id: item for row in evidence.rows for item in row.items}
    for message in evidence.messages:
        for number in message.buttons:
            item = items.get(number)
            if item is None or item.answer not in {"", "later"}:
                yield sentence(
                    "simulation.buttons_left",
                    action=item.key if item else None,
                    owner=_owner_of(evidence, message),
                    at=message.at,
                )


# Digests


def check_digests(evidence: Evidence) -> Iterator[str]:
    """Each digest that was due was sent once, at the first opportunity, or skipped while no bot ran."""
    rows = {slot_of(row): row for row in evidence.rows if row.kind == "digest" and not row.is_early}
    slots = digest_slots(evidence)
    for index, slot in enumerate(slots):
        following = slots[index + 1] if index + 1 < len(slots) else evidence.event_log.ended_at
        yield from _check_digest(evidence, slot, following, rows.pop(slot, None))
    for slot, row in rows.items():
        yield sentence("simulation.digest_unexpected", slot=slot, row=row.key)


def digest_slots(evidence: Evidence) -> list[datetime]:
    """Every moment at which the board's rule made a digest due, in order."""
    rules, event_log = evidence.rules, evidence.event_log
    slots, moment = [], event_log.started_at
    while (moment := next_digest_time(rules.digest_rule, rules.calendar, after=moment)) < event_log.ended_at:
        slots.append(moment)
    return slots


def _check_digest(
    evidence: Evidence, slot: datetime, following: datetime, row: DeliveryRow | None
) -> Iterator[str]:
    """following: when the next digest was due. row: None where the outbox has none for the slot."""
    opportunity = _first_opportunity(evidence, slot, following)
    if row is None:
        if opportunity is not None or following < evidence.event_log.ended_at:
            yield sentence("simulation.digest_missing", slot=slot)
    elif row.state == "skipped":
        if _was_superseded(evidence, slot, following, row):
            return
        if opportunity is not None or not row.reason.startswith(NOT_RUNNING_REASON):
            yield sentence("simulation.digest_skipped", slot=slot, reason=row.reason, opportunity=opportunity)
    elif row.state != "sent":
        yield sentence("simulation.digest_unsent", slot=slot, state=row.state, reason=row.reason)
    else:
        yield from _check_sent_digest(evidence, slot, opportunity, row)


def _was_superseded(evidence: Evidence, slot: datetime, following: datetime, row: DeliveryRow) -> bool:
    """Whether it was refused until the next one was due, which took its place."""
    return row.reason.startswith(SUPERSEDED_REASON) and any(
        each.kind is not TroubleKind.DISK
        and each.began_at < following
        and slot < each.ends_at + RETRY_INTERVAL
        for each in evidence.event_log.troubles
    )


def _check_sent_digest(
    evidence: Evidence, slot: datetime, opportunity: datetime | None, row: DeliveryRow
) -> Iterator[str]:
    if evidence.was_sent_by_wrong_clock(row):
        return
    if opportunity is not None and row.due_at > opportunity:
        yield sentence("simulation.digest_late", slot=slot, due_at=row.due_at, opportunity=opportunity)
    elif row.due_at < slot:
        yield sentence("simulation.digest_early", slot=slot, due_at=row.due_at)
    elif format_day(evidence.rules.calendar.today(slot)) not in _text_of(evidence, row):
        yield sentence("simulation.digest_without_week", slot=slot)


def _first_opportunity(evidence: Evidence, slot: datetime, following: datetime) -> datetime | None:
    """The first moment from `slot` on, before `following`, at which a bot ran outside quiet hours."""
    settled, calendar = evidence.event_log.settled_at, evidence.rules.calendar
    for moment in settled[bisect_left(settled, slot) :]:
        if moment >= following:
            return None
        if not calendar.is_quiet(moment):
            return moment
    return None


def _text_of(evidence: Evidence, row: DeliveryRow) -> str:
    return next((each.text for each in evidence.messages if each.token == row.token), "")
