"""The digests and prompts that will be sent next, as far as the database knows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.demo.time_format import format_count_in_words
from bot.plan.calendar import next_digest_time
from bot.services.scheduling import next_prompts
from models.queries import boards as boards_query
from models.queries import prompt_schedule

DIGESTS_AHEAD = 2
MAX_UPCOMING = 6


@dataclass(frozen=True)
class UpcomingEvent:
    """kind: prompt or digest, as in the outbox."""

    at: datetime
    kind: str
    text: str


def list_upcoming(session: Session) -> list[UpcomingEvent]:
    """Soonest first. Prompts are counted as of now: an answer before then may make one unnecessary."""
    events = [*_digests(session), *_prompts(session)]
    return sorted(events, key=lambda each: (each.at, each.kind))


def _digests(session: Session) -> list[UpcomingEvent]:
    events = []
    for board in boards_query.boards(session):
        at = board.next_digest_at
        for _ in range(DIGESTS_AHEAD):
            if at is not None:
                events.append(UpcomingEvent(at, "digest", "weekly digest"))
                at = next_digest_time(board.digest_rule, next_prompts.build_calendar(board), after=at)
    return events


def _prompts(session: Session) -> list[UpcomingEvent]:
    return [
        UpcomingEvent(at, "prompt", format_count_in_words(people, "prompt"))
        for at, people in prompt_schedule.upcoming_prompts(session)
    ]
