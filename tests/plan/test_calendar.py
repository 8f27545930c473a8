"""Working days, quiet hours, the ladder and the weekly rule, at their edges."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.plan.calendar import (
    BoardCalendar,
    last_occurrence,
    last_scheduled_prompt,
    next_occurrence,
    next_scheduled_prompt,
    scheduled_prompts,
)

LONDON = BoardCalendar("Europe/London", "GB-ENG", time(9), time(18), time(8))
PROMPT_DAYS = (14, 7, 1, 0, -3, -7)
MONDAYS = "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0"
MOMENTS = st.datetimes(datetime(2024, 6, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 3, 30), True),
        (date(2026, 3, 28), False),
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 12, 28), False),  # Boxing Day moved
        (date(2026, 8, 31), False),  # the summer bank holiday
    ],
)
def test_bank_holidays_and_weekends_are_no_working_days(day: date, working: bool) -> None:
    assert LONDON.is_working(day) is working


def test_each_country_has_its_own() -> None:
    scotland = BoardCalendar("Europe/London", "GB-SCT", time(9), time(18), time(8))
    assert LONDON.is_working(date(2026, 1, 2))
    assert not scotland.is_working(date(2026, 1, 2))


def test_reminders_move_to_working_days_away_from_the_date() -> None:
    found = {
        each.days_left: each.at.date() for each in scheduled_prompts(date(2026, 4, 5), PROMPT_DAYS, LONDON)
    }
    assert found == {
        14: date(2026, 3, 20),  # Sunday the 22nd: the Friday before
        7: date(2026, 3, 27),  # Sunday the 29th: the Friday before
        1: date(2026, 4, 2),  # Saturday, and Good Friday before it: Thursday
        0: date(2026, 4, 2),  # Easter Sunday itself: Thursday
        -3: date(2026, 4, 8),
        -7: date(2026, 4, 13),  # Sunday the 12th: the Monday after
    }


def test_nine_o_clock_is_local_on_both_sides_of_the_change() -> None:
    assert LONDON.prompt_moment(date(2026, 3, 27)) == at("2026-03-27T09:00")
    assert LONDON.prompt_moment(date(2026, 3, 30)) == at("2026-03-30T08:00")


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [("17:59:59", False), ("18:00:00", True), ("23:59:59", True), ("07:59:59", True), ("08:00:00", False)],
)
def test_quiet_hours_run_over_midnight(moment: str, quiet: bool) -> None:
    assert LONDON.is_quiet(at(f"2026-03-02T{moment}")) is quiet


def test_quiet_hours_within_a_day() -> None:
    lunch = BoardCalendar("UTC", "GB-ENG", time(9), time(12), time(13))
    assert lunch.is_quiet(at("2026-03-02T12:30"))
    assert not lunch.is_quiet(at("2026-03-02T13:00"))


def test_the_next_and_the_last_reminder() -> None:
    due = [date(2026, 4, 15)]
    reminder = next_scheduled_prompt(due, PROMPT_DAYS, LONDON, after=at("2026-04-08T08:00"))
    assert reminder is not None
    assert (reminder.days_left, reminder.at) == (1, at("2026-04-14T08:00"))
    before = last_scheduled_prompt(due, PROMPT_DAYS, LONDON, until=at("2026-04-08T08:00"))
    assert before is not None
    assert before.days_left == 7
    assert next_scheduled_prompt(due, PROMPT_DAYS, LONDON, after=at("2026-05-30T08:00")) is None
    assert last_scheduled_prompt(due, PROMPT_DAYS, LONDON, until=at("2026-01-01T08:00")) is None


@given(st.lists(st.dates(date(2026, 3, 1), date(2026, 5, 31)), max_size=3), st.integers(0, 150 * 48))
def test_the_next_reminder_is_the_earliest_of_all_that_lie_ahead(due: list[date], half_hours: int) -> None:
    after = at("2026-02-01T00:00") + timedelta(minutes=30 * half_hours)
    ahead = [
        reminder.at
        for day in due
        for reminder in scheduled_prompts(day, PROMPT_DAYS, LONDON)
        if reminder.at > after
    ]
    found = next_scheduled_prompt(due, PROMPT_DAYS, LONDON, after=after)
    assert (found.at if found else None) == min(ahead, default=None)


def test_a_fortnightly_rule_keeps_its_weeks() -> None:
    fortnightly = MONDAYS + ";INTERVAL=2"
    first = next_occurrence(fortnightly, "Europe/London", after=at("2026-03-01T00:00"))
    second = next_occurrence(fortnightly, "Europe/London", after=first + timedelta(days=1))
    assert (second - first).days in {13, 14}
    assert next_occurrence(fortnightly, "Europe/London", after=first - timedelta(days=1)) == first


def test_a_rule_that_never_comes_round_is_refused() -> None:
    with pytest.raises(ValueError, match="never comes round"):
        next_occurrence("FREQ=YEARLY;UNTIL=20240201T000000", "UTC", after=at("2026-01-01T00:00"))


@given(MOMENTS)
def test_the_digest_is_always_on_a_monday_at_nine(now: datetime) -> None:
    for moment in (
        next_occurrence(MONDAYS, "Europe/London", after=now),
        last_occurrence(MONDAYS, "Europe/London", until=now),
    ):
        local = moment.astimezone(ZoneInfo("Europe/London"))
        assert (local.weekday(), local.hour, local.minute) == (0, 9, 0)
    assert last_occurrence(MONDAYS, "Europe/London", until=now) <= now
    assert next_occurrence(MONDAYS, "Europe/London", after=now) > now


@given(MOMENTS)
def test_prompts_are_only_ever_on_working_days(now: datetime) -> None:
    moment = LONDON.next_prompt_moment(now)
    assert moment > now
    assert LONDON.is_working(LONDON.today(moment))
    assert not LONDON.is_quiet(moment)
    assert not LONDON.is_quiet(LONDON.after_quiet_hours(now))


@given(st.dates(date(2024, 6, 1), date(2035, 1, 1)))
def test_every_reminder_is_on_a_working_day_and_on_its_own_side_of_the_date(due: date) -> None:
    for reminder in scheduled_prompts(due, PROMPT_DAYS, LONDON):
        day = LONDON.today(reminder.at)
        assert LONDON.is_working(day)
        if reminder.days_left >= 0:
            assert day <= due - timedelta(days=reminder.days_left)
        else:
            assert day >= due - timedelta(days=reminder.days_left)


HALF_PAST_ONE = "FREQ=WEEKLY;BYDAY=SU;BYHOUR=1;BYMINUTE=30;BYSECOND=0"
HOURLY = "FREQ=HOURLY;BYMINUTE=30;BYSECOND=0"
MINUTES = st.integers(-36 * 60, 36 * 60)
# By zone, a moment at which its clocks change: on Lord Howe by half an hour.
CLOCK_CHANGES = [
    ("Europe/London", at("2026-10-25T01:00")),
    ("Europe/London", at("2027-03-28T01:00")),
    ("Australia/Lord_Howe", at("2026-04-04T15:00")),
    ("Australia/Lord_Howe", at("2026-10-03T15:30")),
    ("Europe/Berlin", at("2026-10-25T01:00")),
    ("America/New_York", at("2026-11-01T06:00")),
]


def walk(rule: str, zone: str, first: datetime, last: datetime) -> list[datetime]:
    """Each time that comes after the one before, as the digests of a board follow each other."""
    found: list[datetime] = []
    moment = first
    while (moment := next_occurrence(rule, zone, after=moment)) <= last:
        found.append(moment)
    return found


@pytest.mark.parametrize(
    ("moment", "comes_next"),
    [
        ("2026-10-24T12:00", "2026-10-25T00:30"),
        # Twenty past one, the first time and the second.
        ("2026-10-25T00:20", "2026-10-25T00:30"),
        ("2026-10-25T00:30", "2026-11-01T01:30"),
        ("2026-10-25T00:59", "2026-11-01T01:30"),
        ("2026-10-25T01:20", "2026-11-01T01:30"),
        ("2026-10-25T01:30", "2026-11-01T01:30"),
        ("2026-10-25T02:00", "2026-11-01T01:30"),
        # Half past one does not come on 28 March: it is half past two.
        ("2027-03-27T12:00", "2027-03-28T01:30"),
        ("2027-03-28T00:59", "2027-03-28T01:30"),
        ("2027-03-28T01:10", "2027-03-28T01:30"),
        ("2027-03-28T01:30", "2027-04-04T00:30"),
    ],
)
def test_a_digest_in_an_hour_that_comes_twice_or_not_at_all_is_due_once(moment: str, comes_next: str) -> None:
    assert next_occurrence(HALF_PAST_ONE, "Europe/London", after=at(moment)) == at(comes_next)


@pytest.mark.parametrize(
    ("moment", "came_last"),
    [
        ("2026-10-25T00:29", "2026-10-18T00:30"),
        ("2026-10-25T00:30", "2026-10-25T00:30"),
        ("2026-10-25T01:10", "2026-10-25T00:30"),
        ("2026-10-25T01:45", "2026-10-25T00:30"),
        ("2027-03-28T01:10", "2027-03-21T01:30"),
        ("2027-03-28T01:29", "2027-03-21T01:30"),
        ("2027-03-28T01:30", "2027-03-28T01:30"),
    ],
)
def test_the_latest_digest_has_come_by_then(moment: str, came_last: str) -> None:
    assert last_occurrence(HALF_PAST_ONE, "Europe/London", until=at(moment)) == at(came_last)


@pytest.mark.parametrize(("zone", "change"), CLOCK_CHANGES)
@pytest.mark.parametrize("rule", [HALF_PAST_ONE, HOURLY, "FREQ=DAILY;BYHOUR=2;BYMINUTE=15;BYSECOND=0"])
@settings(max_examples=20)
@given(minutes=MINUTES)
def test_what_comes_next_is_ahead_and_what_came_last_is_not(
    zone: str, change: datetime, rule: str, minutes: int
) -> None:
    now = change + timedelta(minutes=minutes)
    ahead, past = next_occurrence(rule, zone, after=now), last_occurrence(rule, zone, until=now)
    assert past <= now < ahead
    assert next_occurrence(rule, zone, after=past) == ahead
    assert last_occurrence(rule, zone, until=ahead) == ahead
    assert last_occurrence(rule, zone, until=ahead - timedelta(microseconds=1)) == past


@pytest.mark.parametrize(("zone", "change"), CLOCK_CHANGES)
def test_a_daily_digest_in_the_change_goes_out_once_each_day(zone: str, change: datetime) -> None:
    """Whichever minute of the day it is for."""
    first, last = change - timedelta(days=3), change + timedelta(days=3)
    for minute in range(0, 4 * 60, 15):
        rule = f"FREQ=DAILY;BYHOUR={minute // 60};BYMINUTE={minute % 60};BYSECOND=0"
        days = [each.astimezone(ZoneInfo(zone)).date() for each in walk(rule, zone, first, last)]
        assert len(days) == len(set(days))
        assert (days[-1] - days[0]).days + 1 == len(days)


def test_lord_howe_puts_its_clocks_back_by_half_an_hour() -> None:
    """There 1:45am comes twice on 5 April 2026, and 2:15am not at all on 4 October."""
    rule = "FREQ=WEEKLY;BYDAY=SU;BYHOUR=1;BYMINUTE=45;BYSECOND=0"
    zone = "Australia/Lord_Howe"
    assert next_occurrence(rule, zone, after=at("2026-04-04T14:50")) == at("2026-04-11T15:15")
    assert next_occurrence(rule, zone, after=at("2026-04-04T14:40")) == at("2026-04-04T14:45")
    skipped = rule.replace("BYHOUR=1;BYMINUTE=45", "BYHOUR=2;BYMINUTE=15")
    assert next_occurrence(skipped, zone, after=at("2026-10-03T15:35")) == at("2026-10-03T15:45")


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-10-25T00:10", "2026-10-25T00:30"),
        ("2026-10-25T00:40", "2026-10-25T00:40"),
        ("2026-10-25T01:10", "2026-10-25T01:30"),
        ("2026-10-25T01:40", "2026-10-25T01:40"),
    ],
)
def test_quiet_hours_that_end_in_the_hour_that_comes_twice_end_that_day(now: str, ends: str) -> None:
    calendar = BoardCalendar("Europe/London", "GB-ENG", time(9), time(18), time(1, 30))
    assert calendar.after_quiet_hours(at(now)) == at(ends)
