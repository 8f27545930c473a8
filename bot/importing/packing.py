"""A draft as a few bytes, for keeping: what was kept by an older version can be read by a newer one."""

import zlib

from bot.importing.drafting.crossed import from_json
from bot.importing.drafting.crossing import to_json
from bot.importing.drafting.drafts import PlanDraft


def packed(draft: PlanDraft) -> bytes:
    return zlib.compress(to_json(draft).encode(), 9)


def unpacked(kept: bytes) -> PlanDraft:
    return from_json(zlib.decompress(kept))
