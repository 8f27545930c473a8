"""What the auditor can find, and what plan managers are told of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.exc import DBAPIError

from bot.messages import Notice
from models.people import Board

# Something is missed an hour after it was due at the earliest; what is older than this was found before.
GRACE = timedelta(hours=1)
LOOK_BACK = timedelta(days=10)
MAX_FINDINGS = 500
MAX_DETAILS = 10

MISSING_PROMPT, MISSING_DIGEST = "missing-prompt", "missing-digest"
UNSENT, LAPSED, FAILED = "unsent", "lapsed", "failed"
UNCHECKED = "unchecked"
KINDS = (MISSING_PROMPT, MISSING_DIGEST, UNSENT, LAPSED, FAILED, UNCHECKED)
_CHECK_LOG = "Ask whoever looks after the bot to run python app.py doctor and to look for “audit” in its log."
_NOTICE_TEXTS = {
    MISSING_PROMPT: (
        "{n} that should have been made {was} not in the bot's record.",
        "reminder",
        "Ask these people yourself for now. /cip why REF shows what was sent about an action. " + _CHECK_LOG,
    ),
    MISSING_DIGEST: (
        "{n} that should have been posted {was} not in the bot's record.",
        "digest",
        "/cip digest shows how things stand now. " + _CHECK_LOG,
    ),
    UNSENT: (
        "{n} {has} been waiting to be sent for more than an hour.",
        "message",
        "If Slack has a fault, nothing: they are sent once it has passed. Otherwise: " + _CHECK_LOG,
    ),
    LAPSED: (
        "{n} {was} begun and never finished, and nobody took them up again.",
        "message",
        "The part of the bot that sends has stopped. " + _CHECK_LOG,
    ),
    FAILED: (
        "{n} could not be sent, however often the bot tried.",
        "message",
        "Tell these people yourself for now. " + _CHECK_LOG,
    ),
    UNCHECKED: (
        "In {n} the bot cannot work out what is due.",
        "case",
        "Until this is put right, nobody may be reminded and nothing posted there. " + _CHECK_LOG,
    ),
}


@dataclass(frozen=True)
class Finding:
    """kind: one of KINDS. key: what makes it the only one. words: it in a line, for people.

    notify: False for what plan managers were told already, when it happened. fault: what went wrong when
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
    except Exception as fault:  # noqa: BLE001 - it is told, and the other boards are audited
        return [unchecked_finding(board, about, words, fault)]


def build_notice(kind: str, words: list[str]) -> Notice:
    """One notice for all new findings of a kind."""
    says, noun, todo = _NOTICE_TEXTS[kind]
    many = len(words) != 1
    number = f"{len(words):,} {noun}{'s' if many else ''}"
    what = says.format(n=number, was="were" if many else "was", has="have" if many else "has")
    more = len(words) - MAX_DETAILS
    details = [*words[:MAX_DETAILS], *([f"And {more:,} more."] if more > 0 else [])]
    return Notice(what, todo, tuple(details))
