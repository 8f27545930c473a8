"""Ids of rows, as they come back from a button."""

LONGEST = 9


def read_id(text: str) -> int | None:
    """The id that these digits are; None when no row can have it."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST else None
