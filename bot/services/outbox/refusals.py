"""What the platform refuses until somebody puts it right: the deliveries it concerns wait, none is given up.

While a refusal lasts, one delivery of its scope is tried each hour, or at once when it may have been put
right; the others wait without a call. When one arrives, the refusal is over and the others follow.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.errors import CallKind, DeliveryError, ErrorKind
from bot.plan.periods import FORTNIGHT
from bot.services.outbox import admin_notices, outbox, rate_limits
from models.base import DeliveryState
from models.outbox import Delivery, Refusal
from models.queries import refusals as query
from models.queries.refusals import CALL_PREFIX, TARGET_PREFIX, WORKSPACE_SCOPE

RETRY_INTERVAL = timedelta(hours=1)
FORGOTTEN_AFTER = FORTNIGHT
# After so many tries a code that no rule knows counts as a refusal too.
MAX_UNKNOWN_TRIES = 5
WAITING_KINDS = frozenset({ErrorKind.TOKEN, ErrorKind.PERMISSION, ErrorKind.CHANNEL})


def must_wait(row: Delivery, error: DeliveryError) -> bool:
    """Whether the message is to wait until somebody has put right what it was refused for."""
    if error.kind is ErrorKind.UNKNOWN:
        return row.attempts >= MAX_UNKNOWN_TRIES
    return error.kind in WAITING_KINDS


def put_off(session: Session, row: Delivery, error: DeliveryError, now: datetime) -> bool:
    """Let a claimed delivery wait. Returns whether this is news: the first of its scope. Plan managers are
    notified of it at once where that can reach them.
    """
    refusal, is_new = _record(session, row.workspace_id, _scope_of(error, row.target), error, now)
    row.state, row.lease_until = DeliveryState.WAITING, None
    row.next_attempt_at = now + RETRY_INTERVAL
    row.reason, row.refused_code, row.refused_scope = error.sentence, error.code, refusal.scope
    # What was refused was not posted, so it need not be looked for.
    row.attempts = max(0, row.attempts - 1)
    session.flush()
    if is_new and refusal.scope.startswith(TARGET_PREFIX):
        admin_notices.notify_waiting(session, row, error, now)
    return is_new


def record_token_error(session: Session, workspace_id: int, error: DeliveryError, now: datetime) -> bool:
    """The platform refused the token where no delivery was concerned. Returns whether that is news."""
    return _record(session, workspace_id, WORKSPACE_SCOPE, error, now)[1]


def _record(
    session: Session, workspace_id: int, scope: str, error: DeliveryError, now: datetime
) -> tuple[Refusal, bool]:
    """The refusal of a scope, as it is now, and whether it is new."""
    refusal, is_new = query.lock_refusal(session, workspace_id, scope), False
    if refusal is None:
        refusal = Refusal(workspace_id=workspace_id, scope=scope, since=now)
        _set_error(refusal, error, now)
        is_new = query.insert_refusal(session, refusal)
        if not is_new:
            return _record(session, workspace_id, scope, error, now)
    _set_error(refusal, error, now)
    return refusal, is_new


def _set_error(refusal: Refusal, error: DeliveryError, now: datetime) -> None:
    refusal.kind, refusal.code, refusal.needs = error.kind.value, error.code, error.needs[:200]
    refusal.reason, refusal.next_try_at, refusal.probe_id = error.sentence, now + RETRY_INTERVAL, None


def _scope_of(error: DeliveryError, target: str) -> str:
    if error.kind is ErrorKind.TOKEN or (error.kind is ErrorKind.PERMISSION and error.call is None):
        return WORKSPACE_SCOPE
    if error.kind is ErrorKind.PERMISSION and error.call is not None:
        return f"{CALL_PREFIX}{error.call.value}"
    return f"{TARGET_PREFIX}{target}"


def begin_probes(session: Session, now: datetime, team_id: str | None) -> None:
    """Where it is time to try again, one waiting delivery of each refusal is due."""
    for refusal in query.refusals_to_probe(session, now, team_id):
        probe = query.find_probe(session, refusal, now)
        refusal.probe_id = probe.id if probe is not None else None
        if probe is not None:
            refusal.next_try_at = now + RETRY_INTERVAL
            probe.state, probe.lease_until, probe.next_attempt_at = DeliveryState.PLANNED, None, now
        elif _is_forgotten(session, refusal, now):
            query.delete_refusal(session, refusal)
    session.flush()


def _is_forgotten(session: Session, refusal: Refusal, now: datetime) -> bool:
    """Whether nothing was to go to a conversation for so long that it does not matter any more, as where a
    board has another channel now.
    """
    is_old = refusal.scope.startswith(TARGET_PREFIX) and refusal.next_try_at < now - FORGOTTEN_AFTER
    return is_old and not query.has_waiting(session, refusal)


def hold_back(session: Session, workspace_id: int, now: datetime) -> None:
    """What has come due and would be refused waits too, without a call."""
    for refusal in query.refusals(session, workspace_id):
        if now < refusal.next_try_at <= now + query.MAX_INTERVAL:
            query.hold_due(session, refusal, now, now + RETRY_INTERVAL)


def note_success(session: Session, row: Delivery, now: datetime) -> list[str]:
    """A delivery arrived: what is disproved by that is over, and what waited for it is due. Returns the
    scopes.
    """
    scopes = _disproved_scopes(row)
    over = [each for each in query.refusals(session, row.workspace_id) if each.scope in scopes]
    for refusal in over:
        _end(session, refusal, now)
    return [refusal.scope for refusal in over]


def _end(session: Session, refusal: Refusal, now: datetime) -> None:
    if not refusal.scope.startswith(TARGET_PREFIX):
        _notify_recovery(session, refusal, now)
    query.release_waiting(session, refusal, now)
    query.delete_refusal(session, refusal)


def end_token_refusal(session: Session, team_id: str, now: datetime) -> None:
    """The platform knows the token again. Where a message waits, that one has to arrive first."""
    for refusal in query.lock_token_refusals(session, team_id):
        if not query.has_waiting(session, refusal):
            _end(session, refusal, now)


def _disproved_scopes(row: Delivery) -> set[str]:
    call = CallKind.POST if row.updates_id is None else CallKind.UPDATE
    scopes = {WORKSPACE_SCOPE, f"{CALL_PREFIX}{call.value}", f"{TARGET_PREFIX}{row.target}"}
    if call is CallKind.POST and rate_limits.is_account(row.target):
        scopes.add(rate_limits.OPEN_CALL)
    return scopes | {row.refused_scope}


def _notify_recovery(session: Session, refusal: Refusal, now: datetime) -> None:
    """Plan managers learn from when to when nothing could be sent, why, and what became of it."""
    counts = query.count_outcomes(session, refusal)
    admin_notices.notify_recovery(session, refusal, counts, now)


def settle_overdue(session: Session, row: Delivery, now: datetime) -> None:
    """A delivery that has waited as long as any may is given up."""
    if now - row.due_at > outbox.MAX_WAIT:
        outbox.mark_failed(session, row.id, row.reason)
    else:
        row.next_attempt_at = now + RETRY_INTERVAL


def try_now(
    session: Session, now: datetime, *, team_id: str | None = None, scopes: Collection[str] | None = None
) -> None:
    """Something may have been put right. scopes: only these, and channels known by name only; None for
    everything that is refused. team_id: None for every team.
    """
    query.try_now(session, now, team_id, scopes)


def is_account(target: str) -> bool:
    """Whether what is refused concerns a person, not a channel."""
    return rate_limits.is_account(target) or target.startswith("D")


def try_conversation_now(session: Session, team_id: str, channel_id: str, now: datetime) -> None:
    """The bot may post in this conversation again."""
    try_now(session, now, team_id=team_id, scopes=[f"{TARGET_PREFIX}{channel_id}"])


@dataclass(frozen=True)
class RefusalSummary:
    """What the platform refuses at present. kind: of ErrorKind. waiting: how many deliveries wait for it."""

    workspace_id: int
    scope: str
    kind: str
    code: str
    needs: str
    reason: str
    since: datetime
    waiting: int

    @property
    def target(self) -> str:
        """The conversation it concerns, "" where it concerns more."""
        return self.scope.removeprefix(TARGET_PREFIX) if self.scope.startswith(TARGET_PREFIX) else ""


def group_by_reason(summaries: Iterable[RefusalSummary]) -> list[RefusalSummary]:
    """One for each kind and reason, since the first began: many people may be refused for the same."""
    groups: dict[tuple[str, str], RefusalSummary] = {}
    for each in summaries:
        first = groups.setdefault((each.kind, each.reason), replace(each, waiting=0))
        groups[each.kind, each.reason] = replace(first, waiting=first.waiting + each.waiting)
    return list(groups.values())


def summarise(session: Session) -> list[RefusalSummary]:
    """Everything refused in any workspace, in the order in which it began."""
    counts = query.count_waiting(session)
    return [
        RefusalSummary(
            each.workspace_id,
            each.scope,
            each.kind,
            each.code,
            each.needs,
            each.reason,
            each.since,
            counts.get((each.workspace_id, each.scope), 0),
        )
        for each in query.refusals(session)
    ]
