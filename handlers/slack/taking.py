"""Takes one request: once, in one transaction, with an answer whatever happens."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from bot import metrics
from bot.errors import CipError, NotUnderstoodError, ReplayedError
from bot.messages import Message, Problem
from bot.services import inbound
from handlers.door import Door
from handlers.slack.incoming import Incoming

log = structlog.get_logger()
Answer = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """What came of a request: a message, or None when nothing need be said; public: for all to see."""

    message: Message | None
    public: bool = False


Work = Callable[[Session], Said]
NOT_SAVED = "That could not be saved, so nothing was changed. Try again in a minute."


async def take(door: Door, incoming: Incoming, name: str, work: Work) -> Answer:
    """Do `work` and render its message, in one transaction; the same request again gets the same answer.

    Returns {"outcome", "public", "parts": [{"text", "blocks"}]}; parts are empty when there is nothing to
    say. Raises ReplayedError for a request that is being played back, and nothing else.
    """
    started = time.perf_counter()
    answer = await _take(door, incoming, work)
    metrics.told(name, answer["outcome"], time.perf_counter() - started)
    door.nudge()
    return answer


async def _take(door: Door, incoming: Incoming, work: Work) -> Answer:
    try:
        try:
            return await door.database.run(_once, door, incoming, work)
        except IntegrityError:
            # Another replica took the same request in the same moment: its answer is there now.
            return await door.database.run(_once, door, incoming, work)
    except ReplayedError:
        raise
    except CipError as error:
        return rendered(door, problem(error), "refused")
    except SQLAlchemyError:
        return failed(door)


def failed(door: Door) -> Answer:
    """The answer to a fault of ours: what it means for the person, and a mark to find it by in the log."""
    mark = uuid4().hex[:8]
    log.exception("a request failed", mark=mark)
    return rendered(door, Problem(f"{NOT_SAVED} (Fault {mark})", try_again=True), "failed")


def _once(session: Session, door: Door, incoming: Incoming, work: Work) -> Answer:
    now = door.clock.now()
    known = inbound.recall(session, incoming.asker.team_id, incoming.key, incoming.signature)
    answer = known if known is not None else _worked(session, door, work)
    inbound.remember(session, incoming.asker.team_id, incoming.key, incoming.signature, answer, now)
    return {**answer, "outcome": "repeated"} if known is not None else answer


def _worked(session: Session, door: Door, work: Work) -> Answer:
    """An error takes back what was begun, and is itself an answer."""
    try:
        with session.begin_nested():
            said = work(session)
    except CipError as error:
        return rendered(door, problem(error), "refused")
    return rendered(door, said.message, "done", public=said.public)


def problem(error: CipError) -> Problem:
    suggestion = error.suggestion or "" if isinstance(error, NotUnderstoodError) else ""
    return Problem(error.sentence, suggestion, error.try_again)


def rendered(door: Door, message: Message | None, outcome: str, *, public: bool = False) -> Answer:
    parts = [asdict(part) for part in door.renderer.slack(message)] if message is not None else []
    return {"outcome": outcome, "public": public, "parts": parts}
