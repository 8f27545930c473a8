"""Dates, owners, refs and statuses as people write them, read the same from every form."""

from datetime import date
from functools import cache

import pytest

from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.importing.pipeline import read_plan_bytes
from tests.importing.comparison import compare_problems, differences
from tests.importing.papers import pdf_bytes, word_bytes
from tests.importing.workbooks import TODAY, csv_bytes, workbook_bytes

AS_AT = date(2021, 7, 31)
HEADING = ["Ref", "Action", "Owner", "By when", "Status"]
# Each By when cell, and its days ("start", "ongoing" or "none" where there is none to be late for).
DATES = {
    "31/03/21": ["2021-03-31"],
    "01/08/2021": ["2021-08-01"],
    "11/2020": ["2020-11-30"],
    "June 2021": ["2021-06-30"],
    "April 21": ["2021-04-30"],
    "Dec 21": ["2021-12-31"],
    "Sept-Nov 2021": ["2021-11-30"],
    "30/09/2021 and 31/03/22": ["2021-09-30", "2022-03-31"],
    "30/09/21 (TBC)": ["2021-09-30?"],
    "Ongoing": ["ongoing"],
    "April 21 and ongoing": ["start", "ongoing"],
    "Ongoing (started March 2021)": ["ongoing"],
    "Process in place - Oct 2021": ["2021-10-31"],
    "Initial meeting 05/08/21": ["start"],
    "21.09.21-22.10.21": ["2021-10-22"],
    "end of calendar year": ["2021-12-31"],
    "31/03/21\n30/06/21\n30/09/21": ["2021-03-31", "2021-06-30", "2021-09-30"],
    "when funds allow": ["none"],
    "": [],
}
OWNERS = {
    "RC, OC": ("RC", "OC"),
    "PB,MW": ("PB", "MW"),
    "ST/SH": ("ST", "SH"),
    "JM and SC": ("JM", "SC"),
    "RM\nSH": ("RM", "SH"),
    "Lead TBC": (),
    "Head of Service": ("Head of Service",),
    "": (),
}
STATUSES = {
    "complete": "complete",
    "Complete": "complete",
    "Completed": "complete",
    "In progress": "in-progress",
    "Not Started": "not-started",
    "In consultation": "in-progress",
    "": "not-started",
}
REFS = ["1.1", "1.10", "2.1.", "4.2 (inside the text)", "5"]


def cells() -> list[list[str]]:
    """A row for each awkward cell, and three bullets where there are three dates."""
    rows = [["Do\n· a\n· b\n· c" if "\n" in text else "Do it", "RM", text, "In progress"] for text in DATES]
    rows += [["Do it", text, "31/12/21", "In progress"] for text in OWNERS]
    rows += [["Do it", "RM", "31/12/21", text] for text in STATUSES]
    return [HEADING, *([f"7.{number}", *row] for number, row in enumerate(rows, start=1))]


@cache
def read(form: str) -> PlanDraft:
    rows = [*cells(), *([ref, "Do it", "RM", "31/12/21", ""] for ref in REFS)]
    content = {
        ".csv": lambda: csv_bytes(rows),
        ".xlsx": lambda: workbook_bytes({"Plan": rows}),
        ".docx": lambda: word_bytes(rows),
        ".pdf": lambda: pdf_bytes(rows, widths=(20, 60, 40, 50, 30)),
    }[form]()
    return read_plan_bytes(f"plan{form}", content, as_at=AS_AT, today=TODAY)


def days(action: ActionDraft) -> list[str]:
    shown = []
    for due in action.due:
        value = (
            due.date.isoformat() if due.date and due.role.value in {"due", "milestone"} else due.role.value
        )
        shown.append("none" if value == "due" else value + "?" * (not due.confirmed))
    return shown


def test_every_awkward_cell_is_read() -> None:
    actions = iter(read(".csv").actions)
    assert {text: days(next(actions)) for text in DATES} == DATES
    assert {text: next(actions).owners for text in OWNERS} == OWNERS
    assert {text: next(actions).status.value for text in STATUSES} == STATUSES
    assert [action.ref for action in actions] == ["1.1", "1.10", "2.1", "4.2", "5"]
    printed = {action.status_text for action in read(".csv").actions}
    assert printed == set(STATUSES)
    texts = {each.text for each in read(".csv").problems}
    assert {"when funds allow", "Lead TBC", "Head of Service", "In consultation", "30/09/21 (TBC)"} <= texts


@pytest.mark.parametrize("form", [".xlsx", ".docx", ".pdf"])
def test_every_form_reads_them_alike(form: str) -> None:
    found = [each for each in differences(read(".csv"), read(form)) if not each.path.startswith("section")]
    assert found == []
    assert compare_problems(read(".csv"), read(form)) == ([], [])
