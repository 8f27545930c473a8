"""Moments and counts as the sandbox's page shows them."""

from datetime import datetime

from bot.plan.wording import format_weekday, join_words, pluralise

NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
NOON = 12


def format_datetime(local: datetime) -> str:
    """As in: Monday 30 March 2026, 9:00am."""
    half = "am" if local.hour < NOON else "pm"
    return f"{format_weekday(local)}, {local.hour % NOON or NOON}:{local:%M}{half}"


def format_count(count: int, noun: str) -> str:
    """As in: 1 prompt, 12 prompts; "" for none."""
    return f"{count} {pluralise(count, noun)}" if count > 0 else ""


def format_count_in_words(count: int, noun: str) -> str:
    """As in: one prompt, three prompts, 12 prompts."""
    number = NUMBER_WORDS[count] if 0 <= count < len(NUMBER_WORDS) else str(count)
    return f"{number} {pluralise(count, noun)}"


def format_sent(prompts: int, digests: int) -> str:
    """As in: 12 prompts and 1 digest; "" for nothing."""
    return join_words(filter(None, (format_count(prompts, "prompt"), format_count(digests, "digest"))))
