import string
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.commands import Command, DigestPreview, Help, LinkAccount, PersonRef, Undo
from bot.errors import NotUnderstoodError
from handlers.command_parser import MAX_LINE_LENGTH, parse
from tests.handlers.command_parser.lines import TODAY, parse_error, read, refs, update

HELP_ON = {
    "": "", "help": "", "?": "", "HELP ME": "", "help nonsense": "", "help update": "update",
    "help at risk": "at-risk",
    "update help": "update", "update ?": "update", "overdue --help": "overdue", "help histroy": "history",
}  # fmt: skip


@pytest.mark.parametrize(("line", "topic"), HELP_ON.items())
def test_help(line: str, topic: str) -> None:
    command = read(line)
    assert isinstance(command, Help)
    assert command.topic == topic


@pytest.mark.parametrize(
    ("line", "suggestion"),
    [
        ("shwo", "/cip help"),
        ("hlep", "/cip help"),
        ("atrsik s2", "/cip at-risk s2"),
        ("overdeu", "/cip overdue"),
        ("histry 5.2", "/cip history 5.2"),
        ("frobnicate", "/cip help"),
        ("🎉", "/cip help"),
        ("undo 5.2", "/cip history 5.2"),
        ("done", "/cip mine"),
    ],
)
def test_a_typo_comes_back_as_a_line_to_copy(line: str, suggestion: str) -> None:
    assert parse_error(line).suggestion == suggestion


def test_suggestions_name_the_command_as_it_is_called_here() -> None:
    with pytest.raises(NotUnderstoodError) as caught:
        parse("/plan overdeu s2", today=TODAY, command="/plan")
    assert caught.value.suggestion == "/plan overdue s2"


def test_undo_of_the_latest_or_of_one_batch() -> None:
    batches = []
    for line in ("undo", "undo last", "undo 3f2b"):
        command = read(line)
        assert isinstance(command, Undo)
        batches.append(command.batch)
    assert batches == ["", "", "3f2b"]


@pytest.mark.parametrize("line", ["digest", "digest public", "weekly"])
def test_the_digest_preview_is_never_public(line: str) -> None:
    assert read(line) == DigestPreview(line=line)


@pytest.mark.parametrize("line", ["link RM @ann", "link @ann RM", "link rm to @ann", "link RM = @ann"])
def test_link(line: str) -> None:
    assert read(line) == LinkAccount(initials="RM", person=PersonRef(name="ann"), line=line)


def test_link_by_mention() -> None:
    assert read("link RM <@U123|ann>") == LinkAccount(
        initials="RM", person=PersonRef("U123", "ann"), line="link RM <@U123|ann>"
    )


@pytest.mark.parametrize(
    ("line", "suggestion"),
    [
        ("link", "/cip link RM @person"),
        ("link JM", "/cip link JM @person"),
        ("link @ann", "/cip link RM @ann"),
        ("link 12345 @ann", "/cip link RM @ann"),
    ],
)
def test_link_that_lacks_something(line: str, suggestion: str) -> None:
    assert parse_error(line).suggestion == suggestion


def test_a_very_long_line_is_refused_without_saying_it_back() -> None:
    started = time.process_time()
    error = parse_error("update 5.2 done " + "x" * 200_000)
    assert time.process_time() - started < 0.1
    assert "200,016 characters" in error.sentence
    assert len(error.sentence) < 300
    assert error.suggestion == "/cip help update"


def test_what_cannot_be_stored_or_turns_writing_round_is_left_out() -> None:
    command = update("update 5.2 wip a\x00b\u202ec\ud800d\x1b[31m")
    assert command.note == "a b c d [31m"
    assert command.line.encode()


@pytest.mark.parametrize("plane", range(17))
def test_every_unicode_plane(plane: int) -> None:
    for point in range(plane << 16, (plane + 1) << 16, 0x1FF):
        for line in (chr(point), f"update 5.2 done {chr(point)}", f"update {chr(point)} 5.2"):
            answer = _answer(line)
            if isinstance(answer, Command):
                assert answer.line.encode() is not None


def _answer(line: str) -> Command | NotUnderstoodError:
    """Whatever the line, one of these two; how soon, test_reading_time measures."""
    answer = _command_or_error(line)
    if isinstance(answer, NotUnderstoodError):
        assert answer.sentence.endswith((".", "?", ":"))
        assert len(answer.sentence) < 400
        assert answer.suggestion is None or answer.suggestion.startswith("/cip ")
    return answer


def _command_or_error(line: str) -> Command | NotUnderstoodError:
    try:
        return parse(line, today=TODAY)
    except NotUnderstoodError as error:
        return error


WORDS = st.sampled_from(
    """
    update show due at risk overdue history undo search link mine help digest 5.2 1/5.2 S1 mtfs 5.2. a) done
    in progress blocked amber red --rag —due --because --evidence https://a.example 31 March 14d this month
    public page 2 “ ” ' " @ann <@U1|ann> and , ; : = - -- RM is to section project status
    \u200b \u2060
    """.split(" ")  # noqa: SIM905 - fifty words read better as a sentence than as a list
)
LINES = st.one_of(
    st.text(max_size=12),
    st.text(alphabet=st.characters(), max_size=8),
    st.lists(WORDS, max_size=10).map(" ".join),
    st.lists(st.one_of(WORDS, st.text(string.printable, max_size=4)), max_size=5).map("".join),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES, min_size=20, max_size=20))
def test_thousands_of_lines_are_answered(lines: list[str]) -> None:
    for line in lines:
        _answer(line)


@pytest.mark.parametrize(
    "unit", ["a ", "5.2 ", "5.2, ", "--due ", '"', " “", "'", "- ", "<@U1> ", "s1 ", "in ", "due 3 ", "\n"]
)
@pytest.mark.parametrize(
    "start", ["", "update ", "update 5.2 ", "update 5.2 done ", "due ", "at-risk ", "link "]
)
def test_long_repetitive_lines_are_answered(start: str, unit: str) -> None:
    _answer((start + unit * MAX_LINE_LENGTH)[:MAX_LINE_LENGTH])


def test_an_update_is_read_through_a_mistyped_verb() -> None:
    assert refs(update("updaet 5.2 done")) == ["5.2"]
    assert parse_error("updaet recruitment plan").suggestion == "/cip help"
