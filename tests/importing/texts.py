"""Read small plans from texts and pages written in a test."""

import re

from bot.importing.drafting.draft import ActionDraft, PlanDraft
from bot.importing.pipeline import read_plan_bytes
from tests.importing.workbooks import TODAY


def plan_in(text: str, name: str = "plan.txt", encoding: str = "utf-8") -> PlanDraft:
    return read_plan_bytes(name, text.encode(encoding), today=TODAY)


def action_of(draft: PlanDraft, ref: str) -> ActionDraft:
    found = [each for each in draft.actions if each.ref == ref]
    assert len(found) == 1
    return found[0]


def tabbed(*rows: str) -> str:
    """Rows of cells between bars, as a text between tabs."""
    return "\n".join(re.sub(r" ?\| ?", "\t", row) for row in rows)
