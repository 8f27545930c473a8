"""A check that cannot fail is worthless: every kind of fault is planted once, and has to be found."""

import asyncio
import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.config import Settings
from bot.services.prompts import daily_prompt
from bot.services.scheduling.quiet_hours import MISSED_DAY
from bot.simulation.checks import find_differences
from bot.simulation.driver import Driver
from bot.simulation.event_log import EventKind, EventLog, Trouble, TroubleKind
from bot.simulation.observations import BotMessage, DeliveryRow, Evidence, collect_evidence
from bot.simulation.options import SimulationOptions
from bot.simulation.prompt_index import PromptIndex
from bot.simulation.replicas import open_in_process_replica
from bot.simulation.scenario import Scenario, open_scenario
from tests.fixtures.databases import fresh_url

START = date(2027, 3, 17)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """A week and a day in which all went well."""
    return asyncio.run(_simulate(tmp_path_factory.mktemp("good"), lambda _: None))


async def _simulate(folder: Path, tamper: Callable[[Scenario], None], weeks: float = 1.2) -> Evidence:
    settings = Settings(database_url=SecretStr(fresh_url("sqlite", folder)), data_dir=folder)
    options = SimulationOptions(None, START, weeks, seed=4)
    async with (
        open_scenario(options, settings, folder) as scenario,
        open_in_process_replica(scenario.settings, scenario.clock) as bot,
    ):
        event_log = await Driver(scenario, bot).run()
        tamper(scenario)
        return collect_evidence(scenario, event_log)


def report_of(evidence: Evidence) -> str:
    return "\n".join(find_differences(evidence))


def test_all_is_well_when_nothing_is_planted(good: Evidence) -> None:
    assert find_differences(good) == []
    assert sum(act.is_accepted for act in good.event_log.events) > 5
    assert {row.kind for row in good.rows} >= {"prompt", "digest", "prompt-update"}


def _first(evidence: Evidence, kind: str) -> DeliveryRow:
    return next(row for row in evidence.rows if row.kind == kind and row.state == "sent")


def _message_of(evidence: Evidence, row: DeliveryRow) -> BotMessage:
    return next(each for each in evidence.messages if each.token == row.token)


def _with_row(evidence: Evidence, old: DeliveryRow, new: DeliveryRow | None) -> Evidence:
    rows = [new if each is old else each for each in evidence.rows]
    return replace(evidence, rows=[each for each in rows if each is not None])


def _shift(evidence: Evidence, row: DeliveryRow, hours: float) -> Evidence:
    """The message and its row, some hours later."""
    seconds, _, rest = row.ts.partition(".")
    ts = f"{int(seconds) + int(hours * 3600)}.{rest}"
    moved = _with_row(evidence, row, replace(row, ts=ts))
    messages = [replace(each, ts=ts) if each.token == row.token else each for each in moved.messages]
    return replace(moved, messages=messages)


def _post_again(scenario: Scenario) -> None:
    messages = list(scenario.sandbox.workspace.messages.in_channel("C0BOARD"))
    scenario.sandbox.workspace.post(copy.deepcopy(next(each for each in messages if each.metadata)))


def _lose_a_change(scenario: Scenario) -> None:
    """Past the triggers that guard the record."""
    lost = "DELETE FROM status_change WHERE id = (SELECT max(id) FROM status_change WHERE note <> '')"
    with scenario.database.engine.begin() as connection:
        triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for (name,) in triggers:
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(lost))


async def test_a_message_really_posted_twice_and_a_change_really_lost(tmp_path: Path) -> None:
    def tamper(scenario: Scenario) -> None:
        _post_again(scenario)
        _lose_a_change(scenario)

    report = report_of(await _simulate(tmp_path, tamper, weeks=1))
    assert "A message stands there 2 times" in report
    assert "should be recorded once and is recorded not at all" in report


def test_a_change_recorded_twice(good: Evidence) -> None:
    last = next(row for row in good.changes if row.source == "command")
    report = report_of(replace(good, changes=[*good.changes, replace(last, id=10_000)]))
    assert "should be recorded once and is recorded twice" in report


