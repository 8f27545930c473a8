"""The small words templates are built from: dates, ages, counts, lists. All of them filters or globals."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.plan.rag import Colour
from bot.rendering.limits import ELLIPSIS

_IRREGULAR = {"is": "are", "has": "have", "was": "were", "needs": "need", "it": "them"}


def day(moment: date) -> str:
    """31 March 2026."""
    return f"{moment.day} {moment:%B} {moment.year}"


def weekday(moment: date) -> str:
    """Tuesday 31 March 2026."""
    return f"{moment:%A} {day(moment)}"


def clock(moment: datetime, timezone: str) -> str:
    """9:00am on Monday 30 March 2026, in that timezone."""
    local = moment.astimezone(ZoneInfo(timezone))
    half = "am" if local.hour < 12 else "pm"  # noqa: PLR2004 - noon
    return f"{local.hour % 12 or 12}:{local:%M}{half} on {weekday(local.date())}"


def ago(days: int) -> str:
    """Say how long ago: today, yesterday, 9 days ago."""
    if days <= 0:
        return "today"
    return "yesterday" if days == 1 else f"{days:,} days ago"


def count(number: int, noun: str) -> str:
    """1 open action, 2 open actions."""
    return f"{number:,} {plural(number, noun)}"


def plural(number: int, words: str) -> str:
    """The words as they go with the number: a noun takes an s; is, has, was, needs, it change."""
    return words if number == 1 else _IRREGULAR.get(words, f"{words}s")


def compared(change: int, since: str) -> str:
    """2 more than last week, 1 fewer than last week, the same as last week."""
    if change == 0:
        return f"the same as {since}"
    return f"{abs(change):,} {'more' if change > 0 else 'fewer'} than {since}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """5.2, 6.1 and 7.3."""
    every = list(words)
    if len(every) < 2:  # noqa: PLR2004 - a list needs two
        return "".join(every)
    return f"{', '.join(every[:-1])} {last} {every[-1]}"


def sentence(words: str, capital: bool = True) -> str:
    """The words with a capital first and a full stop at the end, unless they end in a stop of their own."""
    text = words.strip()
    text = text[:1].upper() + text[1:] if capital else text
    return text if not text or text.endswith((".", "!", "?", ELLIPSIS)) else f"{text}."


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` characters, between words where that is possible."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    short = flat[: limit - 1]
    if " " in short[limit // 2 :]:
        short = short.rsplit(" ", 1)[0]
    return short.rstrip(" ,;:.-") + ELLIPSIS


def scoped(words: str) -> str:
    """What a list is narrowed to, as a sentence says it: "in section 2", "in section 2 for RM", ""."""
    parts = [part for part in words.split(", ") if part]
    places = [part for part in parts if re.match(r"(section|project)\b", part)]
    people = [part for part in parts if part not in places]
    said = [f"in {', '.join(places)}"] if places else []
    return " ".join([*said, f"for {listed(people)}"] if people else said)


def colour_named(words: str) -> Colour | None:
    """The colour a line of the legend explains: "Red: a date has passed"."""
    name = words.split(":", maxsplit=1)[0].strip().casefold()
    return Colour(name) if name in set(Colour) else None


FILTERS = {
    "ago": ago,
    "clock": clock,
    "colour_named": colour_named,
    "compared": compared,
    "count_of": count,
    "cut": cut,
    "day": day,
    "listed": listed,
    "plural": plural,
    "scoped": scoped,
    "sentence": sentence,
    "weekday": weekday,
}
