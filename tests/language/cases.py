"""Lines with the state they are said in and their right reading. README.md says what the fields mean."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Entry = Mapping[str, Any]
Reading = Sequence[Entry]
FOLDER = Path(__file__).parent
# Not looked at while the reader is worked on.
KEPT_APART = "kept_apart.jsonl"


@dataclass(frozen=True)
class Case:
    """facts: the object as it stands in the file, of which "line", "as" and so on are the state.

    right: each a reading that counts; an empty one stands for asking. pressable: what should be offered where
    it is right to ask. never: what must be neither recorded nor offered.
    """

    id: str
    family: str
    readable: bool
    aimed: bool
    right: Sequence[Reading]
    pressable: Sequence[Reading]
    never: Sequence[Entry]
    facts: Mapping[str, Any]


def read_cases(path: Path) -> list[Case]:
    """Raises ValueError for a line that is no case."""
    return [_read_case(text) for text in path.read_text(encoding="utf-8").splitlines() if text.strip()]


def _read_case(text: str) -> Case:
    facts = json.loads(text)
    try:
        return Case(
            facts["id"],
            facts["family"],
            facts["readable"],
            facts["aimed"],
            facts["right"],
            facts.get("pressable", []),
            facts.get("never", []),
            facts,
        )
    except KeyError as missing:
        raise ValueError(f"a case has no {missing}: {text[:80]}") from None
