import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan.statuses import Status, leading_status, read_status, read_statuses, status_words


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("done", Status.COMPLETE),
        ("complete", Status.COMPLETE),
        ("Completed", Status.COMPLETE),
        ("closed", Status.COMPLETE),
        ("FINISHED", Status.COMPLETE),
        ("in progress", Status.IN_PROGRESS),
        ("inprogress", Status.IN_PROGRESS),
        ("In-Progress", Status.IN_PROGRESS),
        ("in\u2013progress", Status.IN_PROGRESS),
        ("in_progress", Status.IN_PROGRESS),
        ("\u201cin progress\u201d", Status.IN_PROGRESS),
        ("wip", Status.IN_PROGRESS),
        ("started", Status.IN_PROGRESS),
        ("ongoing", Status.IN_PROGRESS),
        ("on track", Status.IN_PROGRESS),
        ("In consultation", Status.IN_PROGRESS),
        ("Not Started", Status.NOT_STARTED),
        ("notstarted", Status.NOT_STARTED),
        ("on hold", Status.ON_HOLD),
        ("paused", Status.ON_HOLD),
        ("verified", Status.VERIFIED),
        ("signed off", Status.VERIFIED),
        ("dropped", Status.DROPPED),
        ("cancelled", Status.DROPPED),
    ],
)
def test_words_for_a_status(typed: str, status: Status) -> None:
    assert read_status(typed) is status


@pytest.mark.parametrize(
    "typed", ["", "blocked", "at risk", "donne", "complete in progress", "red", "\U0001f600"]
)
def test_what_is_no_status(typed: str) -> None:
    assert read_status(typed) is None


def test_every_word_offered_is_understood() -> None:
    words = status_words()
    assert words[:6] == [status.value for status in Status]
    assert all(read_status(word) for word in words)


@pytest.mark.parametrize(
    ("cell", "statuses", "remark", "unread"),
    [
        ("Complete In progress", (Status.COMPLETE, Status.IN_PROGRESS), "", ""),
        ("Complete\nIn progress", (Status.COMPLETE, Status.IN_PROGRESS), "", ""),
        ("complete, not started and done", (Status.COMPLETE, Status.NOT_STARTED, Status.COMPLETE), "", ""),
        ("In consultation", (Status.IN_PROGRESS,), "", ""),
        ("Complete \u2013 went to board", (Status.COMPLETE,), "went to board", ""),
        ("Completed June 2021", (Status.COMPLETE,), "June 2021", ""),
        ("Complete (31/03/21)", (Status.COMPLETE,), "31/03/21", ""),
        ("Not complete", (Status.IN_PROGRESS,), "", ""),
        ("90% complete", (), "", "90% complete"),
        ("Complete apart from one", (), "", "Complete apart from one"),
        ("delayed", (), "", "delayed"),
        ("", (), "", ""),
        (" \n ", (), "", ""),
    ],
)
def test_a_status_cell(cell: str, statuses: tuple[Status, ...], remark: str, unread: str) -> None:
    reading = read_statuses(cell)
    assert (reading.statuses, reading.remark, reading.unread) == (statuses, remark, unread)


def test_the_status_a_sentence_starts_with() -> None:
    assert leading_status("in progress waiting for a panel") == (Status.IN_PROGRESS, 11)
    assert leading_status("waiting") == (None, 0)


@given(st.text(max_size=300))
def test_no_text_is_too_odd(text: str) -> None:
    assert read_status(text) in {None, *Status}
    reading = read_statuses(text)
    assert reading.statuses or not reading.remark
