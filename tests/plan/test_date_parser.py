from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.plan.date_parser import read_due_dates, read_due_lines
from bot.plan.due_dates import DueDate, Precision, Role

AS_AT = date(2021, 7, 31)
DAY, MONTH, RANGE, ONGOING, NONE = Precision


def one(text: str) -> DueDate:
    dates = read_due_dates(text, as_at=AS_AT)
    assert len(dates) == 1, dates
    return dates[0]


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("31/03/21", date(2021, 3, 31), DAY),
        ("1/4/21", date(2021, 4, 1), DAY),
        ("01/08/2021", date(2021, 8, 1), DAY),
        ("20.09.21", date(2021, 9, 20), DAY),
        ("31-03-2021", date(2021, 3, 31), DAY),
        ("31\u201303\u201321", date(2021, 3, 31), DAY),
        ("31 / 03 / 21", date(2021, 3, 31), DAY),
        ("2021-09-30", date(2021, 9, 30), DAY),
        ("2021-09-30 00:00:00", date(2021, 9, 30), DAY),
        ("2021-09-30T09:00:00Z", date(2021, 9, 30), DAY),
        ("31st March 2022", date(2022, 3, 31), DAY),
        ("31 March 22", date(2022, 3, 31), DAY),
        ("the 1st of April 2021", date(2021, 4, 1), DAY),
        ("Thursday 31 March 2022", date(2022, 3, 31), DAY),
        ("March 31, 2022", date(2022, 3, 31), DAY),
        ("by 31/03/22", date(2022, 3, 31), DAY),
        ("week ending 09/07/21", date(2021, 7, 9), DAY),
        ("11/2020", date(2020, 11, 30), MONTH),
        ("2021-09", date(2021, 9, 30), MONTH),
        ("June 2021", date(2021, 6, 30), MONTH),
        ("April 21", date(2021, 4, 30), MONTH),
        ("Dec 21", date(2021, 12, 31), MONTH),
        ("Dec '21", date(2021, 12, 31), MONTH),
        ("Dec-21", date(2021, 12, 31), MONTH),
        ("Feb. 2024", date(2024, 2, 29), MONTH),
        ("by end March 2022", date(2022, 3, 31), MONTH),
        ("end of March 22", date(2022, 3, 31), MONTH),
        ("Process in place \u2013 Oct 2021", date(2021, 10, 31), MONTH),
        ("Sept-Nov 2021", date(2021, 11, 30), RANGE),
        ("Sept to Nov 2021", date(2021, 11, 30), RANGE),
        ("June/July 2021", date(2021, 7, 31), RANGE),
        ("Nov 21-Feb 22", date(2022, 2, 28), RANGE),
        ("from April 2021 to June 2021", date(2021, 6, 30), RANGE),
        ("between June and July 2021", date(2021, 7, 31), RANGE),
        ("21.09.21-22.10.21", date(2021, 10, 22), RANGE),
        ("21/09/21 to 22/10/21", date(2021, 10, 22), RANGE),
        ("21-25/06/21", date(2021, 6, 25), RANGE),
        ("28/06-02/07/21", date(2021, 7, 2), RANGE),
        ("1-5 March 2021", date(2021, 3, 5), RANGE),
        ("1 March to 5 April 2021", date(2021, 4, 5), RANGE),
        ("early Sept 2021", date(2021, 9, 10), RANGE),
        ("start of June 2021", date(2021, 6, 10), RANGE),
        ("mid-June 2021", date(2021, 6, 20), RANGE),
        ("late June 2021", date(2021, 6, 30), RANGE),
        ("w/c 05/07/21", date(2021, 7, 9), RANGE),
        ("week commencing Monday 5 July 2021", date(2021, 7, 9), RANGE),
        ("Q3 2021/22", date(2021, 12, 31), RANGE),
        ("Q4 21/22", date(2022, 3, 31), RANGE),
        ("2021/22 Q1", date(2021, 6, 30), RANGE),
        ("quarter 2 of 2021-22", date(2021, 9, 30), RANGE),
        ("Autumn 2021", date(2021, 11, 30), RANGE),
        ("Spring '22", date(2022, 5, 31), RANGE),
        ("Winter 2021/22", date(2022, 2, 28), RANGE),
        ("2021/22", date(2022, 3, 31), RANGE),
        ("end of financial year 2021/22", date(2022, 3, 31), RANGE),
        ("end of financial year", date(2022, 3, 31), RANGE),
        ("end of calendar year", date(2021, 12, 31), RANGE),
        ("by the end of 2021", date(2021, 12, 31), RANGE),
        ("during 2022", date(2022, 12, 31), RANGE),
        ("Ongoing until March 2022", date(2022, 3, 31), MONTH),
    ],
)
def test_due_on_the_last_day_it_covers(text: str, day: date, precision: Precision) -> None:
    assert one(text) == DueDate(text, day, precision, Role.DUE, confirmed=True)


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("30/09/21 (TBC)", date(2021, 9, 30), DAY),
        ("30/09/21\n(TBC)", date(2021, 9, 30), DAY),
        ("TBC (30/09/21)", date(2021, 9, 30), DAY),
        ("June 2021?", date(2021, 6, 30), MONTH),
        ("provisionally June 2021", date(2021, 6, 30), MONTH),
        ("TBC", None, NONE),
        ("date to be confirmed", None, NONE),
    ],
)
def test_unconfirmed(text: str, day: date | None, precision: Precision) -> None:
    assert one(text) == DueDate(text.replace("\n", " "), day, precision, Role.DUE, confirmed=False)