def test_a_change_nobody_was_notified_of(good: Evidence) -> None:
    acts = [
        replace(act, is_accepted=False) if act.kind is EventKind.COMMAND and act.is_accepted else act
        for act in good.event_log.events
    ]
    event_log: EventLog = replace(good.event_log, events=acts)
    assert "should be recorded not at all and is recorded once" in report_of(
        replace(good, event_log=event_log)
    )


def test_an_action_that_stands_elsewhere(good: Evidence) -> None:
    key = next(iter(good.actions))
    wrong = good.actions | {key: replace(good.actions[key], status="verified")}
    assert f"Action {key[0]}/{key[1]} should be" in report_of(replace(good, actions=wrong))


@pytest.mark.parametrize("kind", ["prompt", "digest"])
def test_a_message_at_night(good: Evidence, kind: str) -> None:
    assert f"A {kind} was sent in quiet hours" in report_of(_shift(good, _first(good, kind), 12))


def test_a_prompt_on_a_sunday(good: Evidence) -> None:
    row = _first(good, "prompt")
    days = (6 - row.due_at.weekday()) % 7
    assert "A prompt was sent on a day off" in report_of(_shift(good, row, days * 24))


def test_more_prompts_than_the_budget(good: Evidence) -> None:
    row = _first(good, "prompt")
    message = _message_of(good, row)
    spoiled = good
    for day in range(1, 4):
        seconds, _, rest = row.ts.partition(".")
        ts, token = f"{int(seconds) + day * 86_400}.{rest}", f"planted{day}"
        later = row.due_at + timedelta(days=day)
        more = replace(row, id=90_000 + day, ts=ts, token=token, key=f"{row.key}{day}", due_at=later)
        spoiled = replace(
            spoiled,
            rows=[*spoiled.rows, more],
            messages=[*spoiled.messages, replace(message, ts=ts, token=token)],
        )
    assert f"{row.person} got 4 prompts in the seven days" in report_of(spoiled)


@pytest.mark.parametrize(
    ("state", "reason", "counts"),
    [
        ("sent", "", True),
        ("planned", "", True),
        ("skipped", f"{MISSED_DAY}. The token was revoked.", False),
        ("skipped", "answered or finished before it was sent", False),
        ("skipped", daily_prompt.NOT_RUNNING, False),
        ("failed", "The account is deactivated.", False),
    ],
)
def test_what_takes_room_in_the_week(good: Evidence, state: str, reason: str, counts: bool) -> None:
    """The bot asks again as soon as there is room, and what was given up leaves it."""
    row = _first(good, "prompt")
    changed = replace(row, state=state, reason=reason)
    recent = PromptIndex(_with_row(good, row, changed)).in_week(row.person, row.due_at + timedelta(days=6))
    assert (changed in recent) is counts


def test_no_room_in_the_week_though_there_was(good: Evidence) -> None:
    sent = [row for row in good.rows if (row.kind, row.state) == ("prompt", "sent")]
    people = [row.person for row in sent]
    row = next(row for number, row in enumerate(sent) if row.person in people[:number])
    remaining = [each for each in good.messages if each.token != row.token]
    reason = f"already sent {good.rules.budget} messages in 7 days; asked again when there is room"
    skipped = replace(_with_row(good, row, _left_out(row, reason)), messages=remaining)
    assert f"“{reason}”, but only 1 were" in report_of(skipped)


def test_a_prompt_that_never_came(good: Evidence) -> None:
    row = _first(good, "prompt")
    remaining = [each for each in good.messages if each.token != row.token]
    report = report_of(replace(_with_row(good, row, None), messages=remaining))
    assert f"A question to {row.person}" in report
    assert "was due on" in report


def test_a_prompt_the_outbox_says_was_sent(good: Evidence) -> None:
    row = _first(good, "prompt")
    remaining = [each for each in good.messages if each.token != row.token]
    assert "it is not where the outbox says" in report_of(replace(good, messages=remaining))


def test_a_prompt_for_no_reason(good: Evidence) -> None:
    row = _first(good, "prompt")
    early = replace(row, due_at=row.due_at - timedelta(days=200))
    assert "before it was due" in report_of(_with_row(good, row, early))


