"""What a restored bot must not do: say again what it said between the backup and the restore, or go on with
work that somebody else once claimed.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.messages import Notice
from bot.plan.calendar import BoardCalendar, next_occurrence
from bot.plan.wording import format_day
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
    reason = f"the database was restored from a backup of {format_day(made_at)}"
    boards = boards_query.boards(session)
    query.delete_heartbeats(session)
    for file in query.unsent_exports(session):
        file.state, file.reason, file.settled_at, file.lease_until = FAILED, reason, now, None
    settled = RestoreSummary(
        _requeue_deliveries(session, reason, now),
        _postpone_questions(session, now),
        tuple(each for board in boards for each in _skip_digests(session, board, reason, now)),
    )
    _notify_managers(session, made_at, settled, now)
    return settled


def _notify_managers(session: Session, made_at: datetime, summary: RestoreSummary, now: datetime) -> None:
    """Plan managers have to know that words may be missing."""
    day = format_day(made_at)
    details = [
        f"The digest of the {board} for {presenters.local_day(moment, zone):%d/%m/%Y} is not posted again."
        for board, moment, zone in summary.digests[-MAX_DETAILS:]
    ]
    notice = Notice(
        f"The bot's database was restored from a backup of {day}. What people said after that is not in it.",
        "Ask the owners to say again what they said since. Whoever was due to be asked is asked on the next"
        " working morning.",
        tuple(details),
    )
    for workspace in people_query.workspaces(session):
        admin_notices.notify_managers(session, workspace.id, f"restored:{now.isoformat()}", notice, now)


def _requeue_deliveries(session: Session, reason: str, now: datetime) -> int:
    """What was on its way is looked for in the conversation before it is posted; what is old is given up."""
    given_up = 0
    for row in query.unsent_deliveries(session):
        row.claimed_by, row.lease_until = "", None
        row.attempts = max(row.attempts, 1)
        if row.kind == PROMPT_UPDATE or now - row.due_at <= MAX_DELIVERY_AGE:
            row.state = DeliveryState.PLANNED
            continue
        row.state = DeliveryState.SKIPPED
        row.reason = f"{reason}; it was too late to send it"
        given_up += 1
    return given_up


def _postpone_questions(session: Session, now: datetime) -> int:
    """Somebody may have been asked this very day, and the backup does not know. They are asked again on the
    next working morning: what they answered is not in the backup either.
    """
    put_off = 0
    for owner in query.owners_due(session, now):
        calendar = next_prompts.build_calendar(owner.action.plan.board, owner.person)
        owner.prompt_at = _next_day_prompt(calendar, now)
        put_off += 1
    for action in query.actions_to_escalate(session, now):
        lead = action.project.lead if action.project else None
        calendar = next_prompts.build_calendar(action.plan.board, lead)
        action.escalate_at = _next_day_prompt(calendar, now)
        put_off += 1
    return put_off


def _next_day_prompt(calendar: BoardCalendar, now: datetime) -> datetime:
    return calendar.next_prompt_moment(calendar.at(calendar.today(now) + timedelta(days=1), time(0)))


def _skip_digests(
    session: Session, board: Board, reason: str, now: datetime
) -> list[tuple[str, datetime, str]]:
    passed: list[datetime] = []
    while board.next_digest_at is not None and board.next_digest_at <= now:
        passed.append(board.next_digest_at)
        board.next_digest_at = next_occurrence(board.digest_rule, board.timezone, after=board.next_digest_at)
    for moment in passed[-MAX_SKIPPED_DIGESTS:]:
        digests.skip_digest(session, board, moment, now, f"{reason}; it may have been posted before")
    return [(board.name, moment, board.timezone) for moment in passed]
