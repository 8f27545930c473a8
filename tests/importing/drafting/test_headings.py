import pytest

from bot.importing.table.column_kinds import Column
from bot.importing.table.columns import SYNONYMS
from bot.importing.table.headings import describe_headings, read_heading
from bot.importing.table.tables import TableRow


def columns(*cells: str) -> dict[Column, int] | None:
    heading = read_heading(TableRow(1, cells))
    return heading.columns if heading else None


def test_any_order_and_any_spelling() -> None:
    assert columns("PROGRESS", "By When", "Lead (s)", "Action(s)", "Ref.") == {
        Column.STATUS: 0, Column.DUE: 1, Column.OWNER: 2, Column.ACTION: 3, Column.REF: 4,
    }  # fmt: skip
    long = ("Ref", "Priorities and key activity", "Delivered through", "Success measures for residents")
    assert columns(*long) == {Column.REF: 0, Column.ACTION: 1, Column.DELIVERED: 2, Column.SUCCESS: 3}


@pytest.mark.parametrize("column", list(Column))
def test_every_synonym_is_found(column: Column) -> None:
    for name in SYNONYMS[column]:
        beside = ("Action", "Owner") if column is not Column.ACTION else ("Owner", "Due")
        found = columns(*beside, name)
        assert found is not None
        assert column in found


def test_the_likelier_of_two_columns() -> None:
    heading = read_heading(TableRow(1, ("Ref", "Action", "Progress", "Status", "Comments")))
    assert heading is not None
    assert heading.columns[Column.STATUS] == 3
    assert heading.unread_columns == (2, 4)


@pytest.mark.parametrize(
    "cells", [("Ref", "Owner"), ("Action",), ("Savings", "2021/22"), ("1.1", "Do it", "RM"), ()]
)
def test_what_is_no_heading(cells: tuple[str, ...]) -> None:
    assert columns(*cells) is None


def test_the_headings_needed_are_described() -> None:
    description = describe_headings()
    assert all(word in description for word in ("Ref", "Action", "Owner", "By when", "Status"))
