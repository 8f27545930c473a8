"""Random flat plans, written in each form of rows, read back as what was meant."""

import re
from datetime import date, timedelta
from html import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.importing.drafting.json_out import draft_json
from bot.importing.pipeline import read_plan_bytes
from bot.importing.table.headings import read_heading
from bot.importing.table.tables import TableRow
from bot.plan.due_dates import DueDate, Precision
from bot.plan.owners import is_initials
from bot.plan.statuses import Status
from bot.plan.text import one_line
from tests.importing.workbooks import TODAY, csv_bytes, workbook_bytes

HEADING = ["Section", "Project", "Ref", "Action", "Owner", "Due", "Status"]
_WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=60)
_TITLES = st.tuples(st.sampled_from(["Agree", "Review", "Publish"]), _WORDS).map(
    lambda parts: one_line(" ".join(parts))
)
_OWNERS = st.lists(st.sampled_from(["RM", "ST", "PB", "KC", "\u00c9D"]), unique=True, max_size=3)
_DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))


@st.composite
def actions(draw: st.DrawFn) -> ActionDraft:
    section, project = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    day = draw(st.none() | _DAYS)
    status = draw(st.sampled_from(Status))
    text = f"{day:%d/%m/%Y}" if day else ""
    return ActionDraft(
        str(section),
        str(project),
        f"{project}.{draw(st.integers(1, 40))}",
        draw(_TITLES.filter(is_plain)),
        tuple(draw(_OWNERS)),
        (DueDate(text, day, Precision.DAY),) if day else (),
        status,
        draw(st.sampled_from([status.words, status.words.title(), status.value])),
    )


def is_plain(title: str) -> bool:
    """Leave out titles that say something of their own: a tag at the end."""
    return not title.endswith("]") and read_heading(TableRow(1, (title, "Owner"))) is None


def rows_of(plan: list[ActionDraft]) -> list[list[str]]:
    rows = [
        [
            each.section,
            f"{each.project}. Project {each.project}",
            each.ref,
            each.title,
            ", ".join(each.owners),
            each.due[0].text if each.due else "",
            each.status_text,
        ]
        for each in plan
    ]
    return [HEADING, *rows]


def tagged(rows: list[list[str]]) -> str:
    """The rows as an HTML table."""
    cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    return "<table>" + "\n".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def piped(rows: list[list[str]]) -> str:
    """The rows as a pipe table; what would mean something there is written as what it is."""
    lines = [
        "| " + " | ".join(re.sub(r"([!-/:-@[-`{-~])", r"\\\1", cell) for cell in row) + " |" for row in rows
    ]
    lines.insert(1, "|---" * len(rows[0]) + "|")
    return "\n".join(lines)


def essentials(draft: PlanDraft) -> list[ActionDraft]:
    return [
        ActionDraft(
            each.section,
            each.project,
            each.ref,
            each.title,
            each.owners,
            each.due,
            each.status,
            each.status_text,
        )
        for each in draft.actions
    ]


@settings(max_examples=25, deadline=None)
@given(st.lists(actions(), min_size=1, max_size=12))
def test_a_flat_plan_reads_back(plan: list[ActionDraft]) -> None:
    rows = rows_of(plan)
    from_csv = read_plan_bytes("plan.csv", csv_bytes(rows), today=TODAY)
    assert essentials(from_csv) == plan
    from_xlsx = read_plan_bytes("plan.xlsx", workbook_bytes({"Plan": rows}), today=TODAY)
    assert essentials(from_xlsx) == plan
    assert draft_json(from_csv)["projects"] == draft_json(from_xlsx)["projects"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40),
            min_size=5,
            max_size=5,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_no_cell_is_too_odd(cells: list[list[str]]) -> None:
    content = csv_bytes(
        [["Ref", "Action", "Owner", "Due", "Status"], ["1.1", "Do", "RM", "", ""], *cells], "\t", "utf-8"
    )
    draft = read_plan_bytes("plan.csv", content, today=TODAY, as_at=TODAY - timedelta(days=1))
    assert draft.actions
    assert all(problem.message.strip() and problem.where for problem in draft.problems)
    assert all(len(each.ref) <= 40 for each in draft.actions)


def test_the_owners_used_are_initials() -> None:
    assert all(map(is_initials, ["RM", "ST", "PB", "KC", "\u00c9D"]))
