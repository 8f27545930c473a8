from pathlib import Path

import pytest

from bot.errors import UnreadableFileError
from bot.importing.people_import import PeopleReading, read_people
from bot.plan.owners import PersonRole


def reading(tmp_path: Path, text: str) -> PeopleReading:
    path = tmp_path / "people.csv"
    path.write_text(text, encoding="utf-8")
    return read_people(path)


def test_people_in_any_order_of_columns(tmp_path: Path) -> None:
    found = reading(
        tmp_path,
        "E-mail;Role;Initials;Full name\n"
        "RM@Example.gov.uk;Plan Manager;R.M.;Ann Example\n"
        "Bo Test <st@example.gov.uk>;chair;ST;Bo Test\n"
        ";;PB;\n",
    )
    assert [(row.initials, row.name, row.email, row.role) for row in found.rows] == [
        ("RM", "Ann Example", "rm@example.gov.uk", PersonRole.PLAN_MANAGER),
        ("ST", "Bo Test", "st@example.gov.uk", PersonRole.BOARD_CHAIR),
        ("PB", "", "", PersonRole.OWNER),
    ]
    assert [row.where for row in found.rows] == ["row 2", "row 3", "row 4"]
    assert [problem.field for problem in found.problems] == ["email"]
    assert "/cip link PB @person" in found.problems[0].message


@pytest.mark.parametrize("role", list(PersonRole))
def test_roles_by_their_words(tmp_path: Path, role: PersonRole) -> None:
    for word in (role.value, role.words, role.words.upper(), role.words.title()):
        found = reading(tmp_path, f"initials,email,role\nRM,rm@example.gov.uk,{word}\n")
        assert found.rows[0].role is role
        assert not found.problems


@pytest.mark.parametrize(
    ("rows", "kept", "said"),
    [
        ("RM,,not-an-address,owner\n", ["RM"], "not an e-mail address"),
        ("RM,,rm@example,owner\n", ["RM"], "not an e-mail address"),
        ("RM,,a@example.org,king\n", ["RM"], "not a role"),
        ("RM,,a@example.org,owner\nRM,,b@example.org,owner\n", ["RM"], "stands twice"),
        ("RM,,a@example.org,owner\nST,,A@example.org,owner\n", ["RM", "ST"], "same e-mail address"),
        (",Ann Example,a@example.org,owner\n", ["AE"], "made from the name"),
        (",,a@example.org,owner\n", [], "neither initials nor a name"),
    ],
)
def test_problems_are_reported(tmp_path: Path, rows: str, kept: list[str], said: str) -> None:
    found = reading(tmp_path, "initials,name,email,role\n" + rows)
    assert [row.initials for row in found.rows] == kept
    assert any(said in problem.message for problem in found.problems)


def test_no_list_of_people(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="headings: initials"):
        reading(tmp_path, "Ref,Action\n1.1,Do\n")


@pytest.mark.parametrize("heading", ["timezone", "Time zone", "TIME-ZONE", "tz"])
def test_timezones_by_their_iana_names_whatever_the_capitals(tmp_path: Path, heading: str) -> None:
    found = reading(
        tmp_path,
        f"initials,email,{heading}\n"
        "RM,rm@a.example,europe/paris\nST,st@a.example,America/New York\nPB,pb@a.example,\n",
    )
    assert [row.timezone for row in found.rows] == ["Europe/Paris", "America/New_York", ""]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("printed", "nearest"),
    [
        ("Paris", "Europe/Paris"),
        ("Europe/Lodnon", "Europe/London"),
        ("BST", "Europe/London"),
        ("head office", "Europe/London"),
    ],
)
def test_an_unknown_timezone_is_notified_with_one_like_it(tmp_path: Path, printed: str, nearest: str) -> None:
    found = reading(tmp_path, f"initials,email,timezone\nRM,rm@a.example,{printed}\n")
    assert found.rows[0].timezone is None
    (problem,) = found.problems
    assert problem.field == "timezone"
    assert f"“{printed}” is not a timezone" in problem.message
    assert problem.message.endswith(f"Write its area and city, such as {nearest}.")


def test_a_list_without_the_column_says_nothing_of_timezones(tmp_path: Path) -> None:
    assert reading(tmp_path, "initials,email\nRM,rm@a.example\n").rows[0].timezone is None
