import sys
from datetime import UTC, date, datetime

import pytest
from markupsafe import Markup

from bot.plan import wording
from bot.plan.rag import Colour
from bot.rendering import templates
from bot.rendering.limits import clip, utf16_length
from bot.rendering.templates import _ILLEGAL, _SPACES, clean, with_command_name


def test_dates_are_written_out() -> None:
    assert wording.format_day(date(2026, 3, 31)) == "31 March 2026"
    assert wording.format_weekday(date(2026, 3, 30)) == "Monday 30 March 2026"


@pytest.mark.parametrize(
    ("hour", "minute", "text"),
    [(8, 0, "9:00am"), (11, 5, "12:05pm"), (23, 59, "12:59am"), (12, 30, "1:30pm")],
)
def test_times_are_those_of_the_board(hour: int, minute: int, text: str) -> None:
    moment = datetime(2026, 7, 6, hour, minute, tzinfo=UTC)
    assert wording.format_time(moment, "Europe/London").startswith(f"{text} on ")


@pytest.mark.parametrize(
    ("age", "text"),
    [(0, "today"), (1, "yesterday"), (2, "2 days ago"), (9, "9 days ago"), (1200, "1,200 days ago")],
)
def test_ages(age: int, text: str) -> None:
    assert wording.format_age(age) == text


def test_one_and_many() -> None:
    assert wording.count_noun(1, "open action") == "1 open action"
    assert wording.count_noun(0, "open action") == "0 open actions"
    assert wording.count_noun(1234, "day") == "1,234 days"
    assert [wording.pluralise(1, word) for word in ("is", "has", "was", "it")] == ["is", "has", "was", "it"]
    assert [wording.pluralise(2, word) for word in ("is", "has", "was", "it")] == [
        "are",
        "have",
        "were",
        "them",
    ]


@pytest.mark.parametrize(
    ("change", "text"),
    [(2, "2 more than last week"), (-1, "1 fewer than last week"), (0, "the same as last week")],
)
def test_changes_are_put_into_words(change: int, text: str) -> None:
    assert wording.format_comparison(change, "last week") == text


def test_lists_read_as_a_sentence_does() -> None:
    assert wording.join_words([]) == ""
    assert wording.join_words(["a"]) == "a"
    assert wording.join_words(["a", "b"]) == "a and b"
    assert wording.join_words(["a", "b", "c"], "or") == "a, b or c"


@pytest.mark.parametrize(
    ("words", "text"),
    [("in progress", "In progress."), ("Done.", "Done."), ("why?", "Why?"), ("cut…", "Cut…"), ("", "")],
)
def test_sentences(words: str, text: str) -> None:
    assert wording.as_sentence(words) == text


def test_a_sentence_after_a_colon_keeps_its_first_letter() -> None:
    assert wording.as_sentence("due today", capital=False) == "due today."


def test_cuts_fall_between_words() -> None:
    assert wording.shorten("one two three", 50) == "one two three"
    assert wording.shorten("one two three", 10) == "one two…"
    assert wording.shorten("abcdefghij", 5) == "abcd…"


@pytest.mark.parametrize(
    ("scope", "text"),
    [
        ("", ""),
        ("section 2", "in section 2"),
        ("section 1 and 2, project 5", "in section 1 and 2, project 5"),
        ("RM", "for RM"),
        ("section 2, RM", "in section 2 for RM"),
        ("Head of HR", "for Head of HR"),
    ],
)
def test_what_a_list_is_narrowed_to(scope: str, text: str) -> None:
    assert templates.format_scope(scope) == text


def test_the_legend_names_its_colours() -> None:
    assert templates.find_colour("Red: a date has passed") is Colour.RED
    assert templates.find_colour("Purple: royal") is None


def test_control_characters_and_halves_of_characters_are_taken_out() -> None:
    assert clean("a\x00\x1b[31m\ud800\ufffe\u202eb\r\nc\u2028d") == "a[31mb c d"
    assert clean(Markup("<b/>\n")) == "<b/>\n"
    assert clean(7) == "7"
    with pytest.raises(ValueError, match="nothing to say"):
        clean(None)


def test_text_is_clipped_by_the_platforms_own_count() -> None:
    assert clip("abc", 3) == "abc"
    assert clip("abcd", 3) == "ab…"
    assert utf16_length("🟥") == 2
    assert clip("🟥🟥🟥", 4) == "🟥…"
    assert utf16_length(clip("🟥" * 100, 75)) <= 75


def test_lines_to_copy_use_the_name_the_command_has_here() -> None:
    assert with_command_name("/cip update 5.2", "/plan") == "/plan update 5.2"
    assert with_command_name("python app.py", "/plan") == "python app.py"


def test_whatever_has_to_be_taken_out_is_not_printable() -> None:
    printable = "".join(letter for letter in map(chr, range(sys.maxunicode + 1)) if letter.isprintable())
    assert _SPACES.search(printable) is None
    assert _ILLEGAL.search(printable) is None
    assert clean("a\u2028b\u202ec") == "a bc"
