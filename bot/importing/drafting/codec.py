"""Drafts as bytes for storage, and from JSON again, as the process that reads files sends them.

Every field is validated, and nothing of the text is ever run.
"""

import zlib

from pydantic import TypeAdapter

from bot.importing.drafting.draft import PlanDraft
from bot.importing.drafting.json_out import to_json

_DRAFT = TypeAdapter(PlanDraft)


def decode_json(text: str | bytes) -> PlanDraft:
    """The draft. Raises ValueError for JSON that is no draft."""
    return _DRAFT.validate_json(text)


def encode_draft(draft: PlanDraft) -> bytes:
    """The draft as zlib-compressed JSON."""
    return zlib.compress(to_json(draft).encode(), 9)


def decode_draft(data: bytes) -> PlanDraft:
    """The draft out of what encode_draft gave. Raises zlib.error or ValueError for anything else."""
    return decode_json(zlib.decompress(data))
