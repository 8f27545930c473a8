"""Moments and counts as the sandbox tells them."""

from datetime import datetime

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
NOON = 12


def words_of(local: datetime) -> str:
    """As in: Monday 30 March 2026, 9:00am."""
    half = "am" if local.hour < NOON else "pm"
    return f"{local:%A} {local.day} {local:%B %Y}, {local.hour % NOON or NOON}:{local:%M}{half}"


def counted(count: int, one: str, many: str = "") -> str:
    """As in: 1 prompt, 12 prompts; "" for none."""
    if count <= 0:
        return ""
    return f"1 {one}" if count == 1 else f"{count} {many or one + 's'}"


def numbered(count: int, one: str) -> str:
    """As in: one prompt, three prompts, 12 prompts."""
    number = NUMBERS[count] if 0 <= count < len(NUMBERS) else str(count)
    return f"{number} {one}" if count == 1 else f"{number} {one}s"


def sent_words(prompts: int, digests: int) -> str:
    """As in: 12 prompts and 1 digest; "" for nothing."""
    return " and ".join(part for part in (counted(prompts, "prompt"), counted(digests, "digest")) if part)
