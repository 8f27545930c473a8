"""Find a plan's columns by their headings, in any order and by any of the names people give them."""

from dataclasses import dataclass
from enum import StrEnum

from bot.importing.table.tables import TableRow
from bot.plan.text import letters_only
from bot.plan.tracker_format import ROW_TYPE
from bot.sentences import sentence


class Column(StrEnum):
    """What a column of a plan holds."""

    REF = "ref"
    ACTION = "title"
    OWNER = "owners"
    DUE = "due"
    START = "start"
    STATUS = "status"
    DELIVERED = "delivered_through"
    SUCCESS = "success_measures"
    SECTION = "section"
    PROJECT = "project"
    TAGS = "tags"
    ROW_TYPE = "row_type"
    STATUS_TEXT = "status_text"


# The likelier name first: when two columns could be the same, the one named earlier here is it.
SYNONYMS: dict[Column, tuple[str, ...]] = {
    Column.REF: (
        "Ref", "Ref no", "Reference", "Action ref", "Action no", "Action number", "Reference number",
        "Plan ref", "ID", "No", "Number", "Item", "Item no", "#",
    ),
    Column.ACTION: (
        "Action", "Actions", "Priorities and key activity", "Key activity", "Key activities",
        "Key actions", "Activity", "Activities", "Action required", "Actions required",
        "Actions to be taken", "Improvement action", "Agreed action", "Agreed actions",
        "What we will do", "Task", "Tasks", "Title", "What", "Description", "Recommendation",
        "Priorities", "Milestone", "Milestones", "Objective", "Priority",
    ),
    Column.OWNER: (
        "Owner", "Owners", "Action owner", "Lead", "Leads", "Lead officer", "Lead owner",
        "Responsible officer", "Responsible", "Responsibility", "Responsible lead", "Accountable",
        "Assigned to", "By whom", "Actor", "Officer", "Named lead",
    ),
    Column.DUE: (
        "By when", "Due", "Due date", "Date due", "Deadline", "Deadlines", "Target date",
        "Target completion date", "Completion date", "Complete by", "End date", "Timescale",
        "Timescales", "Timeframe", "When", "Date", "Delivery date",
    ),
    Column.START: (
        "Start", "Start date", "Date started", "Commencement date",
    ),
    Column.STATUS: (
        "Status", "Current status", "Action status", "Progress", "Progress status", "Status progress",
        "Progress to date", "State", "Position",
    ),
    Column.DELIVERED: (
        "Delivered through", "Delivered via", "Delivery plan", "Delivery mechanism", "Linked plan",
    ),
    Column.SUCCESS: (
        "Success measures", "Success measure", "Success criteria", "Measures of success",
        "Measure of success", "Impact", "Outcome", "Outcomes", "Intended outcome", "Intended impact",
        "What success looks like", "What will success look like",
    ),
    Column.SECTION: (
        "Section", "Section no", "Section number", "Part", "Plan section",
    ),
    Column.PROJECT: (
        "Project", "Project name", "Project title", "Project or priority", "Workstream", "Theme",
        "Priority area", "Programme",
    ),
    Column.TAGS: (
        "Tags", "Tag", "Source", "Source of action", "Inspection",
    ),
    Column.ROW_TYPE: (ROW_TYPE,),
    Column.STATUS_TEXT: ("Progress as printed", "Status as printed"),
}  # fmt: skip

_RANKS = {
    letters_only(name) or name: (column, rank)
    for column, names in SYNONYMS.items()
    for rank, name in enumerate(names)
}
# Long headings go on ("Success measures impact for families"); these beginnings are enough.
_BEGINNINGS = (
    "successmeasure", "deliveredthrough", "prioritiesandkeyactivit", "bywhen", "targetdate", "duedate",
    "responsibleofficer", "leadofficer", "actionrequired", "actionstobetaken", "whatwewilldo",
)  # fmt: skip
_MAX_LENGTH = 120
_NAMED_COLUMNS = (Column.REF, Column.ACTION, Column.OWNER, Column.DUE, Column.STATUS)


@dataclass(frozen=True)
class TableHeading:
    """columns: the index of each, from 0. unread_columns: the indexes of those that a plan has no use for."""

    columns: dict[Column, int]
    unread_columns: tuple[int, ...] = ()


def read_heading(row: TableRow) -> TableHeading | None:
    """Read a row as a heading; None unless it names the actions and at least one thing about them."""
    ranked: dict[Column, tuple[int, int]] = {}
    for index in row.filled_columns:
        match = _match_column(row.cells[index])
        if match is None:
            continue
        column, rank = match
        if column not in ranked or rank < ranked[column][0]:
            ranked[column] = (rank, index)
    columns = {column: index for column, (_, index) in ranked.items()}
    if not _is_enough(columns):
        return None
    used = set(columns.values())
    return TableHeading(columns, tuple(index for index in row.filled_columns if index not in used))


def describe_headings() -> str:
    """Say in a sentence which headings a plan needs."""
    columns = [f"{SYNONYMS[column][0]} (or {', '.join(SYNONYMS[column][1:4])})" for column in _NAMED_COLUMNS]
    return sentence("table.headings_needed", columns=columns)


def _is_enough(columns: dict[Column, int]) -> bool:
    about = columns.keys() - {Column.ACTION, Column.SECTION, Column.TAGS, Column.START, Column.ROW_TYPE}
    return Column.ACTION in columns and bool(about)


def _match_column(text: str) -> tuple[Column, int] | None:
    if len(text) > _MAX_LENGTH:
        return None
    key = letters_only(text) or text.strip()
    if key in _RANKS:
        return _RANKS[key]
    beginning = next((start for start in _BEGINNINGS if key.startswith(start)), None)
    if beginning is None:
        return None
    name = next(name for name in _RANKS if name.startswith(beginning) or beginning.startswith(name))
    return _RANKS[name]
