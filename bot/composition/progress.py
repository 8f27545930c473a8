"""How a move of the clock is coming along, as the page is told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.composition.time_words import counted, sent_words, words_of

Json = dict[str, Any]
Kind = Literal["move", "quarter"]
PAUSE_SECONDS = 0.12
# A move that is over before this is told only by its end.
PATIENCE_SECONDS = 0.4


@dataclass
class Progress:
    """One move under way. sent_before: how much of each kind had been sent when it began.

    told: sends news to every open page. wanted: it was asked to stop.
    """

    kind: Kind
    began: datetime
    until: datetime
    zone: ZoneInfo
    sent_before: dict[str, int]
    tell: Callable[[Json], object]
    answers: int = 0
    wanted: bool = False
    sent: dict[str, int] = field(default_factory=dict)
    news: Json | None = None

    def __post_init__(self) -> None:
        self._told_at = monotonic() + (PATIENCE_SECONDS if self.kind == "move" else -PAUSE_SECONDS)

    def at(self, now: datetime, sent: dict[str, int]) -> None:
        """The clock has come to `now`. Told a few times a second at most."""
        self.sent = sent
        if monotonic() - self._told_at < PAUSE_SECONDS:
            return
        self._told_at = monotonic()
        self.news = {"type": "playing", **self._facts(now), "percent": self._percent(now)}
        self.tell(self.news)

    def over(self, now: datetime, reason: str, words: str) -> None:
        """The last news of it; a short move, of which nothing was told, ends without."""
        if self.news is not None:
            self.tell({"type": "played", "reason": reason, **self._facts(now), "words": words})

    def count(self, kind: str) -> int:
        return self.sent.get(kind, 0) - self.sent_before.get(kind, 0)

    @property
    def answer_words(self) -> str:
        return counted(self.answers, "answer")

    @property
    def sent_words(self) -> str:
        return sent_words(self.count("prompt"), self.count("digest"))

    def _percent(self, now: datetime) -> int:
        whole = (self.until - self.began).total_seconds()
        return min(100, max(0, round(100 * (now - self.began).total_seconds() / whole))) if whole > 0 else 100

    def _facts(self, now: datetime) -> Json:
        local = now.astimezone(self.zone)
        so_far = ", ".join(part for part in (self.sent_words, self.answer_words) if part)
        return {
            "kind": self.kind,
            "now_iso": local.isoformat(),
            "now_words": words_of(local),
            "until_words": words_of(self.until.astimezone(self.zone)),
            "sent": {"prompts": self.count("prompt"), "digests": self.count("digest")},
            "answers": self.answers,
            "words": f"{words_of(local)}: {so_far or 'nothing'} so far",
        }
