"""Calendars people follow from outside chat: given, shown once, renewed and stopped."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import CalendarSubscription
from bot.messages import CalendarAddress, CalendarAddressExists, CalendarsRevoked, Message
from bot.plan.calendar import choose_timezone
from bot.services import people
from bot.services.actions import presenters
from bot.services.people import Actor
from models.exports import CalendarFeed
from models.people import Board, Person
from models.queries import boards as boards_query
from models.queries import exports

KEY_BYTES = 32


def handle_calendar(session: Session, actor: Actor, command: CalendarSubscription, now: datetime) -> Message:
    """Give the address, renew it, or stop every one the asker has."""
    if command.operation == "stop":
        return _stop_feeds(session, actor, now)
    person = people.require_linked_person(actor, "have a calendar")
    board = people.find_board(session, actor, actor.own_boards) if command.of_board else None
    feed = next(
        (
            each
            for each in exports.calendars_of(session, actor.workspace_id, actor.user_id)
            if each.board_id == (board.id if board else None)
        ),
        None,
    )
    if feed is not None and command.operation == "give":
        default = boards_query.boards(session, actor.workspace_id)[0].timezone
        timezone = choose_timezone(person.timezone, default)
        return CalendarAddressExists(
            presenters.local_day(feed.given_at, timezone), board.name if board else ""
        )
    if feed is not None:
        feed.stopped_at = now
    return _create_feed(session, actor, person, board, now, replaced=feed is not None)


def hash_key(key: str) -> str:
    """What is kept of a key. A key has 256 random bits, so no slow hash is needed to protect it."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def _create_feed(
    session: Session, actor: Actor, person: Person, board: Board | None, now: datetime, *, replaced: bool
) -> CalendarAddress:
    key = secrets.token_urlsafe(KEY_BYTES)
    session.add(
        CalendarFeed(
            workspace_id=actor.workspace_id,
            key_hash=hash_key(key),
            user_id=actor.user_id,
            person_id=person.id,
            board_id=board.id if board else None,
            given_at=now,
        )
    )
    session.flush()
    return CalendarAddress(key, board.name if board else "", replaced)


def _stop_feeds(session: Session, actor: Actor, now: datetime) -> CalendarsRevoked:
    found = exports.calendars_of(session, actor.workspace_id, actor.user_id)
    for each in found:
        each.stopped_at = now
    return CalendarsRevoked(len(found))
