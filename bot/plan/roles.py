"""What a person may do."""

from enum import StrEnum


class PersonRole(StrEnum):
    """A person's standing with the board. Owners and leads are known from the plan itself as well."""

    OWNER = "owner"
    LEAD = "lead"
    PLAN_MANAGER = "plan-manager"
    BOARD_CHAIR = "board-chair"
    VIEWER = "viewer"

    @property
    def words(self) -> str:
        return self.value.replace("-", " ")
