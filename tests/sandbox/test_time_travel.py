from datetime import UTC, datetime

import pytest

from bot.plan.wording import format_clock
from bot.sandbox.entities import from_ts, to_micros, to_ts
from bot.sandbox.http_transport import parse_body
from bot.sandbox.page_api.time_labels import timezone_of


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [(0, 0, "12:00am"), (9, 5, "9:05am"), (12, 0, "12:00pm"), (23, 59, "11:59pm")],
)
def test_times_are_written_as_people_read_them(hour: int, minute: int, words: str) -> None:
    assert format_clock(datetime(2026, 4, 6, hour, minute, tzinfo=UTC)) == words


def test_a_zone_nobody_knows_is_utc() -> None:
    assert timezone_of("Middle/Earth") is UTC
    assert str(timezone_of("Europe/London")) == "Europe/London"


def test_a_timestamp_is_exact() -> None:
    moment = datetime(2026, 4, 6, 8, 0, 0, 123457, tzinfo=UTC)
    assert to_ts(to_micros(moment)) == "1775462400.123457"
    assert from_ts("1775462400.123457") == to_micros(moment)
    assert from_ts("1775462400") == from_ts("1775462400.000000")


@pytest.mark.parametrize(
    ("text", "kind", "body"),
    [
        ('{"text": "x"}', "application/json", {"text": "x"}),
        ('{"text": "x"}', "text/plain", {"text": "x"}),
        ("{curly} words", "text/plain", "{curly} words"),
        ('["x"]', "application/json", '["x"]'),
        ("", "", ""),
    ],
)
def test_an_answer_is_json_or_words(text: str, kind: str, body: object) -> None:
    assert parse_body(text, kind) == body
