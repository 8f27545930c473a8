import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan.refs import RefQuery, is_ref, natural_key, normalise_ref, number_in, read_ref


@pytest.mark.parametrize(
    ("printed", "ref"),
    [
        ("5.2", "5.2"),
        ("5.2.", "5.2"),
        (" 4.2. ", "4.2"),
        ("1.3 a)", "1.3a"),
        ("1.3(a)", "1.3a"),
        ("1.3A", "1.3a"),
        ("3.9 (inside the activity text)", "3.9"),
        ("1.2.1", "1.2.1"),
        ("5.1 (ii)(a)", "5.1iia"),
        ("2.", "2"),
        ("\u201c5.2\u201d", "5.2"),
        ("eh-3", "EH3"),
        ("A 4.1", "A4.1"),
        ("", ""),
        ("see below", "see below"),
    ],
)
def test_a_ref_has_one_spelling(printed: str, ref: str) -> None:
    assert normalise_ref(printed) == ref


@pytest.mark.parametrize(
    ("typed", "section", "ref"),
    [
        ("5.2", None, "5.2"),
        ("5.2.", None, "5.2"),
        ("#5.2,", None, "5.2"),
        ("ref 5.2", None, "5.2"),
        ("action 5.2", None, "5.2"),
        ("1/5.2", "1", "5.2"),
        ("1 / 5.2", "1", "5.2"),
        ("S2 5.2", "2", "5.2"),
        ("s2/5.2", "2", "5.2"),
        ("s.2 5.2", "2", "5.2"),
        ("section 2 5.2", "2", "5.2"),
        ("Section 2: 5.2", "2", "5.2"),
        ("mtfs 5.2", "mtfs", "5.2"),
        ("MTFS/5.2", "mtfs", "5.2"),
        ("Practice Priorities 5.2", "practice priorities", "5.2"),
        ("1.2.1", None, "1.2.1"),
        ("1.3a", None, "1.3a"),
        ("1.3 a)", None, "1.3a"),
        ("S2 1.3 a)", "2", "1.3a"),
        ("\u20181.3\u2019", None, "1.3"),
        ("\u00a05.2\u2003", None, "5.2"),
        ("eh3", None, "EH3"),
    ],
)
def test_refs_as_typed_in_chat(typed: str, section: str | None, ref: str) -> None:
    assert read_ref(typed) == RefQuery(section, ref)


@pytest.mark.parametrize(
    "typed", ["", "   ", "done", "5.2 done", "in progress", "/", "2/", "x" * 500, "5.2, 2.6"]
)
def test_what_is_no_ref(typed: str) -> None:
    assert read_ref(typed) is None


def test_refs_sort_as_people_count() -> None:
    refs = ["1.10", "1.2", "1.3a", "1.3", "10.1", "2.1", "1.2.1", "EH3"]
    assert sorted(refs, key=natural_key) == ["1.2", "1.2.1", "1.3", "1.3a", "1.10", "2.1", "10.1", "EH3"]


def test_is_ref() -> None:
    assert is_ref("5.2.")
    assert is_ref("A4")
    assert not is_ref("Owner")


@given(st.text(max_size=200))
def test_no_text_is_too_odd(text: str) -> None:
    query = read_ref(text)
    assert query is None or query.ref
    assert isinstance(natural_key(normalise_ref(text)), tuple)


def test_the_digits_of_other_scripts_sort_as_letters() -> None:
    assert natural_key("\U0001e950a") == ((1, 0, "\U0001e950a"),)


@given(st.integers(1, 99), st.integers(1, 99), st.sampled_from(["", "a", "b"]))
def test_a_normalised_ref_stays_itself(first: int, second: int, letter: str) -> None:
    ref = f"{first}.{second}{letter}"
    assert normalise_ref(ref) == ref
    assert read_ref(f"S2 {ref}.") == RefQuery("2", ref)


@given(st.from_regex(r"[#(]?[0-9a-z .()-]{1,12}", fullmatch=True))
def test_the_number_in_a_ref_stands_in_what_it_was_made_of(printed: str) -> None:
    assert number_in(normalise_ref(printed)) in printed
