"""Any line is read as a command or answered with a sentence and, where there is one, a line that works."""

import string

from hypothesis import given
from hypothesis import strategies as st

from bot.commands import UpdateStatus
from bot.errors import NotUnderstoodError
from bot.services.help_topics import topics
from handlers.command_parser import MAX_NOTE_LENGTH, FreeTextReply, parse
from tests.fuzz.cases import cases
from tests.handlers.command_parser.lines import TODAY
from tests.handlers.command_parser.test_parser import LINES, WORDS, _command_or_error

EXAMPLE_LINES = [example.removeprefix("/cip ") for topic in topics("") for example in topic.examples]
SCRAPS = st.text(string.printable, max_size=3) | st.characters(exclude_categories=()) | WORDS


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A line that works, with parts cut out, doubled, swapped or put in."""
    line = draw(st.sampled_from(EXAMPLE_LINES))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(line)))
        end = min(len(line), at + draw(st.integers(0, 8)))
        scrap = draw(SCRAPS)
        line = draw(
            st.sampled_from((line[:at] + line[end:], line[:end] + line[at:], line[:at] + scrap + line[end:]))
        )
    return line


@cases(300, 61)
@given(mutated() | LINES)
def test_every_line_is_read_or_answered(line: str) -> None:
    command = _command_or_error(line)
    if isinstance(command, NotUnderstoodError):
        assert command.sentence.strip().endswith((".", "?", ":"))
        assert len(command.sentence) < 400
        if command.suggestion:
            assert command.suggestion.startswith("/cip ")
            assert "\n" not in command.suggestion
        return
    for name in ("note", "because"):
        assert len(getattr(command, name, "")) <= MAX_NOTE_LENGTH
    command.line.encode()
    again = parse(command.line, today=TODAY) if command.line else command
    assert type(again) is type(command), "the line kept for the record means the same"


@cases(300, 61)
@given(mutated() | LINES)
def test_an_answer_is_said_of_what_was_asked_or_of_nothing(line: str) -> None:
    try:
        news = FreeTextReply(line, today=TODAY)
        assert isinstance(news.is_clear, bool)
        assert news.ref is None or news.is_status
        answer = news.to_command(["1/5.2"], is_sure=True)
    except NotUnderstoodError:
        return
    assert isinstance(answer, UpdateStatus)
    [ref] = answer.refs
    assert (ref.section, ref.ref[:3]) == ("1", "5.2")
    again = parse(answer.line, today=TODAY)
    assert isinstance(again, UpdateStatus)
    assert again.refs == answer.refs, "the line kept for the record means the same"
