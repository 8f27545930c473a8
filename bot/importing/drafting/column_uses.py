"""What each column of a document was taken for, with a few of its cells."""

from collections.abc import Iterator, Sequence

from bot.importing.drafting.draft import ColumnUse
from bot.importing.table.column_kinds import Column
from bot.importing.table.column_profiles import samples
from bot.importing.table.headings import TableHeading
from bot.importing.table.table_headings import TableHeadings
from bot.importing.table.tables import Table
from bot.plan.text import one_line

_SAMPLES, _MAX_LENGTH = 3, 100


def find_column_uses(headed: Sequence[tuple[Table, TableHeadings]]) -> tuple[ColumnUse, ...]:
    """Each heading once, in the document's order."""
    found: dict[tuple[str, str], ColumnUse] = {}
    for table, headings in headed:
        for number, heading in headings.by_row.items():
            for use in _uses_of(table, number, heading):
                found.setdefault((use.heading, use.column), use)
    return tuple(found.values())


def _uses_of(table: Table, number: int, heading: TableHeading) -> Iterator[ColumnUse]:
    by_index = {index: column for column, index in heading.columns.items()}
    by_index |= dict.fromkeys(heading.people, Column.OWNER)
    for index, name in sorted(heading.names.items()):
        column = by_index.get(index)
        cells = [row.cell(index) for row in table.rows if row.number > number]
        yield ColumnUse(
            one_line(name)[:_MAX_LENGTH],
            column.value if column else "",
            column in heading.guessed,
            tuple(cell[:_MAX_LENGTH] for cell in samples(cells, _SAMPLES)),
        )
