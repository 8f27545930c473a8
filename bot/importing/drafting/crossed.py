"""A draft that crossed as JSON text, as it was. Nothing of the text is run, and every field is checked."""

from pydantic import TypeAdapter

from bot.importing.drafting.drafts import PlanDraft

_DRAFT = TypeAdapter(PlanDraft)


def from_json(text: str | bytes) -> PlanDraft:
    """Raises ValueError for anything but a draft."""
    return _DRAFT.validate_json(text)
