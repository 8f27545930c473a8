"""The request pipeline of any chat platform: a job runs once, in one transaction, and always gets a response.

A platform's listeners turn its request into a RequestInfo and a Job, call `handle_request`, and show the
Response in the platform's own way. handlers/slack/pipeline.py lists the steps around it.
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
from bot.errors import CipError, NotUnderstoodError, ReplayedError, StandingNeededError
from bot.group_commit import RetryAloneError
from bot.messages import Candidates, Confidential, ErrorMessage, Message
from bot.plan.reading import Standing
from bot.sentences import sentence
from bot.services import idempotency, reading
from bot.services.outbox import outbox
from handlers.context import AppContext

log = structlog.get_logger()
# One message as the platform takes it: {"text", "blocks"}.
Part = dict[str, Any]
# {"outcome", "public", "parts": [Part]}, as stored in the database: a redelivery gets the same response.
Response = dict[str, Any]
MAX_ATTEMPTS = 3
# In seconds: how often to ask again whether a deferred reply may be announced.
ANNOUNCE_INTERVAL = 0.05
FALLBACK_DELAY = timedelta(minutes=1)
REDACTED = "(shown once)"


@dataclass(frozen=True)
class RequestInfo:
    """key: the platform's own id of the request; a redelivery has the same one.

    signature: of the HTTP request; a replay has the same one, a redelivery is signed anew. None where the
    request came over a connection that the bot opened.
    """

    asker: Asker
    key: str
    signature: str | None


@dataclass(frozen=True)
class Result:
    """What a job returns. message: None for an empty response. public: shown to the whole channel.
    outcome: "done", or "refused" where nothing was changed.
    """

    message: Message | None
    public: bool = False
    outcome: str = "done"


class Job(Protocol):
    """The work of one request. name: its label in the metrics, from a small fixed set; final only once the
    job has run. is_short: it takes a few milliseconds and locks few rows, so it may share a transaction with
    other jobs (bot/group_commit.py).
    """

    @property
    def name(self) -> str: ...

    @property
    def is_short(self) -> bool: ...

    def __call__(self, session: Session) -> Result:
        """Raises CipError and its subclasses, and StandingNeededError. No effects but on the session, since
        it may be run again.
        """
        ...


@dataclass(frozen=True)
class NamedJob:
    """A function with a fixed name in the metrics."""

    name: str
    work: Callable[[Session], Result]
    is_short: bool = False

    def __call__(self, session: Session) -> Result:
        return self.work(session)


def noop_job(name: str, message: Message | None = None) -> NamedJob:
    """A job that changes nothing. Its request is stored all the same, so that a replay is refused."""
    return NamedJob(name, lambda _: Result(message))


class DeferredReply:
    """Whether "the answer follows" was announced to the person; if so, a fallback is saved with the response.

    The event loop announces, the database thread closes; the lock decides which of the two was first.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_announced = self._is_closed = False

    def try_announce(self) -> bool:
        """Whether it may be announced: not once the response is being saved without a fallback."""
        with self._lock:
            self._is_announced = not self._is_closed
            return self._is_announced

    def reopen(self) -> None:
        """Allow announcing again, after the transaction was rolled back."""
        with self._lock:
            self._is_closed = False

    def close(self) -> bool:
        """Called right before the response is saved: whether it was announced. If not, `try_announce` returns
        False from now on, until `reopen`.
        """
        with self._lock:
            self._is_closed = not self._is_announced
            return self._is_announced


async def handle_request(
    context: AppContext, request: RequestInfo, job: Job, deferred: DeferredReply | None = None
) -> Response:
    """Run the job and render its message, in one transaction; a redelivery gets the stored response.

    The response's outcome: done, refused, failed (whether anything was saved is not known) or repeated; its
    parts are empty if the message is None. deferred: announced while the job runs, if that takes long.
    Raises ReplayedError for a replayed request, and nothing else.
    """
    started = time.perf_counter()
    has_enqueued = False
    try:
        response, has_enqueued = await _run_with_retries(context, request, job, deferred)
    except ReplayedError:
        raise
    except CipError as error:
        response = render_response(context, build_problem(error), "refused")
    except Exception:
        mark = uuid4().hex[:8]
        log.exception("a request failed", mark=mark)
        error_message = ErrorMessage(sentence("handlers.not_saved", mark=mark), try_again=True)
        response = render_response(context, error_message, "failed")
    metrics.COMMANDS.labels(job.name, response["outcome"]).inc()
    metrics.COMMAND_SECONDS.labels(job.name).observe(time.perf_counter() - started)
    if has_enqueued:
        context.nudge()
    return response


