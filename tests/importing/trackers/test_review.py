"""What a review says of a tracker before it is applied, and the page of the headings that are known."""

from bot.importing.column_words import kept_headings, list_column_uses
from bot.importing.presenters import present_action
from tests.importing.trackers.headings_page import PAGE, written
from tests.importing.trackers.reading import read_rows


def test_the_page_of_headings_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == written()


def test_what_each_column_was_taken_for() -> None:
    draft = read_rows(
        ("Item", "Job", "Watch", "Deadline agreed", "Cost code"),
        ("1", "Fit new doors", "Ann Example", "14/05/2027", "4471"),
        ("2", "Test the hydrants", "Bob Sample", "", ""),
    )
    assert list(list_column_uses(draft)) == [
        "“Item”: the ref",
        "“Job”: what is to be done",
        "“Watch”: who is responsible (by its cells)",
        "“Deadline agreed”: the due date",
    ]
    assert kept_headings(draft) == ["Cost code"]
    assert [present_action(each) for each in draft.actions] == [
        "1/1 Fit new doors · Ann Example · 14 May 2027 · not started",
        "1/2 Test the hydrants · Bob Sample · no date · not started",
    ]
