"""The request pipeline of any chat platform: a job runs once, in one transaction, and always gets a response.
One that only reads runs before it, so that nobody who writes waits: the transaction saves its response.

A platform's listeners turn its request into a RequestInfo and a Job, call `handle_request`, and show the
Response in the platform's own way. handlers/slack/pipeline.py lists the steps around it.
"""

import asyncio
import json
import time
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple
from uuid import uuid4

import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from bot import metrics
from bot.errors import CipError, NotUnderstoodError, ReplayedError, StandingNeededError
from bot.group_commit import RetryAloneError
from bot.messages import Candidates, Confidential, ErrorMessage, Message, OfferedAnswers
from bot.plan.reading import Standing
from bot.sentences import sentence
from bot.services import idempotency, reading
from bot.services.outbox import outbox
from handlers.context import AppContext
from handlers.fallbacks import schedule_fallback
from handlers.requests import Job, NamedJob, RequestInfo, Response, Result

log = structlog.get_logger()
MAX_ATTEMPTS = 3
# In seconds: how often to ask again whether a deferred reply may be announced.
ANNOUNCE_INTERVAL = 0.05
REDACTED = "(shown once)"


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
    """Run the job, render its message and save that; a redelivery gets the stored response.

    The response's outcome: done, refused, failed (whether anything was saved is not known) or repeated; its
    parts are empty if the message is None. deferred: announced while the job runs, if that takes long.
    Raises ReplayedError for a replayed request, and nothing else.
    """
    started = time.perf_counter()
    has_enqueued = False
    try:
        await job.prepare()
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
    """As _run_in_transaction: in a shared transaction if the job is short, or done already, and in its own
    after any failure.
    """
    run, may_be_saved = context.database.run_short if job.is_short else context.database.run, False
    refusal: Job | None = None
    standing: Standing | None = None
    runnable: Job | _DoneJob | None = None if job.reads_only else job
    for _ in range(MAX_ATTEMPTS):
        try:
            if runnable is None:
                runnable = await _run_by_reading(context, request, job, standing)
                run = context.database.run_short if runnable.is_short else context.database.run
            return await run(
                _run_in_transaction, context, request, runnable, deferred, standing, may_be_saved=may_be_saved
            )
        except StandingNeededError as needed:
            standing = await context.standings.ask(request.asker, in_channel=needed.in_channel)
        except CipError as error:
            # The job's transaction was rolled back; the refusal is stored as its response in another.
            if runnable is refusal or isinstance(error, ReplayedError):
                raise
            runnable = refusal = _refusal_job(job.name, _refusal(error))
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
        _run_in_transaction, context, request, runnable or job, deferred, standing, may_be_saved=may_be_saved
    )


def _refusal_job(name: str, refusal: Result) -> NamedJob:
    return NamedJob(name, lambda _: refusal)


def _refusal(error: CipError) -> Result:
    return Result(build_problem(error), outcome="refused")


class _DoneJob(NamedTuple):
    """A job that ran already: only its response is to be saved. stored: the response without its secrets.
    save: as of Result.
    """

    name: str
    response: Response
    stored: Response
    save: Callable[[Session], None] | None
    is_short: bool = True


async def _run_by_reading(
    context: AppContext, request: RequestInfo, job: Job, standing: Standing | None
) -> Job | _DoneJob:
    """The job as done, or refused. As it was, where it was done before, or where the database fails it: then
    it runs as any other. Raises ReplayedError, and NotAllowedError for an unknown workspace.
    """

    def work(session: Session) -> Job | _DoneJob:
        _, saved = idempotency.find_saved_answer(session, request.asker, request.key, request.signature)
        if saved is not None:
            return job
        if standing is not None:
            reading.note_standing(session, standing)
        try:
            return _finish_job(context, job, job(session))
        except CipError as error:
            return _finish_job(context, job, _refusal(error))

    try:
        return await context.database.read(work)
    except DBAPIError:
        return job


def _finish_job(context: AppContext, job: Job, result: Result) -> _DoneJob:
    secrets = secrets_of(result.message)
    is_public = result.public and not secrets
    response = render_response(context, result.message, result.outcome, public=is_public)
    if result.batch:
        response["batch"] = result.batch
    return _DoneJob(job.name, response, _redact(response, secrets), result.save)


def _run_in_transaction(
    session: Session,
    context: AppContext,
    request: RequestInfo,
    job: Job | _DoneJob,
    deferred: DeferredReply | None,
    standing: Standing | None,
    *,
    may_be_saved: bool = False,
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
    done = job if isinstance(job, _DoneJob) else _finish_job(context, job, job(session))
    if done.save is not None:
        done.save(session)
    if deferred is not None and deferred.close():
        schedule_fallback(session, request.asker, key, done.stored["parts"], now)
    idempotency.save_answer(session, actor.workspace_id, key, signature, done.stored, now)
    return done.response, outbox.has_enqueued(session)


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
    is_public = public and not isinstance(message, ErrorMessage | Candidates | OfferedAnswers)
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