async def _run_with_retries(
    context: AppContext, request: RequestInfo, job: Job, deferred: DeferredReply | None
) -> tuple[Response, bool]:
    """As _run_in_transaction: in a shared transaction if the job is short, and in its own after any
    failure.
    """
    run: Callable[..., Awaitable[tuple[Response, bool]]]
    run, may_be_saved = context.database.run_short if job.is_short else context.database.run, False
    refusal: Job | None = None
    standing: Standing | None = None
    for _ in range(MAX_ATTEMPTS):
        try:
            return await run(
                _run_in_transaction,
                context,
                request,
                job,
                deferred,
                may_be_saved=may_be_saved,
                standing=standing,
            )
        except ReplayedError:
            raise
        except StandingNeededError as needed:
            standing = await context.standings.ask(request.asker, in_channel=needed.in_channel)
        except CipError as error:
            # The job's transaction was rolled back; the refusal is stored as its response in another.
            if job is refusal:
                raise
            job = refusal = _refusal_job(job, error)
        except RetryAloneError as alone:
            may_be_saved = alone.may_be_saved
        except DBAPIError as error:
            # IntegrityError: the same request came twice at once, and the other one's response is stored now.
            # Connection lost: this one's response may be stored or not.
            if not error.connection_invalidated and not isinstance(error, IntegrityError):
                raise
            may_be_saved = may_be_saved or error.connection_invalidated
        run = context.database.run
        if deferred is not None:
            deferred.reopen()
    return await run(
        _run_in_transaction,
        context,
        request,
        job,
        deferred,
        may_be_saved=may_be_saved,
        standing=standing,
    )


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
    standing: Standing | None = None,
) -> tuple[Response, bool]:
    """The response, and whether the transaction put anything in the outbox. standing: of the asker, where the
    platform was asked.

    may_be_saved: an earlier attempt lost its connection at the commit; a stored response is then its own.
    """
    key, signature, now = request.key, request.signature, context.clock.now()
    actor, saved = idempotency.find_saved_answer(
        session, request.asker, key, signature, may_be_saved=may_be_saved
    )
    if saved is not None and may_be_saved:
        return saved, True
    if saved is not None:
        idempotency.save_signature(session, actor.workspace_id, signature, now)
        return {**saved, "outcome": "repeated"}, False
    if standing is not None:
        reading.note_standing(session, standing)
    result = job(session)
    secrets = secrets_of(result.message)
    response = render_response(context, result.message, result.outcome, public=result.public and not secrets)
    redacted = _redact(response, secrets)
    if deferred is not None and deferred.close():
        schedule_fallback(session, context, request, redacted["parts"])
    idempotency.save_answer(session, actor.workspace_id, key, signature, redacted, now)
    return response, outbox.has_enqueued(session)


def secrets_of(message: Message | None) -> tuple[str, ...]:
    """The parts of the message's text that are shown once and must not be stored."""
    return message.secrets if isinstance(message, Confidential) else ()


def _redact(response: Response, secrets: tuple[str, ...]) -> Response:
    """The response as it may be stored: without its secrets."""
    if not secrets:
        return response
    text = json.dumps(response)
    for secret in secrets:
        text = text.replace(secret, REDACTED)
    redacted: Response = json.loads(text)
    return redacted


def build_problem(error: CipError) -> ErrorMessage:
    """The message that shows the error to the person."""
    suggestion = error.suggestion or "" if isinstance(error, NotUnderstoodError) else ""
    return ErrorMessage(error.sentence, suggestion, error.try_again)


def render_response(
    context: AppContext, message: Message | None, outcome: str, *, public: bool = False
) -> Response:
    """The response with this message rendered to parts. Errors and choices are never public."""
    parts = context.render_parts(message) if message is not None else []
    is_public = public and not isinstance(message, ErrorMessage | Candidates)
    return {"outcome": outcome, "public": is_public, "parts": parts}


async def wait_for_ack(
    pending: "asyncio.Task[Response]", timeout_seconds: float, deferred: DeferredReply | None = None
) -> Response | None:
    """The response if it comes within `timeout_seconds`; else None, and the task goes on.

    deferred: announced when the time is up. If the response is being saved at that moment, it is too late
    for that, and the response is waited for.
    """
    done, _ = await asyncio.wait({pending}, timeout=timeout_seconds)
    while not done and deferred is not None and not deferred.try_announce():
        done, _ = await asyncio.wait({pending}, timeout=ANNOUNCE_INTERVAL)
    return await pending if done else None


def schedule_fallback(session: Session, context: AppContext, request: RequestInfo, parts: list[Part]) -> None:
    """Enqueue the parts as direct messages to the asker, due in a minute, with the response in one
    transaction: if the bot is killed before it shows an announced response, the outbox still delivers it.
    """
    asker, at = request.asker, context.clock.now() + FALLBACK_DELAY
    for index, each in enumerate(parts):
        outbox.enqueue_reply(session, asker.team_id, asker.user_id, _fallback_key(request, index), each, at)


async def cancel_fallback(context: AppContext, request: RequestInfo, count: int) -> None:
    """Take the fallback out of the outbox, since the response was shown. count: of its parts."""

    def work(session: Session) -> None:
        for index in range(count):
            outbox.cancel_reply(session, request.asker.team_id, _fallback_key(request, index))

    await context.database.run(work)


def _fallback_key(request: RequestInfo, index: int) -> str:
    return f"{request.key}:late:{index}"