def test_a_reason_that_does_not_hold(good: Evidence) -> None:
    row = _first(good, "prompt")
    remaining = [each for each in good.messages if each.token != row.token]
    reason = f"no chat account is linked to {row.person}"
    skipped = replace(_with_row(good, row, replace(row, state="skipped", reason=reason)), messages=remaining)
    assert "but one is" in report_of(skipped)


def _left_out(row: DeliveryRow, reason: str) -> DeliveryRow:
    return replace(row, id=row.id + 90_000, token="", channel="", ts="", state="skipped", reason=reason)


def test_a_prompt_that_came_a_day_late(good: Evidence) -> None:
    row = _first(good, "prompt")
    late = replace(
        row, due_at=row.due_at + timedelta(days=1), last_tried_at=row.last_tried_at + timedelta(days=1)
    )
    assert late.due_at.weekday() in range(1, 5)
    moved = _with_row(good, row, late)
    assert f"and came on {late.due_at:%d/%m/%Y %H:%M:%S}" in report_of(moved)
    settled = [each for each in good.event_log.settled_at if each.date() != row.due_at.date()]
    off = replace(moved, event_log=replace(good.event_log, settled_at=settled))
    subject = f"{row.person} about {'/'.join(row.items[0].key)} was due"
    assert [line for line in report_of(off).splitlines() if subject in line and "does not say why" in line]
    explained = replace(off, rows=[*off.rows, _left_out(row, daily_prompt.NOT_RUNNING)])
    assert not [line for line in report_of(explained).splitlines() if subject in line]
    # A second day missed takes nothing off what is known of the first.
    again = _left_out(
        replace(row, id=row.id + 1, due_at=late.due_at - timedelta(hours=1)), daily_prompt.NOT_RUNNING
    )
    assert not [
        line
        for line in report_of(replace(explained, rows=[*explained.rows, again])).splitlines()
        if subject in line
    ]


@pytest.mark.parametrize(
    ("reason", "wrong"),
    [
        (daily_prompt.NOT_RUNNING, "it was"),
        (daily_prompt.EARLIER_PENDING, "none was"),
        (daily_prompt.ALREADY_PROMPTED, "there was none"),
    ],
)
def test_a_day_missed_for_a_reason_that_does_not_hold(good: Evidence, reason: str, wrong: str) -> None:
    row = _first(good, "prompt")
    remaining = [each for each in good.messages if each.token != row.token]
    spoiled = _with_row(replace(good, messages=remaining), row, _left_out(row, reason))
    assert f"“{reason}”, but {wrong}" in report_of(spoiled)


@pytest.mark.parametrize(("hour", "waited"), [(12, False), (18, True), (23, True)])
def test_a_message_on_its_way_until_it_is_too_late_to_write(good: Evidence, hour: int, waited: bool) -> None:
    row = _first(good, "prompt")
    before = replace(row, due_at=row.due_at - timedelta(days=1), last_tried_at=row.due_at.replace(hour=hour))
    index = PromptIndex(_with_row(good, row, before))
    assert index.was_waiting(row.person, row.due_at.date()) is waited


@pytest.mark.parametrize(
    ("was_refused", "minutes", "could_be_asked"),
    [(False, 1, False), (False, 3, True), (True, 3, False), (True, 16, False), (True, 18, True)],
)
def test_people_are_asked_soon_after_what_they_waited_for(
    good: Evidence, was_refused: bool, minutes: int, could_be_asked: bool
) -> None:
    row = _first(good, "prompt")
    before = replace(
        row, due_at=row.due_at - timedelta(days=1), last_tried_at=row.due_at, was_refused=was_refused
    )
    moment = row.due_at + timedelta(minutes=minutes)
    event_log = replace(good.event_log, settled_at=[moment])
    index = PromptIndex(replace(_with_row(good, row, before), event_log=event_log))
    assert index.first_opportunity(row.person, row.due_at) == (moment if could_be_asked else None)


def _with_wrong_clock(evidence: Evidence, at: datetime) -> Evidence:
    trouble = Trouble(TroubleKind.CLOCK, at - timedelta(seconds=5), at + timedelta(seconds=55))
    return replace(evidence, event_log=replace(evidence.event_log, troubles=[trouble]))


