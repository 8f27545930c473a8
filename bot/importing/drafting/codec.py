"""A draft that crossed as JSON text, as it was. Nothing of the text is run, and every field is checked."""

import zlib

from pydantic import TypeAdapter

from bot.importing.drafting.draft import PlanDraft
from bot.importing.drafting.json_out import to_json

_DRAFT = TypeAdapter(PlanDraft)


def decode_json(text: str | bytes) -> PlanDraft:
    """Raises ValueError for anything but a draft."""
    return _DRAFT.validate_json(text)


def encode_draft(draft: PlanDraft) -> bytes:
    return zlib.compress(to_json(draft).encode(), 9)


def decode_draft(data: bytes) -> PlanDraft:
    return decode_json(zlib.decompress(data))
