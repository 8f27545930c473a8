"""Whose day it is when: a person's timezone, by who gave it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.commands import SetTimezone
from bot.errors import NotUnderstoodError
from bot.messages import TimezoneReceipt
from bot.plan.calendar import choose_timezone, is_timezone
from bot.plan.timezones import MAX_LENGTH, nearest_timezone, parse_timezone
from bot.services import people
from bot.services.actions import presenters
from bot.services.people import Actor
from bot.services.scheduling import next_prompts
from models.accounts import AccountLookup
from models.people import Person
from models.queries import accounts as query
from models.queries import people as people_query


class TimezoneSource(StrEnum):
    """Who gave a timezone. The first of them that has one decides."""

    OWN = "own"
    PEOPLE = "people"
    SLACK = "slack"


def set_timezone(
    session: Session, person: Person, source: TimezoneSource, timezone: str | None, now: datetime
) -> bool:
    """Record what this source says (None or "": nothing). Returns whether the person has another timezone
    now; what they are next asked has moved with it.
    """
    row = query.lookup_of(session, person)
    before, recorded = person.timezone, choose_recorded(row)
    setattr(row, f"{source.value}_timezone", timezone)
    is_by_hand = before is not None and before != recorded and is_timezone(before)
    chosen = choose_recorded(row)
    if chosen == before or (is_by_hand and source is TimezoneSource.SLACK):
        return False
    person.timezone = chosen
    session.flush()
    next_prompts.replan_person(session, person, before, now)
    return True


def handle_timezone(session: Session, actor: Actor, command: SetTimezone, now: datetime) -> TimezoneReceipt:
    """Show the asker's timezone, or record the one that they choose."""
    person = people.require_linked_person(actor, "have a timezone of their own")
    is_changed = False
    if command.reset or command.timezone:
        chosen = None if command.reset else _require_timezone(command.timezone)
        is_changed = set_timezone(session, person, TimezoneSource.OWN, chosen, now)
    source = source_of(query.lookup_of(session, person)) if person.timezone else None
    timezone = choose_timezone(person.timezone, people.find_board(session, actor, actor.boards).timezone)
    return TimezoneReceipt(timezone, source.value if source else "", now, is_changed)


def _require_timezone(text: str) -> str:
    timezone = parse_timezone(text)
    if timezone is None:
        raise NotUnderstoodError(
            f"I don't know the timezone “{presenters.shorten(text, MAX_LENGTH)}”."
            " Give its area and city, such as Europe/London.",
            suggestion=f"/cip timezone {nearest_timezone(text)}",
        )
    return timezone


def choose_recorded(row: AccountLookup) -> str | None:
    """The timezone that counts of those recorded; None: there is none, and the board's is used."""
    return next((each for each in _list_recorded(row) if each and is_timezone(each)), None)


def source_of(row: AccountLookup) -> TimezoneSource | None:
    """Who gave the timezone that counts."""
    for source, timezone in zip(TimezoneSource, _list_recorded(row), strict=True):
        if timezone and is_timezone(timezone):
            return source
    return None


def _list_recorded(row: AccountLookup) -> tuple[str | None, ...]:
    return row.own_timezone, row.people_timezone, row.slack_timezone


def list_unreadable(session: Session, workspace_id: int) -> list[tuple[str, str, str]]:
    """Initials, timezone and the nearest that can be read, of those whose timezone cannot: the board's is
    used for them.
    """
    return [
        (person.initials, person.timezone, nearest_timezone(person.timezone))
        for person in people_query.people(session, workspace_id)
        if person.timezone and not is_timezone(person.timezone)
    ]
