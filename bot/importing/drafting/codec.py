"""A draft that crossed as JSON text, as it was. Nothing of the text is run, and every field is checked."""

import zlib

from pydantic import TypeAdapter

from bot.importing.drafting.draft import PlanDraft
from bot.importing.drafting.json_out import to_json

_DRAFT = TypeAdapter(PlanDraft)


def from_json(text: str | bytes) -> PlanDraft:
    """Raises ValueError for anything but a draft."""
    return _DRAFT.validate_json(text)


def packed(draft: PlanDraft) -> bytes:
    return zlib.compress(to_json(draft).encode(), 9)


def unpacked(kept: bytes) -> PlanDraft:
    return from_json(zlib.decompress(kept))
