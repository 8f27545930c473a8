import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan.owners import OwnersReading, initials_of, is_initials, read_owner_lines, read_owners


@pytest.mark.parametrize(
    ("printed", "owners"),
    [
        ("RC", ("RC",)),
        ("RC, OC", ("RC", "OC")),
        ("PB,MW", ("PB", "MW")),
        ("ST/SH", ("ST", "SH")),
        ("JM and SC", ("JM", "SC")),
        ("JM & SC", ("JM", "SC")),
        ("RM\nSH", ("RM", "SH")),
        ("RM SH", ("RM", "SH")),
        ("R.C.", ("RC",)),
        ("Lead: RC; support: OC", ("RC", "OC")),
        ("RC (lead), OC", ("RC", "OC")),
        ("RC, RC", ("RC",)),
        ("Ann Example (AE)", ("AE",)),
        ("\u00c9D", ("\u00c9D",)),
    ],
)
def test_initials(printed: str, owners: tuple[str, ...]) -> None:
    assert read_owners(printed) == OwnersReading(owners, ())


@pytest.mark.parametrize(
    ("printed", "owners", "unsure"),
    [
        ("Ann Example", ("Ann Example",), ("Ann Example",)),
        ("Head of Service", ("Head of Service",), ("Head of Service",)),
        ("RC, Head of Service", ("RC", "Head of Service"), ("Head of Service",)),
        ("Lead TBC", (), ("Lead TBC",)),
        ("TBC", (), ("TBC",)),
        ("RC/TBC", ("RC",), ("TBC",)),
        ("RC (TBC)", ("RC",), ("RC (TBC)",)),
        ("rc", ("rc",), ("rc",)),
    ],
)
def test_names_roles_and_doubts(printed: str, owners: tuple[str, ...], unsure: tuple[str, ...]) -> None:
    assert read_owners(printed) == OwnersReading(owners, unsure)


@pytest.mark.parametrize("printed", ["", "  \n", "-", "\u2013", "n/a", "N/A", "None"])
def test_nobody(printed: str) -> None:
    assert read_owners(printed) == OwnersReading((), ())


def test_each_line_on_its_own() -> None:
    assert [reading.owners for reading in read_owner_lines("RM\n\nPB, MW")] == [("RM",), ("PB", "MW")]


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Ann Example", "AE"),
        ("Dr Ann van Dale", "AD"),
        ("mary-jane o'test", "MO"),
        ("", ""),
        ("Cllr B. Test", "BT"),
    ],
)
def test_initials_of_a_name(name: str, initials: str) -> None:
    assert initials_of(name) == initials


def test_is_initials() -> None:
    assert all(is_initials(text) for text in ("RC", "R.C.", "JO'B", "AL-B"))
    assert not any(is_initials(text) for text in ("R", "rc", "ABCDE", "Rc", "R1", ""))


@given(st.text(max_size=300))
def test_no_text_is_too_odd(text: str) -> None:
    reading = read_owners(text)
    assert len(set(reading.owners)) == len(reading.owners)
    assert isinstance(initials_of(text), str)
