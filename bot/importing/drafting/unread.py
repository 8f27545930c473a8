"""Tell what of a table was passed over, and why."""

from bot.importing.drafting.project_rows import is_about_money
from bot.importing.table.headings import Heading
from bot.importing.table.problems import ProblemLog
from bot.importing.table.tables import Row, Table, column_letter
from bot.plan.typing_marks import one_line

LONGEST_SHOWN = 80


class Unread:
    """What is passed over in one table goes to `notes`."""

    def __init__(self, table: Table, notes: ProblemLog) -> None:
        self._table, self._notes = table, notes
        self._told: set[tuple[int, ...]] = set()

    def tell_columns(self, row: Row, heading: Heading) -> None:
        """Tell the columns of a heading that mean nothing here; once, where the heading is repeated."""
        if not heading.unread or heading.unread in self._told:
            return
        self._told.add(heading.unread)
        names = "; ".join(
            f"{column_letter(place)}, \u201c{one_line(row.cells[place])}\u201d" for place in heading.unread
        )
        message = "The plan has no place for these columns, so they were not read."
        self._notes.info(self._table.where(row.number), "heading", names[:LONGEST_SHOWN], message)

    def tell_words(self, row: Row) -> None:
        """Tell the words of a row that stands outside the headings, if there are any besides amounts."""
        cells = [row.cells[place] for place in row.filled if not is_about_money(row.cells[place])]
        words = one_line(" ".join(cells))
        if words:
            message = "The plan has no place for these words, so they were not taken."
            self._notes.info(self._table.where(row.number), "row", words[:LONGEST_SHOWN], message)

    def tell_row(self, row: Row) -> None:
        """Tell a row below a heading that holds no action."""
        words = one_line(" ".join(row.cells[place] for place in row.filled))[:LONGEST_SHOWN]
        message = "This row has no action in it, so it was not read."
        self._notes.warning(self._table.where(row.number), "row", words, message)

    def tell_too_long(self, row: Row) -> None:
        """Tell a row that would make the action above too long; the first such row of several."""
        message = "The action above is too long already, so this row was not read."
        if not self._notes.problems or self._notes.problems[-1].message != message:
            self._notes.error(self._table.where(row.number), "row", "", message)
