"""A whole draft as JSON text: how it crosses from the process that read it, which `crossed` reads again.

Written with what Python brings, so that this process, which is started for each file, starts at once.
What `import --json` prints is less, and agreed with others: see draft_json.
"""

import json
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from bot.importing.drafting.drafts import PlanDraft


def to_json(draft: PlanDraft) -> str:
    """Raises ValueError for text that no file can hold."""
    text = json.dumps(draft, default=_plain, ensure_ascii=False, separators=(",", ":"))
    text.encode()
    return text


def _plain(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    raise TypeError(f"a draft holds no {type(value).__name__}")
