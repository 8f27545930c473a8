"""A whole draft as JSON text and back: how it crosses from the process that read it. Nothing of it is run.

What `import --json` prints is less, and agreed with others: see draft_json.
"""

from pydantic import TypeAdapter

from bot.importing.drafting.drafts import PlanDraft

_DRAFT = TypeAdapter(PlanDraft)


def to_json(draft: PlanDraft) -> str:
    return _DRAFT.dump_json(draft).decode()


def from_json(text: str | bytes) -> PlanDraft:
    """Raises ValueError for anything but a draft."""
    return _DRAFT.validate_json(text)
