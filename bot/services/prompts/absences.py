"""People who are away: they are asked nothing until they are back, and whoever leads their work hears what
falls due meanwhile.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.commands import Away
from bot.errors import NotUnderstoodError
from bot.messages import AwayReceipt, LeadNotice
from bot.plan.calendar import BoardCalendar
from bot.sentences import sentence
from bot.services import people
from bot.services.actions import presenters
from bot.services.outbox import lead_notices
from bot.services.people import Actor
from bot.services.scheduling import next_prompts
from models.people import Person
from models.plans import Action
from models.queries import absences as query
from models.queries import actions as actions_query
from models.queries import plan_roles, ref_index
from models.queries import prompt_schedule as schedule_query

MAX_ABSENCE = timedelta(days=366)
MIDNIGHT = time(0)


@dataclass(frozen=True)
class DueMeanwhile:
    """An action that falls due while its owner is away. days: the dates that do."""

    action: Action
    ref: str
    days: tuple[date, ...]


def go_away(session: Session, actor: Actor, command: Away, now: datetime) -> AwayReceipt:
    """Raises NotUnderstoodError for a day that is not to come."""
    known = people.require_linked_person(actor, "say when they are away")
    person, today = session.get_one(Person, known.id), people.today_of(actor, now)
    if command.until is None:
        return _come_back(session, person, today, now)
    if command.until <= today:
        raise NotUnderstoodError(sentence("services.away_day_passed", until=command.until))
    if command.until - today > MAX_ABSENCE:
        raise NotUnderstoodError(sentence("services.away_too_long", days=MAX_ABSENCE.days))
    _move_held(session, person, command.until, now)
    session.flush()
    due = _find_due(session, person, today, command.until)
    recipients = _inform_leads(session, person, command.until, command.cover, due, now)
    refs = tuple(each.ref for each in due)
    return AwayReceipt(command.until, command.cover, refs, *lead_notices.split_reached(recipients))


def _come_back(session: Session, person: Person, today: date, now: datetime) -> AwayReceipt:
    """What was held back is asked as soon as it is time to ask."""
    if person.away_until is not None and person.away_until > today:
        _move_held(session, person, today, now)
        session.flush()
    return AwayReceipt(None)


def _move_held(session: Session, person: Person, until: date, now: datetime) -> None:
    """What is held back until they are back comes on another day: that until which they are away now."""
    before, person.away_until = person.away_until, until
    if before is None:
        return
    waiting = schedule_query.actions_waiting_for(session, person.id)
    for action in actions_query.lock_actions(session, waiting).values():
        calendar = next_prompts.build_calendar(action.plan.board, person)
        held_until, back_at = first_prompt_moment(calendar, before), first_prompt_moment(calendar, until)
        back_at = max(back_at, calendar.next_time_to_ask(now))
        for owner in action.owners:
            if owner.person_id == person.id and owner.prompt_at == held_until:
                owner.prompt_at = back_at
                owner.snoozed_until = back_at if owner.snoozed_until else None
        is_led = action.project is not None and action.project.lead_id == person.id
        if is_led and action.escalate_at == held_until:
            action.escalate_at = back_at


def held_back_until(person: Person, calendar: BoardCalendar, now: datetime) -> datetime | None:
    """When somebody who is away is asked again; None where they are there."""
    until = person.away_until
    return first_prompt_moment(calendar, until) if until is not None and calendar.today(now) < until else None


def next_prompt_moment(calendar: BoardCalendar, person: Person, now: datetime) -> datetime:
    """The next time at which the person may be asked, but today's."""
    return held_back_until(person, calendar, now) or calendar.next_prompt_moment(now)


def first_prompt_moment(calendar: BoardCalendar, until: date) -> datetime:
    """The first time from this day on at which somebody may be asked."""
    return calendar.next_prompt_moment(calendar.at(until, MIDNIGHT))


def _find_due(session: Session, person: Person, today: date, until: date) -> list[DueMeanwhile]:
    """What the person owns that falls due from today until the day before they are back, soonest first."""
    actions = actions_query.load_actions(session, query.actions_owned(session, person.id)).values()
    shared = ref_index.shared_refs(session, person.workspace_id, [each.ref for each in actions])
    found = []
    for action in actions:
        days = sorted({day for day in next_prompts.dates_for(action, person) if today <= day < until})
        if days:
            found.append(DueMeanwhile(action, presenters.format_ref(action, shared), tuple(days)))
    return sorted(found, key=lambda each: each.days)


def _inform_leads(
    session: Session, person: Person, until: date, cover: str, due: Iterable[DueMeanwhile], now: datetime
) -> list[Person]:
    """One message to each lead with what is theirs; to the plan managers what nobody else leads."""
    by_recipient: dict[int, list[DueMeanwhile]] = defaultdict(list)
    recipients: dict[int, Person] = {}
    for each in due:
        for recipient in _find_leads(session, each.action, person):
            recipients[recipient.id] = recipient
            by_recipient[recipient.id].append(each)
    for number, found in by_recipient.items():
        notice = LeadNotice(
            sentence("services.away_notice", initials=person.initials, until=until, cover=cover),
            sentence("services.away_remedy", initials=person.initials, count=len(found)),
            tuple(map(_describe, found)),
        )
        key = f"away:{person.id}:{until.isoformat()}"
        lead_notices.notify_person(session, recipients[number], key, notice, now)
    return list(recipients.values())


def _find_leads(session: Session, action: Action, person: Person) -> list[Person]:
    lead = action.project.lead if action.project else None
    if lead is not None and lead.id != person.id:
        return [lead]
    return [each for each in plan_roles.managers_of_plan(session, action.plan_id) if each.id != person.id]


def _describe(due: DueMeanwhile) -> str:
    title = presenters.shorten(due.action.title)
    return sentence("services.away_due", ref=due.ref, title=title, days=due.days)
