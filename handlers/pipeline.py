"""The way of a request, on any chat platform: done once, in one transaction, and answered whatever happens.

A platform's handlers read its request into a RequestInfo and a Job, and show the Response in its own way.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import Any, Protocol
from uuid import uuid4

import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from bot import metrics
from bot.commands import Asker
from bot.errors import CipError, NotUnderstoodError, ReplayedError
from bot.group_commit import RetryAloneError
from bot.messages import Candidates, Confidential, ErrorMessage, Message
from bot.services import idempotency
from bot.services.outbox import outbox
from handlers.context import AppContext

log = structlog.get_logger()
# One message as the platform takes it: {"text", "blocks"}.
Part = dict[str, Any]
# {"outcome", "public", "parts": [Part]}: kept in the database, so that a redelivery gets the same one.
Response = dict[str, Any]
MAX_TRIES = 3
# In seconds: how often a deferred reply is offered again while the response is being saved.
RETRY_INTERVAL = 0.05
FALLBACK_DELAY = timedelta(minutes=1)
REDACTED = "(shown once)"
NOT_SAVED = "That could not be saved, so nothing was changed. Try again in a minute."


@dataclass(frozen=True)
class RequestInfo:
    """key: the platform's own id of the request, by which a redelivery is known.

    signature: of the HTTP request, by which a replay is known; None where it came over a connection of ours.
    """

    asker: Asker
    key: str
    signature: str | None


@dataclass(frozen=True)
class Result:
    """What a job has to say: a message, or None for nothing. public: for all to see. outcome: done, or
    refused where nothing was changed.
    """

    message: Message | None
    public: bool = False
    outcome: str = "done"


class Job(Protocol):
    """The work of one request. name: its label in the metrics, from a small fixed set; it may be known only
    once the job has run. is_short: takes a few milliseconds and few rows, so that it may share a transaction.
    """

    @property
    def name(self) -> str: ...

    @property
    def is_short(self) -> bool: ...

    def __call__(self, session: Session) -> Result:
        """Raises the CipError family. It has no effects but on the session, since it may be run again."""
        ...


@dataclass(frozen=True)
class NamedJob:
    """A function whose name in the metrics is known beforehand."""

    name: str
    work: Callable[[Session], Result]
    is_short: bool = False

    def __call__(self, session: Session) -> Result:
        return self.work(session)


def noop_job(name: str, message: Message | None = None) -> NamedJob:
    """A job that changes nothing: the request is recorded all the same, so that a replay is refused."""
    return NamedJob(name, lambda _: Result(message))


class DeferredReply:
    """Whether the person was told that the response follows later; then a fallback is saved with it. Told on
    the event loop, asked about in the thread that saves the response; one of them comes first.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_announced = self._is_closed = False

    def try_announce(self) -> bool:
        """Whether it may be announced: not any more once the response is being saved without a fallback."""
        with self._lock:
            self._is_announced = not self._is_closed
            return self._is_announced

    def reopen(self) -> None:
        """The transaction was rolled back, so that it may be announced again."""
        with self._lock:
            self._is_closed = False

    def close(self) -> bool:
        """Asked right before the response is saved. From then on `announce` says no, until `reopen`."""
        with self._lock:
            self._is_closed = not self._is_announced
            return self._is_announced


async def handle_request(
    context: AppContext, request: RequestInfo, job: Job, deferred: DeferredReply | None = None
) -> Response:
    """Run the job and render its message, in one transaction; the same request again gets the same response.

    outcome: done, refused, failed (nothing is known to be saved) or repeated; parts are empty where there is
    nothing to say. deferred: may be announced meanwhile.
    Raises ReplayedError for a request that is being played back, and nothing else.
    """
    started = time.perf_counter()
    has_planned = False
    try:
        response, has_planned = await _run_with_retries(context, request, job, deferred)
    except ReplayedError:
        raise
    except CipError as error:
        response = render_response(context, build_problem(error), "refused")
    except Exception:
        mark = uuid4().hex[:8]
        log.exception("a request failed", mark=mark)
        response = render_response(
            context, ErrorMessage(f"{NOT_SAVED} (Fault {mark})", try_again=True), "failed"
        )
    metrics.COMMANDS.labels(job.name, response["outcome"]).inc()
    metrics.COMMAND_SECONDS.labels(job.name).observe(time.perf_counter() - started)
    if has_planned:
        context.nudge()
    return response


