"""A draft as a few bytes, for keeping: everything that was read, and nothing lost on the way back."""

import zlib

from pydantic import TypeAdapter

from bot.importing.drafts import PlanDraft

_DRAFT = TypeAdapter(PlanDraft)


def packed(draft: PlanDraft) -> bytes:
    """As JSON, compressed: what was kept by an older version can be read by a newer one."""
    return zlib.compress(_DRAFT.dump_json(draft), 9)


def unpacked(kept: bytes) -> PlanDraft:
    return _DRAFT.validate_json(zlib.decompress(kept))
