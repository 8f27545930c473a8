"""What is said of one action or milestone, as it is recorded."""

from dataclasses import dataclass
from datetime import date

from bot.plan.rag import Colour
from bot.plan.statuses import Status


@dataclass(frozen=True)
class UpdateValues:
    """What someone says of one action or milestone; what is None or "" stays as it is."""

    status: Status | None = None
    declared: Colour | None = None
    note: str = ""
    due: date | None = None
    due_text: str = ""
    reason: str = ""
    evidence: str = ""
    route_to_green: str = ""
    help_needed: str = ""
    source: str = "command"
    answer: str = "update"
