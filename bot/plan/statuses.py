"""The statuses of an action, and the words people write for them."""

from enum import StrEnum


class Status(StrEnum):
    """Where an action stands. The plan's own words are kept beside it as `status_text`."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    COMPLETE = "complete"
    VERIFIED = "verified"
    ON_HOLD = "on-hold"
    DROPPED = "dropped"

    @property
    def words(self) -> str:
        return self.value.replace("-", " ")

    @property
    def is_open(self) -> bool:
        return self in {Status.NOT_STARTED, Status.IN_PROGRESS}
