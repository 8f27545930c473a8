import pytest

from bot.commands import CalendarSubscription, Export
from tests.handlers.command_parser.lines import parse_error, read


@pytest.mark.parametrize(
    ("line", "form", "words"),
    [
        ("export", "xlsx", ""),
        ("Export CSV", "csv", ""),
        ("download the plan as a spreadsheet please", "xlsx", ""),
        ("excel", "xlsx", ""),
        ("export json s2", "json", "2"),
        ("export section 02 as csv", "csv", "2"),
        ("export mtfs", "xlsx", "mtfs"),
        ("export “Children\u2019s plan”", "xlsx", "Children's"),
    ],
)
def test_what_is_wanted_as_a_file(line: str, form: str, words: str) -> None:
    command = read(line)
    assert isinstance(command, Export)
    assert (command.form, command.words, command.public) == (form, words, False)


@pytest.mark.parametrize(
    ("line", "wish", "of_board"),
    [
        ("calendar", "give", False),
        ("my calendar", "give", False),
        ("calendar public", "give", False),
        ("calendar board", "give", True),
        ("calendar renew board", "renew", True),
        ("calendar stop", "stop", False),
        ("ical revoke", "stop", False),
    ],
)
def test_what_is_wanted_of_the_calendar(line: str, wish: str, of_board: bool) -> None:
    command = read(line)
    assert isinstance(command, CalendarSubscription)
    assert (command.operation, command.of_board, command.public) == (wish, of_board, False)


def test_what_cannot_be_read_comes_back_put_right() -> None:
    assert parse_error("calendar tomorrow").suggestion == "/cip calendar"
    assert parse_error(f"export {'x' * 200}").suggestion == "/cip export csv s1"
    assert "Did you mean export?" in parse_error("exprot csv").sentence