async def _run_with_retries(
    context: AppContext, request: RequestInfo, job: Job, deferred: DeferredReply | None
) -> tuple[Response, bool]:
    """In a group commit where the job is short, and in a transaction of its own where that fails."""
    run: Callable[..., Awaitable[tuple[Response, bool]]]
    run, may_be_saved = context.database.run_short if job.is_short else context.database.run, False
    refusal: Job | None = None
    for _ in range(MAX_TRIES):
        try:
            return await run(_run_in_transaction, context, request, job, deferred, may_be_saved=may_be_saved)
        except ReplayedError:
            raise
        except CipError as error:
            # The job's transaction was rolled back; that it was refused is a response to keep.
            if job is refusal:
                raise
            job = refusal = _refusal_job(job, error)
        except RetryAloneError as alone:
            may_be_saved = alone.may_be_saved
        except DBAPIError as error:
            # Where the same request came twice at once and the other was first, its response is there now.
            # Where the connection broke, nobody knows whether this one's is.
            if not error.connection_invalidated and not isinstance(error, IntegrityError):
                raise
            may_be_saved = may_be_saved or error.connection_invalidated
        run = context.database.run
        if deferred is not None:
            deferred.reopen()
    return await run(_run_in_transaction, context, request, job, deferred, may_be_saved=may_be_saved)


def _refusal_job(job: Job, error: CipError) -> NamedJob:
    refused = Result(build_problem(error), outcome="refused")
    return NamedJob(job.name, lambda _: refused)


def _run_in_transaction(
    session: Session,
    context: AppContext,
    request: RequestInfo,
    job: Job,
    deferred: DeferredReply | None,
    *,
    may_be_saved: bool = False,
) -> tuple[Response, bool]:
    """The response, and whether the transaction planned a message to send."""
    key, signature, now = request.key, request.signature, context.clock.now()
    actor, known = idempotency.find_saved_answer(
        session, request.asker, key, signature, may_be_saved=may_be_saved
    )
    if known is not None and may_be_saved:
        return known, True
    if known is not None:
        idempotency.save_signature(session, actor.workspace_id, signature, now)
        return {**known, "outcome": "repeated"}, False
    result = job(session)
    secrets = secrets_of(result.message)
    response = render_response(context, result.message, result.outcome, public=result.public and not secrets)
    kept = _redact(response, secrets)
    if deferred is not None and deferred.close():
        schedule_fallback(session, context, request, kept["parts"])
    idempotency.save_answer(session, actor.workspace_id, key, signature, kept, now)
    return response, outbox.has_enqueued(session)


def secrets_of(message: Message | None) -> tuple[str, ...]:
    """What of the message is shown once and must not be kept."""
    return message.secrets if isinstance(message, Confidential) else ()


def _redact(response: Response, secrets: tuple[str, ...]) -> Response:
    """The response as it may be kept: whoever sends the same request again is not shown a key again."""
    if not secrets:
        return response
    kept = json.dumps(response)
    for secret in secrets:
        kept = kept.replace(secret, REDACTED)
    found: Response = json.loads(kept)
    return found


def build_problem(error: CipError) -> ErrorMessage:
    suggestion = error.suggestion or "" if isinstance(error, NotUnderstoodError) else ""
    return ErrorMessage(error.sentence, suggestion, error.try_again)


def render_response(
    context: AppContext, message: Message | None, outcome: str, *, public: bool = False
) -> Response:
    """The response that says this. What did not work, and what has to be chosen first, is for the asker
    alone.
    """
    parts = context.render_parts(message) if message is not None else []
    is_public = public and not isinstance(message, ErrorMessage | Candidates)
    return {"outcome": outcome, "public": is_public, "parts": parts}


async def wait_for_ack(
    pending: "asyncio.Task[Response]", timeout_seconds: float, deferred: DeferredReply | None = None
) -> Response | None:
    """The response if it is there within `timeout_seconds` seconds, the time to acknowledge the request;
    else None,
    and the task goes on. deferred: is announced then. Where it is too late for that, the response is being
    saved and is waited for.
    """
    done, _ = await asyncio.wait({pending}, timeout=timeout_seconds)
    while not done and deferred is not None and not deferred.try_announce():
        done, _ = await asyncio.wait({pending}, timeout=RETRY_INTERVAL)
    return await pending if done else None


def schedule_fallback(session: Session, context: AppContext, request: RequestInfo, parts: list[Part]) -> None:
    """Have the parts sent to the asker's direct messages in a minute, in the transaction that saves the
    response: should the bot be killed before it shows a response that it announced, none is lost.
    """
    asker, at = request.asker, context.clock.now() + FALLBACK_DELAY
    for place, each in enumerate(parts):
        outbox.enqueue_reply(session, asker.team_id, asker.user_id, _fallback_key(request, place), each, at)


async def cancel_fallback(context: AppContext, request: RequestInfo, count: int) -> None:
    """The response was shown. count: of its parts."""

    def work(session: Session) -> None:
        for place in range(count):
            outbox.cancel_reply(session, request.asker.team_id, _fallback_key(request, place))

    await context.database.run(work)


def _fallback_key(request: RequestInfo, index: int) -> str:
    return f"{request.key}:late:{index}"
