"""What the sandbox put in the database, written down beside it: so that it never wipes what it did not put
there, and knows at the next start whether it had finished.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class TownRecord:
    """database: which one, not where it is (an address may hold a password). source: "sample", or the name
    of the plan's file. digest: of that file's content, "" for the sample. ready: it was opened to the end.
    strangers: initials in the plan that nobody stands behind, on purpose.
    """

    database: str
    source: str
    digest: str = ""
    ready: bool = False
    strangers: tuple[str, ...] = ()

    @property
    def is_sample(self) -> bool:
        return self.digest == ""


def name_of(database_url: str) -> str:
    return hashlib.sha256(database_url.encode()).hexdigest()[:16]


class TownBook:
    """Keeps the record, and a copy of the plan that was given, so that starting again needs no file."""

    def __init__(self, folder: Path) -> None:
        self._record, self._plans = folder / "sandbox-town.json", folder / "sandbox-plan"

    def read(self) -> TownRecord | None:
        try:
            facts = json.loads(self._record.read_text())
            return TownRecord(**{**facts, "strangers": tuple(facts.get("strangers", ()))})
        except (OSError, ValueError, TypeError):
            return None

    def write(self, record: TownRecord) -> None:
        self._record.parent.mkdir(parents=True, exist_ok=True)
        beside = self._record.with_suffix(".new")
        beside.write_text(json.dumps(asdict(record)))
        beside.replace(self._record)

    def keep_plan(self, name: str, content: bytes) -> None:
        """In the place of any plan kept before."""
        self._plans.mkdir(parents=True, exist_ok=True)
        (self._plans / name).write_bytes(content)
        for other in self._plans.iterdir():
            if other.name != name:
                other.unlink()

    def plan(self, name: str) -> bytes | None:
        try:
            return (self._plans / name).read_bytes()
        except OSError:
            return None
