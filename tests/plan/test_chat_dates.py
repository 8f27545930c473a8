from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan.date_parser import read_day

TODAY = date(2026, 3, 18)  # a Wednesday


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", TODAY),
        ("Tomorrow", date(2026, 3, 19)),
        ("yesterday", date(2026, 3, 17)),
        ("14d", date(2026, 4, 1)),
        ("14 days", date(2026, 4, 1)),
        ("in 2 weeks", date(2026, 4, 1)),
        ("2 weeks", date(2026, 4, 1)),
        ("2w", date(2026, 4, 1)),
        ("a fortnight", date(2026, 4, 1)),
        ("two weeks' time", date(2026, 4, 1)),
        ("1 month", date(2026, 4, 18)),
        ("friday", date(2026, 3, 20)),
        ("by Friday", date(2026, 3, 20)),
        ("wed", date(2026, 3, 25)),
        ("next friday", date(2026, 3, 27)),
        ("friday week", date(2026, 3, 27)),
        ("this week", date(2026, 3, 20)),
        ("next week", date(2026, 3, 27)),
        ("this month", date(2026, 3, 31)),
        ("end of the month", date(2026, 3, 31)),
        ("next month", date(2026, 4, 30)),
        ("end of march", date(2026, 3, 31)),
        ("february", date(2027, 2, 28)),
        ("31/3", date(2026, 3, 31)),
        ("18/3", TODAY),
        ("17/3", date(2027, 3, 17)),
        ("29/2", date(2028, 2, 29)),
        ("31 March", date(2026, 3, 31)),
        ("31st of March", date(2026, 3, 31)),
        ("March 31", date(2026, 3, 31)),
        ("31/03/2027", date(2027, 3, 31)),
        ("31/3/27", date(2027, 3, 31)),
        ("31 March 2027", date(2027, 3, 31)),
        ("2027-03-31", date(2027, 3, 31)),
        ("\u201c31/03/2027\u201d", date(2027, 3, 31)),
        ("June 2027", date(2027, 6, 30)),
        ("Q3 2026/27", date(2026, 12, 31)),
    ],
)
def test_days_as_typed(typed: str, day: date) -> None:
    assert read_day(typed, today=TODAY) == day


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "31/02/2027",
        "30/2",
        "0/1",
        "1/13",
        "31/03/27 or later",
        "01/04/27 and 02/04/27",
        "99999999d",
        "14",
    ],
)
def test_days_that_cannot_be_read(typed: str) -> None:
    assert read_day(typed, today=TODAY) is None


def test_a_month_ahead_of_a_long_month_is_a_real_day() -> None:
    assert read_day("1 month", today=date(2026, 1, 31)) == date(2026, 2, 28)
    assert read_day("next month", today=date(2026, 12, 5)) == date(2027, 1, 31)


@given(st.text(max_size=100), st.dates())
def test_no_text_is_too_odd(text: str, today: date) -> None:
    found = read_day(text, today=today)
    assert found is None or isinstance(found, date)


@given(st.integers(0, 9999), st.sampled_from(["d", " weeks", " months"]), st.dates())
def test_far_ahead_never_fails(number: int, unit: str, today: date) -> None:
    found = read_day(f"{number}{unit}", today=today)
    assert found is None or found >= today