@pytest.mark.parametrize(
    "text",
    [
        "31/02/21", "30 February 2021", "04/13/2021", "00/01/21", "2021-13-01", "31/03/2199", "31/03/213",
        "end of term", "Winter 2021", "Q3 2021", "2021/23", "31 March", "31/3", "Monthly", "ASAP",
        "5-1 March 2021", "30/06/21 - 01/06/21", "n/a", "x" * 5000, "Completed",
    ],
)  # fmt: skip
def test_the_unreadable_is_reported_not_guessed(text: str) -> None:
    due = one(text)
    assert (due.date, due.precision, due.role, due.confirmed) == (None, NONE, Role.DUE, True)
    assert text.startswith(due.text)


@pytest.mark.parametrize("text", ["Ongoing", "on-going", "Ongoing (started March 2021)", "Ongoing\nfrom"])
def test_ongoing_is_never_due(text: str) -> None:
    due = read_due_dates(text, as_at=AS_AT)[0]
    assert (due.date, due.precision, due.role) == (None, ONGOING, Role.ONGOING)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Initial meeting 05/08/21", date(2021, 8, 5)),
        ("From April 2021", date(2021, 4, 30)),
        ("April 21 onwards", date(2021, 4, 30)),
        ("to start by June 2021", date(2021, 6, 30)),
        ("commencing 01/09/21", date(2021, 9, 1)),
    ],
)
def test_a_start_is_never_due(text: str, day: date) -> None:
    assert (one(text).date, one(text).role, one(text).text) == (day, Role.START, text)


def read(text: str) -> list[tuple[str, date | None, Role]]:
    return [(due.text, due.date, due.role) for due in read_due_dates(text, as_at=AS_AT)]


@pytest.mark.parametrize("text", ["April 21 and ongoing", "April 21 - ongoing", "April 21, ongoing"])
def test_a_date_before_ongoing_is_a_start(text: str) -> None:
    assert read(text) == [("April 21", date(2021, 4, 30), Role.START), ("ongoing", None, Role.ONGOING)]


def test_a_review_beside_ongoing_is_due() -> None:
    assert read("Ongoing (review March 2022)") == [
        ("Ongoing", None, Role.ONGOING),
        ("(review March 2022)", date(2022, 3, 31), Role.DUE),
    ]


@pytest.mark.parametrize("between", [" ", " and ", ", ", "; ", " & ", "\n", " / ", "\r\n", " then "])
def test_several_dates_in_one_cell(between: str) -> None:
    text = between.join(["01/04/21", "31/07/2021", "Oct 2021"])
    assert read(text) == [
        ("01/04/21", date(2021, 4, 1), Role.DUE),
        ("31/07/2021", date(2021, 7, 31), Role.DUE),
        ("Oct 2021", date(2021, 10, 31), Role.DUE),
    ]


def test_words_stay_with_their_date() -> None:
    assert [due[0] for due in read("Phase 1: 31/03/21, Phase 2: 30/06/21")] == [
        "Phase 1: 31/03/21",
        "Phase 2: 30/06/21",
    ]
    dates = read_due_dates("31/07/21, 30/09/21 (TBC)", as_at=AS_AT)
    assert [(due.text, due.confirmed) for due in dates] == [("31/07/21", True), ("30/09/21 (TBC)", False)]