def _sent_early(evidence: Evidence, kind: str, *, known: bool) -> tuple[Evidence, DeliveryRow]:
    """The first message of that kind has another before it, posted three days ahead of its day at night."""
    row = _first(evidence, kind)
    message = _message_of(evidence, row)
    posted_at = row.due_at - timedelta(days=3, hours=6)
    early = replace(
        row,
        id=80_000,
        key=f"{row.key}:early" if known else f"{row.key}x" if kind == "prompt" else row.key,
        token="planted",
        due_at=posted_at + timedelta(minutes=4),
        sent_at=posted_at,
        ts=f"{posted_at.timestamp():.6f}",
        items=tuple(replace(item, id=item.id + 80_000) for item in row.items),
    )
    posted = replace(message, ts=early.ts, token=early.token, buttons=frozenset())
    notice = replace(row, id=80_001, kind="notice", token="n", key=f"notice:clock:{posted_at.date()}:1")
    notice = replace(notice, items=(), person="", for_day=None, state="skipped", reason="planted")
    spoiled = replace(evidence, rows=[*evidence.rows, early, notice], messages=[*evidence.messages, posted])
    return _with_wrong_clock(spoiled, posted_at), early


@pytest.mark.parametrize("kind", ["prompt", "digest"])
def test_what_a_wrong_clock_sent_before_its_day_is_accepted_where_the_bot_knows_it(
    good: Evidence, kind: str
) -> None:
    explained, early = _sent_early(good, kind, known=True)
    assert find_differences(explained) == []
    no_trouble = replace(explained, event_log=good.event_log)
    report = report_of(no_trouble)
    assert f"{early.key} was sent before its day, when no clock was wrong" in report
    assert f"A {kind} was sent in quiet hours" in report
    silent = replace(explained, rows=[row for row in explained.rows if row.kind != "notice"])
    assert "plan managers were not told" in report_of(silent)


@pytest.mark.parametrize("kind", ["prompt", "digest"])
def test_what_a_wrong_clock_sent_before_its_day_and_the_bot_does_not_know(good: Evidence, kind: str) -> None:
    spoiled, early = _sent_early(good, kind, known=False)
    assert f"{early.key} was sent on" in report_of(spoiled)
    assert "The outbox is wrong about whether that was before its day" in report_of(spoiled)
    learned_later = replace(early, sent_at=early.due_at + timedelta(minutes=2))
    is_accepted = "The outbox is wrong" not in report_of(_with_row(spoiled, early, learned_later))
    assert is_accepted is (kind == "digest")


def test_a_prompt_that_a_wrong_clock_sent_early_takes_no_prompts_place(good: Evidence) -> None:
    """It is asked on its day too, and without that it is missing, or late."""
    explained, early = _sent_early(good, "prompt", known=True)
    row = _first(good, "prompt")
    rows = [each for each in explained.rows if each is not row]
    messages = [each for each in explained.messages if each.token != row.token]
    report = report_of(replace(explained, rows=rows, messages=messages))
    assert f"A question to {early.person}" in report
    assert "was due on" in report


def test_a_digest_that_is_missing(good: Evidence) -> None:
    row = _first(good, "digest")
    remaining = [each for each in good.messages if each.token != row.token]
    report = report_of(replace(_with_row(good, row, None), messages=remaining))
    assert "is missing, and the outbox has no word of it" in report


def test_a_message_the_outbox_does_not_know(good: Evidence) -> None:
    unknown = replace(good.messages[0], token="unknown")
    assert "The outbox does not know the message" in report_of(
        replace(good, messages=[*good.messages, unknown])
    )


def test_a_row_left_on_its_way(good: Evidence) -> None:
    row = _first(good, "digest")
    assert "is still claimed" in report_of(_with_row(good, row, replace(row, state="claimed")))


def test_buttons_left_on_what_was_answered(good: Evidence) -> None:
    row = next(each for each in good.rows if any(item.answer not in {"", "later"} for item in each.items))
    item = next(item for item in row.items if item.answer not in {"", "later"})
    messages = [
        replace(each, buttons=frozenset({item.id})) if each.token == row.token else each
        for each in good.messages
    ]
    assert "still has its buttons" in report_of(replace(good, messages=messages))
