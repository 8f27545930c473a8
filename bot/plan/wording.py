"""How dates, counts and lists are put into words, wherever a person reads them."""

from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

ELLIPSIS = "\u2026"
# What the chat platform calls conversations whose name it does not tell.
_NAMELESS_PLACES = {"directmessage": "direct message", "privategroup": "a private channel"}
_GROUP_MESSAGE_START = "mpdm-"
_IRREGULAR_PLURALS = {"is": "are", "has": "have", "was": "were", "needs": "need", "it": "them"}


def format_day(moment: date) -> str:
    """31 March 2026."""
    return f"{moment.day} {moment:%B} {moment.year}"


def format_weekday(moment: date) -> str:
    """Tuesday 31 March 2026."""
    return f"{moment:%A} {format_day(moment)}"


def format_time(moment: datetime, timezone: str) -> str:
    """9:00am on Monday 30 March 2026, in that timezone."""
    local = moment.astimezone(ZoneInfo(timezone))
    return f"{format_clock(local)} on {format_weekday(local.date())}"


def format_clock(moment: datetime | time) -> str:
    """9:00am, in the moment's own timezone."""
    half = "am" if moment.hour < 12 else "pm"  # noqa: PLR2004 - noon
    return f"{moment.hour % 12 or 12}:{moment:%M}{half}"


def format_month(moment: date) -> str:
    """March 2026."""
    return f"{moment:%B} {moment.year}"


def format_age(days: int) -> str:
    """Say how long ago: today, yesterday, 9 days ago."""
    if days <= 0:
        return "today"
    return "yesterday" if days == 1 else f"{days:,} days ago"


def count_noun(number: int, noun: str) -> str:
    """1 open action, 2 open actions."""
    return f"{number:,} {pluralise(number, noun)}"


def pluralise(number: int, words: str) -> str:
    """The words as they go with the number: a noun takes an s; is, has, was, needs, it change."""
    return words if number == 1 else _IRREGULAR_PLURALS.get(words, f"{words}s")


def format_comparison(change: int, since: str) -> str:
    """2 more than last week, 1 fewer than last week, the same as last week."""
    if change == 0:
        return f"the same as {since}"
    return f"{abs(change):,} {'more' if change > 0 else 'fewer'} than {since}"


def join_words(words: Iterable[str], last: str = "and") -> str:
    """5.2, 6.1 and 7.3."""
    every = list(words)
    if len(every) < 2:  # noqa: PLR2004 - a list needs two
        return "".join(every)
    return f"{', '.join(every[:-1])} {last} {every[-1]}"


def as_sentence(words: str, capital: bool = True) -> str:
    """The words with a capital first and a full stop at the end, unless they end in a stop of their own."""
    text = words.strip()
    text = text[:1].upper() + text[1:] if capital else text
    return text if not text or text.endswith((".", "!", "?", ELLIPSIS)) else f"{text}."


def shorten(text: str, limit: int) -> str:
    """The text in at most `limit` characters, between words where that is possible."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    short = flat[: limit - 1]
    if " " in short[limit // 2 :]:
        short = short.rsplit(" ", 1)[0]
    return short.rstrip(" ,;:.-") + ELLIPSIS


def shorten_words(text: str, limit: int) -> str:
    """The text in at most `limit` words; what is cut is marked."""
    words = text.split()
    if len(words) <= limit:
        return " ".join(words)
    return " ".join(words[: max(limit, 1)]).rstrip(" ,;:.-") + ELLIPSIS


def describe_place(place: str) -> str:
    """Where something was said: "#board" as it is, "#privategroup" as a private channel, "#mpdm-ann--bob-1"
    as a group message.
    """
    name = place.removeprefix("#")
    if name.startswith(_GROUP_MESSAGE_START):
        return "a group message"
    return _NAMELESS_PLACES.get(name, place)
