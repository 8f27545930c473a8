"""The words of a tracker the bot wrote, by which it knows the tracker when it comes back."""

from enum import StrEnum

ROW_TYPE = "Row type"
PLAN, AS_AT, EXPORTED = "Plan", "As at", "Exported"
PROGRESS = "Progress"
# Columns that tell how things stand. They are for reading only: an import leaves them alone.
NEXT_DUE, COLOUR, COLOUR_REASON, LAST_WORD, LAST_WORD_BY, LAST_WORD_ON = (
    "Next due",
    "Colour",
    "Why this colour",
    "Last word",
    "Last word by",
    "Last word on",
)
READ_ONLY_COLUMNS = (NEXT_DUE, COLOUR, COLOUR_REASON, LAST_WORD, LAST_WORD_BY, LAST_WORD_ON)
# Sheets that tell what happened. They hold no plan.
HISTORY_SHEET, REMOVED_SHEET, COLOURS_SHEET = "History", "No longer in the plan", "Colours"
OTHER_SHEETS = (HISTORY_SHEET, REMOVED_SHEET, COLOURS_SHEET)


class RowType(StrEnum):
    """What a row of such a tracker is. A row without a type is read like any other tracker's."""

    SECTION = "Section"
    PROJECT = "Project"
    SAVINGS = "Savings"
    GROWTH = "Growth"
    DESCRIPTION = "Description"
    RISKS = "Risks"
    MEASURES = "Measures"
    ACTION = "Action"
    STEP = "Step"
