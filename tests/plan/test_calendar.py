"""Working days, quiet hours, the ladder and the weekly rule, at their edges."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
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
