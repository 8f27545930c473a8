"""What an audit can find, and the notices about it to plan managers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.exc import DBAPIError

from bot.messages import Notice
from bot.sentences import sentence
from models.people import Board

# Something counts as missed an hour after it was due at the earliest. What is older than LOOK_BACK was found
# by an earlier audit.
GRACE = timedelta(hours=1)
LOOK_BACK = timedelta(days=10)
MAX_FINDINGS = 500
MAX_DETAILS = 10

MISSING_PROMPT, MISSING_DIGEST = "missing-prompt", "missing-digest"
UNSENT, LAPSED, FAILED, WAITING = "unsent", "lapsed", "failed", "waiting"
UNCHECKED = "unchecked"
KINDS = (MISSING_PROMPT, MISSING_DIGEST, UNSENT, LAPSED, FAILED, WAITING, UNCHECKED)


@dataclass(frozen=True)
class Finding:
    """kind: one of KINDS. key: unique in a workspace. words: one line, for people.

    notify: False for what plan managers were notified of when it happened. fault: what went wrong when
    it was to be checked.
    """

    kind: str
    key: str
    words: str
    board_id: int | None = None
    notify: bool = True
    fault: Exception | None = field(default=None, compare=False)


def unchecked_finding(board: Board, about: str, words: str, fault: Exception) -> Finding:
    """about: what of the board, for the key."""
    return Finding(UNCHECKED, f"{UNCHECKED}:{board.id}:{about}", words, board.id, fault=fault)


def collect_findings(
    board: Board, about: str, words: str, find: Callable[[], Iterable[Finding]]
) -> list[Finding]:
    """What `find` finds; where it fails, that is the finding. Raises DBAPIError: a database that fails
    does so for every board.
    """
    try:
        return list(find())
    except DBAPIError:
        raise
    except Exception as fault:  # noqa: BLE001 - it becomes a finding, and the other boards are audited
        return [unchecked_finding(board, about, words, fault)]


def build_notice(kind: str, words: list[str]) -> Notice:
    """One notice for all new findings of a kind."""
    details = words[:MAX_DETAILS]
    if len(words) > MAX_DETAILS:
        details.append(sentence("audit.more", number=len(words) - MAX_DETAILS))
    what = sentence("audit.notice", kind=kind, number=len(words))
    return Notice(what, sentence("audit.remedy", kind=kind), tuple(details))
