"""Sets right what the bot did while its clock was ahead (docs/decisions/0017).

Whatever was planned from a time that has not come is planned again, and what was "missed" in it is taken
back. What was sent stays sent: nothing goes out twice for one day.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.messages import Notice
from bot.sentences import sentence
from bot.services import heartbeat
from bot.services.actions import presenters
from bot.services.clock_correction.digests import DigestCorrections, correct_digests
from bot.services.clock_correction.prompts import PromptCorrections, correct_prompts, early_days
from bot.services.leases import lease_end
from bot.services.outbox import admin_notices
from bot.services.outbox.rate_limits import MAX_PAUSE
from bot.services.scheduling import next_prompts
from models.people import Board
from models.queries import boards as boards_query
from models.queries import clock_correction as query
from models.queries import idempotency as heartbeat_query

# Sending is never held up for longer by the limits themselves.
MAX_LIMIT_WAIT = timedelta(minutes=1)
# A notice waits for the end of the night.
MAX_NOTICE_WAIT = timedelta(days=1)
MAX_DETAILS = 8


@dataclass(frozen=True)
class ClockCorrection:
    """ahead_until: the latest time that the wrong clock showed. taken_back: rows of the outbox."""

    ahead_until: datetime
    taken_back: int


def correct_clock(session: Session, now: datetime) -> ClockCorrection | None:
    """None where nothing is ahead of now: another bot has set it right, or time has passed."""
    if not heartbeat.is_written_ahead(session, now):
        return None
    row = heartbeat_query.lock_bot_heartbeat(session, now)
    if row.at <= now:
        return None
    ahead_until, gap_since = row.at, row.gap_since
    prompts, digests = correct_prompts(session, now), correct_digests(session, now)
    session.flush()
    _release(session, now)
    _reset_heartbeats(session, gap_since, now)
    row.at, row.gap_since = now, None
    for board in boards_query.boards(session):
        _notify_managers(session, board, prompts, digests, ahead_until, now)
    return ClockCorrection(ahead_until, prompts.taken_back + digests.taken_back)


def _release(session: Session, now: datetime) -> None:
    """Nothing waits for longer than it may."""
    query.release_deliveries(session, now, lease_end(now), now + MAX_NOTICE_WAIT)
    query.release_rate_limits(session, now, now + MAX_LIMIT_WAIT, now + MAX_PAUSE)
    query.release_exports(session, lease_end(now))
    query.correct_refusals(session, now)


def _reset_heartbeats(session: Session, gap_since: datetime | None, now: datetime) -> None:
    """Messages written since the clock went wrong may have been refused: they are looked for. What was
    handled is known by its id.
    """
    missed_since = gap_since - heartbeat.OVERLAP if gap_since is not None and gap_since < now else None
    for row in query.heartbeats_after(session, now):
        moments = [each for each in (row.missed_since, missed_since) if each is not None and each < now]
        row.heard_until, row.looking_until = now, None
        row.missed_since = min(moments, default=None)


def _notify_managers(
    session: Session,
    board: Board,
    prompts: PromptCorrections,
    digests: DigestCorrections,
    ahead_until: datetime,
    now: datetime,
) -> None:
    """Once for each workspace and day; not where nobody could have noticed."""
    early = [each for each in digests.early if each.board.workspace_id == board.workspace_id]
    days = early_days([row for row in prompts.early if row.workspace_id == board.workspace_id])
    if not (prompts.taken_back or digests.taken_back or early or days):
        return
    details = [
        sentence(
            "services.early_digest",
            board=each.board.name,
            day=presenters.local_day(each.slot, each.board.timezone),
            posts_again=each.posts_again,
        )
        for each in early
    ]
    details += [sentence("services.early_prompts", day=day) for day in days]
    calendar = next_prompts.build_calendar(board)
    notice = Notice(
        sentence("services.clock_was_ahead", day=calendar.today(ahead_until)),
        sentence("services.clock_remedy"),
        tuple(details[:MAX_DETAILS]),
    )
    when = calendar.after_quiet_hours(now)
    key = f"clock:{calendar.today(now)}"
    admin_notices.notify_managers(session, board.workspace_id, key, notice, when, frozenset())
