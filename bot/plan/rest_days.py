"""Days on which nobody works: weekends, and the bank holidays of England and Wales or of another country."""

from datetime import date, timedelta

from bot.plan.calendar import bank_holidays

ENGLAND_AND_WALES = "GB-ENG"
_SATURDAY = 5


def is_weekend(day: date) -> bool:
    return day.weekday() >= _SATURDAY


def is_bank_holiday(day: date, country: str = ENGLAND_AND_WALES) -> bool:
    """Substitute days count. country: as in BoardCalendar."""
    return day in bank_holidays(country, day.year)


def describe_rest_day(day: date, country: str = ENGLAND_AND_WALES) -> str:
    """Say "a Saturday", "a Sunday", "a bank holiday"; "" for a working day."""
    if is_weekend(day):
        return "a Saturday" if day.weekday() == _SATURDAY else "a Sunday"
    return "a bank holiday" if is_bank_holiday(day, country) else ""


def add_working_days(day: date, number: int) -> date:
    """The day that many working days later. Raises OverflowError past the end of the calendar."""
    while number > 0:
        day += timedelta(days=1)
        number -= not (is_weekend(day) or is_bank_holiday(day))
    return day
