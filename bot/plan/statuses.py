"""The statuses of an action, and the words people write for them."""

from enum import StrEnum


class Status(StrEnum):
    """Where an action stands. The plan's own words are kept beside it as `status_text`.

    words: as a sentence has it. is_open: it can still be late.
    """

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    COMPLETE = "complete"
    VERIFIED = "verified"
    ON_HOLD = "on-hold"
    DROPPED = "dropped"

    words: str
    is_open: bool

    def __init__(self, value: str) -> None:
        # Attributes, since a list asks them of thousands.
        self.words = value.replace("-", " ")
        self.is_open = value in {"not-started", "in-progress"}
