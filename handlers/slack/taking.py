"""Takes one request: once, in one transaction, with an answer whatever happens."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from bot import metrics
from bot.errors import CipError, NotUnderstoodError, ReplayedError
from bot.group_commit import DoAloneError
from bot.messages import Candidates, Message, Problem
from bot.services import inbound, ledger
from handlers.door import Door
from handlers.slack.incoming import Incoming
from handlers.slack.promises import Promise, stand_by

log = structlog.get_logger()
Answer = dict[str, Any]
# Slack waits 3 seconds for the acknowledgement.
PATIENCE = 2.3
ASKED_AGAIN = 0.05
MOST_TRIES = 3
SHOWN_ONCE = "(shown once)"
NOT_SAVED = "That could not be saved, so nothing was changed. Try again in a minute."


@dataclass(frozen=True)
class Said:
    """What came of a request: a message, or None when nothing need be said; public: for all to see."""

    message: Message | None
    public: bool = False
    outcome: str = "done"


class Work(Protocol):
    """Something to do with a session. name: for the metrics, from a small fixed set; it may be known only
    once the work was begun. is_short: it takes a few milliseconds and touches few rows.
    """

    @property
    def name(self) -> str: ...

    @property
    def is_short(self) -> bool: ...

    def __call__(self, session: Session) -> Said: ...


@dataclass(frozen=True)
class Task:
    """Work whose name is known beforehand."""

    name: str
    work: Callable[[Session], Said]
    is_short: bool = False

    def __call__(self, session: Session) -> Said:
        return self.work(session)


def only(name: str, message: Message | None = None) -> Task:
    """Work that changes nothing: the request is taken once all the same, so that a replay is refused."""
    return Task(name, lambda _: Said(message))


async def take(door: Door, incoming: Incoming, work: Work, promise: Promise | None = None) -> Answer:
    """Do the work and render its message, in one transaction; the same request again gets the same answer.

    Returns {"outcome", "public", "parts": [{"text", "blocks"}]}. outcome: done, refused, failed or repeated;
    parts are empty when there is nothing to say. promise: may be made meanwhile, that the answer follows.
    Raises ReplayedError for a request that is being played back, and nothing else.
    """
    started = time.perf_counter()
    planned = False
    try:
        answer, planned = await _once_or_again(door, incoming, work, promise)
    except ReplayedError:
        raise
    except CipError as error:
        answer = rendered(door, problem(error), "refused")
    except Exception:
        mark = uuid4().hex[:8]
        log.exception("a request failed", mark=mark)
        answer = rendered(door, Problem(f"{NOT_SAVED} (Fault {mark})", try_again=True), "failed")
    metrics.told(work.name, answer["outcome"], time.perf_counter() - started)
    if planned:
        door.nudge()
    return answer


async def _once_or_again(
    door: Door, incoming: Incoming, work: Work, promise: Promise | None
) -> tuple[Answer, bool]:
    """In company where the work is short, and by itself where nothing comes of that."""
    run: Callable[..., Awaitable[tuple[Answer, bool]]]
    run, may_be_saved = door.database.run_short if work.is_short else door.database.run, False
    refusal: Work | None = None
    for _ in range(MOST_TRIES):
        try:
            return await run(_once, door, incoming, work, promise, may_be_saved=may_be_saved)
        except ReplayedError:
            raise
        except CipError as error:
            # What was begun is taken back with its transaction; that it was refused is an answer to keep.
            if work is refusal:
                raise
            work = refusal = _refusal(work, error)
        except DoAloneError as alone:
            may_be_saved = alone.may_be_saved
        except DBAPIError as error:
            # Where the same request came twice at once and the other was first, its answer is there now.
            # Where the connection broke, nobody knows whether this one's is.
            if not error.connection_invalidated and not isinstance(error, IntegrityError):
                raise
            may_be_saved = may_be_saved or error.connection_invalidated
        run = door.database.run
        if promise is not None:
            promise.reopen()
    return await run(_once, door, incoming, work, promise, may_be_saved=may_be_saved)


def _refusal(work: Work, error: CipError) -> Task:
    refused = Said(problem(error), outcome="refused")
    return Task(work.name, lambda _: refused)


def _once(
    session: Session,
    door: Door,
    incoming: Incoming,
    work: Work,
    promise: Promise | None,
    *,
    may_be_saved: bool = False,
) -> tuple[Answer, bool]:
    """The answer, and whether there may be something to send: looking costs as much as the update itself."""
    key, signature, now = incoming.key, incoming.signature, door.clock.now()
    who, known = inbound.recall(session, incoming.asker, key, signature, may_be_ours=may_be_saved)
    if known is not None and may_be_saved:
        return known, True
    if known is not None:
        inbound.remember_again(session, who.workspace_id, signature, now)
        return {**known, "outcome": "repeated"}, False
    said = work(session)
    secrets = said.message.secrets if said.message else ()
    answer = rendered(door, said.message, said.outcome, public=said.public and not secrets)
    kept = _without(answer, secrets)
    if promise is not None and promise.was_made():
        stand_by(session, door, incoming, kept["parts"])
    inbound.remember(session, who.workspace_id, key, signature, kept, now)
    return answer, ledger.has_planned(session)


def _without(answer: Answer, secrets: tuple[str, ...]) -> Answer:
    """The answer as it may be kept: whoever asks the same again is not shown a key again."""
    if not secrets:
        return answer
    kept = json.dumps(answer)
    for secret in secrets:
        kept = kept.replace(secret, SHOWN_ONCE)
    found: Answer = json.loads(kept)
    return found


def problem(error: CipError) -> Problem:
    suggestion = error.suggestion or "" if isinstance(error, NotUnderstoodError) else ""
    return Problem(error.sentence, suggestion, error.try_again)


def rendered(door: Door, message: Message | None, outcome: str, *, public: bool = False) -> Answer:
    """What did not work, and what has to be chosen first, concerns the asker alone."""
    said = door.renderer.slack(message) if message is not None else []
    parts = [{"text": part.text, "blocks": part.blocks} for part in said]
    open_to_all = public and not isinstance(message, Problem | Candidates)
    return {"outcome": outcome, "public": open_to_all, "parts": parts}


async def soon(coming: "asyncio.Task[Answer]", promise: Promise | None = None) -> Answer | None:
    """The answer if it comes in time for the acknowledgement; the task goes on in any case. Where a promise
    has to be made that it follows, and it is too late for that, the answer is being saved and is waited for;
    should that be taken back, there is time for the promise again.
    """
    done, _ = await asyncio.wait({coming}, timeout=PATIENCE)
    while not done and promise is not None and not promise.make():
        done, _ = await asyncio.wait({coming}, timeout=ASKED_AGAIN)
    return await coming if done else None
