"""The rows above a table's heading: the plan's title, and labels with their values."""

from collections.abc import Iterator
from itertools import pairwise

from bot.importing.drafting.rows import LabelRow, PlanRow, TitleRow
from bot.importing.table.tables import Table, TableRow
from bot.plan.text import letters_only, one_line
from bot.plan.tracker_format import AS_AT, PLAN

# A weaker kind of title: it counts where the document has no line for one.
PROJECT_TITLE = "Project title"
_LABELS = {
    **dict.fromkeys(
        (
            "plan", "plantitle", "title", "planname", "nameofplan", "documenttitle", "actionplan", "logname",
            "logtitle", "trackername", "registername", "documentname",
        ),
        PLAN,
    ),
    **dict.fromkeys(("projecttitle", "projectname", "project", "programme", "nameofproject"), PROJECT_TITLE),
    **dict.fromkeys(
        (
            "asat", "date", "updated", "lastupdated", "dateupdated", "reportdate", "versiondate",
            "dateofplan", "plandate", "asof", "dateofreport", "updatedon",
        ),
        AS_AT,
    ),
}  # fmt: skip
_MAX_TITLE_CELLS = 2


def is_label_row(row: TableRow) -> bool:
    """Whether the row holds labels with their values beside them: "Project title: | Fences"."""
    first = one_line(row.cells[row.filled_columns[0]])
    is_known = len(row.filled_columns) == _MAX_TITLE_CELLS and letters_only(first) in _LABELS
    return len(row.filled_columns) > 1 and first[0].isalpha() and (first.endswith(":") or is_known)


def read_head_row(table: Table, row: TableRow) -> Iterator[PlanRow]:
    """The title, or each label with its value."""
    where = table.where(row.number)
    if not is_label_row(row):
        shown = row.filled_columns if len(row.filled_columns) <= _MAX_TITLE_CELLS else row.filled_columns[:1]
        yield TitleRow(one_line(" ".join(row.cells[column] for column in shown)), where)
        return
    columns = row.filled_columns
    for column, following in pairwise(columns):
        text = one_line(row.cells[column])
        is_label = text.endswith(":") or (column == columns[0] and len(columns) == _MAX_TITLE_CELLS)
        label = _LABELS.get(letters_only(text)) if is_label else None
        if label:
            yield LabelRow(label, one_line(row.cells[following]), where)
