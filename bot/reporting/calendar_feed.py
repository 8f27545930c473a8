"""The due dates of a person or a board as a calendar that Outlook, Google and others can follow."""

import hashlib
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.plan.reading import OUTSIDERS, ReadPolicy
from bot.plan.statuses import Status
from bot.sentences import sentence
from bot.services import calendar_feeds, reading
from bot.services.actions import presenters
from bot.services.scheduling import next_prompts
from models.exports import CalendarFeed
from models.people import Board, Person
from models.plans import Action, ActionDate, Milestone
from models.queries import actions, exports, ref_index
from models.queries.actions import ActionFilter

MAX_EVENTS = 1_000
PAST_WINDOW = timedelta(days=180)
VERSION = "1"
REFRESH_INTERVAL = timedelta(hours=6)
_MAX_SUMMARY_LENGTH = 120


@dataclass(frozen=True)
class FeedEvent:
    """One due date, all day. uid: the same while action, step and the date's position in it are."""

    uid: str
    day: date
    summary: str
    description: str
    status: str
    stamp: datetime


@dataclass(frozen=True)
class FeedContent:
    """id: of the CalendarFeed row. left_out: how many dates were beyond MAX_EVENTS."""

    id: int
    name: str
    events: tuple[FeedEvent, ...]
    left_out: int = 0

    @property
    def etag(self) -> str:
        """A hash of the content alone: the same for everyone who follows the feed, at any time."""
        return hashlib.sha256(f"{VERSION}{astuple(self)!r}".encode()).hexdigest()[:32]


def find_feed(session: Session, key: str, policy: ReadPolicy, now: datetime) -> FeedContent | None:
    """The feed with this key; None alike for one that never existed, was stopped, or whose owner left or may
    no longer read it.
    """
    row = exports.calendar_by_key_hash(session, calendar_feeds.hash_key(key))
    person = session.get(Person, row.person_id) if row else None
    if row is None or person is None or person.slack_user_id != row.user_id:
        return None
    board = session.get(Board, row.board_id) if row.board_id else None
    if person.account_kind in OUTSIDERS:
        return None
    if board and not reading.may_take_out(session, person, board.id, policy):
        return None
    wanted = ActionFilter(board_id=board.id) if board else ActionFilter(person_id=person.id)
    events = sorted(_events(session, row, wanted, None if board else person, now), key=lambda each: each.day)
    shown = events[:MAX_EVENTS]
    name = f"{board.name}: due dates" if board else f"My actions ({person.initials})"
    return FeedContent(row.id, name, tuple(shown), len(events) - len(shown))


def _events(
    session: Session, row: CalendarFeed, action_filter: ActionFilter, person: Person | None, now: datetime
) -> Iterator[FeedEvent]:
    ids = [each.id for each in actions.load_facts(session, row.workspace_id, action_filter)]
    shared = ref_index.shared_refs(session, row.workspace_id)
    since = now.date() - PAST_WINDOW
    for action in actions.load_actions(session, ids).values():
        if action.status is Status.DROPPED:
            continue
        ref = presenters.qualify_ref(action.ref, action.section.number, shared)
        last_index: dict[int | None, int] = {}
        for entry in action.due_dates:
            last_index[entry.milestone_id] = index = last_index.get(entry.milestone_id, -1) + 1
            step = next_prompts.find_milestone(action, entry)
            if _is_relevant(entry, step, person) and entry.day is not None and entry.day >= since:
                yield _build_event(action, entry, step, ref, index, now)


def _is_relevant(entry: ActionDate, step: Milestone | None, person: Person | None) -> bool:
    """A date that can be missed, of a step that is still in the plan and, if a person is given, is theirs."""
    if entry.role not in next_prompts.COUNTED_ROLES or (step is not None and step.gone_at is not None):
        return False
    return person is None or step is None or not step.owners or person.initials in step.owners


def _build_event(
    action: Action, entry: ActionDate, step: Milestone | None, ref: str, index: int, now: datetime
) -> FeedEvent:
    assert entry.day is not None
    is_closed = not action.status.is_open
    status = action.status if is_closed or step is None else step.status
    title = f"{action.title}: {step.label} {step.title}" if step else action.title
    is_late = status.is_open and entry.day < presenters.today_of(action.plan, now)
    mark = "Late" if is_late else status.words.capitalize()
    return FeedEvent(
        uid=f"{action.workspace_id}-{action.id}-{step.id if step else 0}-{index}@cip",
        day=entry.day,
        summary=f"{mark}: {ref} {presenters.shorten(title, _MAX_SUMMARY_LENGTH)}",
        description=_describe_event(action, entry, step, status),
        status=status.words.capitalize(),
        stamp=max(action.created_at, action.plan.imported_at, action.last_word_at or action.created_at),
    )


def _describe_event(action: Action, entry: ActionDate, step: Milestone | None, status: Status) -> str:
    """What the plan says; nothing of what people said in chat, since the address may be passed on."""
    section, project = action.section, action.project
    return sentence(
        "reporting.event_description",
        title=action.title,
        step=f"{step.label} {step.title}".rstrip() if step else "",
        owners=(step.owners if step else []) or [owner.person.initials for owner in action.owners],
        status=status.words,
        due=entry.day,
        printed=entry.text,
        is_confirmed=entry.confirmed,
        section=f"{section.number} {section.title}",
        project=f"{project.number} {project.title}" if project else "",
    )
