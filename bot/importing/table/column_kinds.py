"""What a column of a plan can hold."""

from enum import StrEnum


class Column(StrEnum):
    """What a column of a plan holds."""

    REF = "ref"
    ACTION = "title"
    OWNER = "owners"
    DUE = "due"
    REVISED = "revised_due"
    ORIGINAL = "original_due"
    START = "start"
    STATUS = "status"
    DONE = "done"
    PERCENT = "percent"
    RAG = "declared"
    PRIORITY = "priority"
    CATEGORY = "category"
    RAISED_ON = "raised_on"
    CLOSED_ON = "closed_on"
    DELIVERED = "delivered_through"
    SUCCESS = "success_measures"
    SECTION = "section"
    PROJECT = "project"
    TAGS = "tags"
    ROW_TYPE = "row_type"
    STATUS_TEXT = "status_text"


# What a heading may stand for, each with a rank: the lower, the surer.
Candidates = tuple[tuple[Column, int], ...]
