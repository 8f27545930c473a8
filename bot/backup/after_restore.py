"""Changes a restored database so that the bot does not send again what it sent between the backup and the
restore, and does not wait for work that another process had claimed.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.messages import Notice
from bot.plan.calendar import BoardCalendar, next_digest_time
from bot.sentences import sentence
from bot.services.actions import presenters
from bot.services.digests import digests
from bot.services.exports import FAILED
from bot.services.outbox import admin_notices
from bot.services.scheduling import next_prompts
from models.base import DeliveryState
from models.people import Board
from models.queries import boards as boards_query
from models.queries import people as people_query
from models.queries import restore as query

MAX_DELIVERY_AGE = timedelta(days=1)
MAX_SKIPPED_DIGESTS, MAX_DETAILS = 60, 8
PROMPT_UPDATE = "prompt-update"


@dataclass(frozen=True)
class RestoreSummary:
    """skipped: messages left unsent. postponed: questions asked at their next time instead of at once.

    digests: when each board's digests were due between the backup and the restore; they are not posted.
    """

    skipped: int
    postponed: int
    digests: tuple[tuple[str, datetime, str], ...]


def reconcile(session: Session, made_at: datetime, now: datetime) -> RestoreSummary:
    """made_at: when the backup was made."""
    reason = sentence("backup.restored_reason", made_at=made_at)
    boards = boards_query.boards(session)
    query.delete_heartbeats(session)
    query.delete_refusals(session)
    for file in query.unsent_exports(session):
        file.state, file.reason, file.settled_at, file.lease_until = FAILED, reason, now, None
    summary = RestoreSummary(
        _requeue_deliveries(session, reason, now),
        _postpone_questions(session, now),
        tuple(each for board in boards for each in _skip_digests(session, board, reason, now)),
    )
    _notify_managers(session, made_at, summary, now)
    return summary


def _notify_managers(session: Session, made_at: datetime, summary: RestoreSummary, now: datetime) -> None:
    """Plan managers have to know that updates may be missing."""
    details = [
        sentence("backup.notice_digest", board=board, date=f"{presenters.local_day(moment, zone):%d/%m/%Y}")
        for board, moment, zone in summary.digests[-MAX_DETAILS:]
    ]
    notice = Notice(
        sentence("backup.notice", made_at=made_at), sentence("backup.notice_advice"), tuple(details)
    )
    for workspace in people_query.workspaces(session):
        key = f"restored:{now.isoformat()}"
        admin_notices.notify_managers(session, workspace.id, key, notice, now, frozenset())


def _requeue_deliveries(session: Session, reason: str, now: datetime) -> int:
    """Plan what was unsent again, and skip what is too old; returns how many are skipped. attempts 1 or
    more makes the worker look in the conversation first, since the message may have been posted.
    """
    skipped = 0
    for row in query.unsent_deliveries(session):
        row.claimed_by, row.lease_until = "", None
        row.attempts = max(row.attempts, 1)
        if row.state is DeliveryState.WAITING:
            row.next_attempt_at = now
        if row.kind == PROMPT_UPDATE or now - row.due_at <= MAX_DELIVERY_AGE:
            row.state = DeliveryState.PLANNED
            continue
        row.state = DeliveryState.SKIPPED
        row.reason = sentence("backup.too_late_to_send", reason=reason)
        skipped += 1
    return skipped


def _postpone_questions(session: Session, now: datetime) -> int:
    """Move the prompts that are due to the next working morning. People may have been asked since the
    backup, and may have answered: the backup holds neither.
    """
    postponed = 0
    for owner in query.owners_due(session, now):
        calendar = next_prompts.build_calendar(owner.action.plan.board, owner.person)
        owner.prompt_at = _next_day_prompt(calendar, now)
        postponed += 1
    for action in query.actions_to_escalate(session, now):
        lead = action.project.lead if action.project else None
        calendar = next_prompts.build_calendar(action.plan.board, lead)
        action.escalate_at = _next_day_prompt(calendar, now)
        postponed += 1
    return postponed


def _next_day_prompt(calendar: BoardCalendar, now: datetime) -> datetime:
    return calendar.next_prompt_moment(calendar.at(calendar.today(now) + timedelta(days=1), time(0)))


def _skip_digests(
    session: Session, board: Board, reason: str, now: datetime
) -> list[tuple[str, datetime, str]]:
    passed: list[datetime] = []
    while board.next_digest_at is not None and board.next_digest_at <= now:
        passed.append(board.next_digest_at)
        board.next_digest_at = next_digest_time(
            board.digest_rule, next_prompts.build_calendar(board), after=board.next_digest_at
        )
    for moment in passed[-MAX_SKIPPED_DIGESTS:]:
        digests.skip_digest(session, board, moment, now, sentence("backup.maybe_posted", reason=reason))
    return [(board.name, moment, board.timezone) for moment in passed]
