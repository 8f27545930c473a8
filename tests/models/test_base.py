"""Ids that come back from a button."""

import pytest

from models.base import parse_id


@pytest.mark.parametrize(("text", "expected"), [("7", 7), ("007", 7), ("999999999", 999_999_999)])
def test_digits_are_an_id(text: str, expected: int) -> None:
    assert parse_id(text) == expected


@pytest.mark.parametrize("text", ["", "-7", "7a", " 7", "²", "\u0667", "1000000000"])
def test_what_no_row_can_have_is_none(text: str) -> None:
    assert parse_id(text) is None