def test_an_unreadable_neighbour_is_not_lost() -> None:
    assert read("31/07/21, end of term, 30/09/21") == [
        ("31/07/21", date(2021, 7, 31), Role.DUE),
        ("end of term", None, Role.DUE),
        ("30/09/21", date(2021, 9, 30), Role.DUE),
    ]
    assert read("10 and 17 June 2021") == [
        ("10", None, Role.DUE),
        ("17 June 2021", date(2021, 6, 17), Role.DUE),
    ]
    assert read("31/02/21 30/06/21") == [
        ("31/02/21", None, Role.DUE),
        ("30/06/21", date(2021, 6, 30), Role.DUE),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "was 31/01/27 now 28/02/27",
        "Was 31/01/27, now 28/02/27",
        "31/01/27 extended to 28/02/27",
        "31/01/27 - extended to 28/02/27",
        "28/02/27 (was 31/01/27)",
        "28/02/27 (previously 31/01/27)",
        "28/02/27, originally 31/01/27",
        "31/01/27 28/02/27 revised",
        "31/01/27 28/02/27 (revised)",
        "31/01/27 (revised 28/02/27)",
        "31/01/27 (now 28/02/27)",
        "31/01/27 revised to 28/02/27",
        "31/01/27 moved to 28/02/27",
        "31/01/27 slipped to 28/02/27",
        "Original 31/01/27 Revised 28/02/27",
        "Original date: 31/01/27, revised date: 28/02/27",
        "31/01/27 (original) 28/02/27 (revised)",
        "(original 31/01/27) 28/02/27",
        "31/01/27 -> 28/02/27",
        "31 January 2027 deferred until 28 February 2027",
        "was 30/06/27 now 28/02/27",
        "Jan 2027, now Feb 2027",
        "31/01/27 has been put back to 28/02/27",
        "28/02/27 instead of 31/01/27",
    ],
)
def test_of_two_dates_the_newer_counts(text: str) -> None:
    for cell in (text, f"{text}."):
        due = one(cell)
        assert (due.date, due.role) == (date(2027, 2, 28), Role.DUE)
        assert "31/01/27" not in cell or "31/01/27" in due.text


@pytest.mark.parametrize(
    "text",
    [
        "31/01/27\nnow 28/02/27",
        "was 31/01/27\nnow 28/02/27",
        "31/01/27; revised 28/02/27",
        "Original: 31/01/27\nRevised: 28/02/27",
        "28/02/27\nwas 31/01/27",
        "31/01/27\n28/02/27 (revised)",
        "31/01/27\nextended to 28 February 2027",
    ],
)
def test_a_newer_date_on_a_line_of_its_own_counts(text: str) -> None:
    assert (one(text).date, one(text).role) == (date(2027, 2, 28), Role.DUE)


@pytest.mark.parametrize(
    "text",
    [
        "31/01/27 and 28/02/27",
        "31/01/27, 28/02/27",
        "31/01/27\n28/02/27",
        "Phase 1: 31/01/27, Phase 2: 28/02/27",
        "31/01/27 then 28/02/27",
        "Draft 31/01/27, new policy 28/02/27",
        "31/01/27\nRevised policy approved 28/02/27",
        "Policy was agreed 31/01/27, training 28/02/27",
        "31/01/27 for the draft and 28/02/27 for the rest",
    ],
)
def test_dates_that_do_not_take_each_others_place(text: str) -> None:
    assert [due.date for due in read_due_dates(text, as_at=AS_AT)] == [date(2027, 1, 31), date(2027, 2, 28)]


def test_lines_stay_apart() -> None:
    lines = read_due_lines("Ongoing\nApril 21 and ongoing\n\n31/03/22", as_at=AS_AT)
    assert [len(line) for line in lines] == [1, 2, 1]


def test_nothing_written() -> None:
    assert read_due_dates("", as_at=AS_AT) == []
    assert read_due_dates(" \n\t", as_at=AS_AT) == []


_BITS = st.sampled_from(
    [
        "31/03/21",
        "21",
        "April",
        "Sept-",
        " and ",
        "(",
        ")",
        "TBC",
        "ongoing",
        "\n",
        "/",
        "-",
        "Q3 ",
        "2021/22",
        "w/c ",
    ]
)


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=200), st.lists(_BITS, max_size=12).map("".join)))
@example("\u0661\u0662/03/21")
@example("0/0/0000")
@example("01/01/0000 - 01/01/9999")
def test_no_text_is_too_odd(text: str) -> None:
    for due in read_due_dates(text, as_at=AS_AT):
        assert due.text
        assert (due.date is None) == (due.precision in {NONE, ONGOING})


@given(st.text(min_size=1, max_size=60).filter(lambda text: any(letter.isalnum() for letter in text)))
def test_what_is_written_is_never_dropped(text: str) -> None:
    assert read_due_dates(text, as_at=AS_AT)


@given(
    st.dates(date(2000, 1, 1), date(2050, 12, 31)),
    st.sampled_from(["%d/%m/%Y", "%d %B %Y", "%d %b %y", "%Y-%m-%d"]),
)
def test_a_written_day_reads_back(day: date, form: str) -> None:
    assert one(day.strftime(form)).date == day
