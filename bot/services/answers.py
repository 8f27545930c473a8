"""One question in, one message out: what every way of asking has in common."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from rapidfuzz import process
from sqlalchemy.orm import Session

from bot.commands import (
    Asker,
    AtRisk,
    Command,
    DigestPreview,
    Due,
    Help,
    History,
    Link,
    Mine,
    Overdue,
    Search,
    Show,
    Undo,
    UpdateStatus,
    Why,
)
from bot.errors import NotUnderstoodError
from bot.messages import Candidate, Candidates, Digest, HelpText, Message
from bot.services import asked, cards, digests, helping, lines, listing, people, undoing, updates
from bot.services.people import Who, owner_of
from bot.services.resolving import AmbiguousError, Target
from bot.services.rewording import naming
from models.people import Board
from models.queries import actions as query
from models.queries import people as people_query
from models.queries.actions import Narrowed

Answer = Callable[[Session, Who, Any, datetime], Message]


def answer(session: Session, asker: Asker, command: Command, now: datetime) -> Message:
    """Answer a command. Raises the CipError family; an ambiguous ref comes back as Candidates."""
    return answer_to(session, people.identify(session, asker), command, now)


def answer_to(session: Session, who: Who, command: Command, now: datetime) -> Message:
    """The same for an asker who is known already."""
    try:
        return ANSWERS[type(command)](session, who, command, now)
    except AmbiguousError as ambiguous:
        return _candidates(ambiguous, command)


def _candidates(ambiguous: AmbiguousError, command: Command) -> Candidates:
    return Candidates(
        ambiguous.ref.ref, tuple(_candidate(target, ambiguous, command) for target in ambiguous.targets)
    )


def _candidate(target: Target, ambiguous: AmbiguousError, command: Command) -> Candidate:
    action, milestone = target.action, target.milestone
    ref = f"{action.section.number}/{ambiguous.ref.ref}"
    return Candidate(
        ref=ref,
        title=lines.short(f"{milestone.label} {milestone.title}" if milestone else action.title),
        section=f"{action.section.number} {action.section.title}",
        owners=tuple(owner_of(owner.person) for owner in action.owners),
        run=naming(command, ambiguous.ref, ref),
    )


def _help(session: Session, who: Who, command: Help, _now: datetime) -> HelpText:
    topics = helping.topics(command.topic)
    if not topics:
        best = process.extractOne(command.topic, [topic.usage.split()[1] for topic in helping.topics("")])
        raise NotUnderstoodError(
            f"There is no command “{lines.short(command.topic, 40)}”.",
            suggestion=f"/cip help {best[0] if best else ''}".strip(),
        )
    mine = 0
    if who.person is not None:
        facts = query.facts(session, who.workspace_id, Narrowed(person_id=who.person.id))
        mine = sum(each.status.is_open for each in facts)
    return HelpText(topics, command.topic, mine, linked=who.person is not None)


def _preview(session: Session, who: Who, _command: DigestPreview, now: datetime) -> Digest:
    return digests.preview(session, _board(session, who), now)


def _board(session: Session, who: Who) -> Board:
    """The board of the channel, or the only one; in a direct message with several, the first."""
    boards = people_query.boards(session, who.workspace_id)
    if not boards:
        raise NotUnderstoodError("There is no plan here yet. Bring one in with: python app.py import FILE.")
    here = people_query.boards_of_channel(session, who.workspace_id, who.channel_id, who.channel_name)
    return next((board for board in boards if board.id in here), boards[0])


def _link(session: Session, who: Who, command: Link, _now: datetime) -> Message:
    return people.link(session, who, command)


ANSWERS: dict[type[Command], Answer] = {
    AtRisk: listing.at_risk,
    DigestPreview: _preview,
    Due: listing.due,
    Help: _help,
    History: cards.history,
    Link: _link,
    Mine: listing.mine,
    Overdue: listing.overdue,
    Search: listing.search,
    Show: cards.show,
    Undo: undoing.undo,
    UpdateStatus: updates.update,
    Why: asked.why,
}
