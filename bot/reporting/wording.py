"""Days and times as people read them."""

from datetime import date, datetime

_NOON = 12


def day_words(day: date) -> str:
    """Write a day: 31 March 2026."""
    return f"{day.day} {day:%B} {day.year}"


def moment_words(moment: datetime) -> str:
    """Write a moment in its own timezone: 31 March 2026 at 9:05am."""
    half = "am" if moment.hour < _NOON else "pm"
    return f"{day_words(moment)} at {moment.hour % _NOON or _NOON}:{moment:%M}{half}"
