"""The part of whoever leads projects: how those stand, and who has not answered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.messages import LeadPart, LedProject, SilentOwner
from bot.services.actions import lists, presenters
from bot.services.actions.lists import ColouredAction
from bot.services.people import Actor, present_owner
from bot.services.prompts import ask_now
from models.people import Person
from models.plans import Plan, Project
from models.queries import home as query
from models.queries.home import UnansweredItem

MAX_PROJECTS, MAX_SILENT = 8, 8


def build_lead_part(
    session: Session, actor: Actor, plans: Mapping[int, Plan], every: list[ColouredAction], now: datetime
) -> LeadPart | None:
    """None for whoever leads nothing."""
    projects = query.led_projects(session, actor.person.id, plans) if actor.person and plans else ()
    if actor.person is None or not projects:
        return None
    silent = ask_now.find_silent(session, actor.person, now)
    return LeadPart(
        _present_projects(session, projects[:MAX_PROJECTS], every),
        len(projects),
        _present_silent(session, actor, dict(list(silent.items())[:MAX_SILENT]), now),
        len(silent),
    )


def _present_projects(
    session: Session, projects: Sequence[Project], every: list[ColouredAction]
) -> tuple[LedProject, ...]:
    of_action = query.actions_by_project(session, [each.id for each in projects])
    found: dict[int, list[ColouredAction]] = defaultdict(list)
    for each in every:
        if each.facts.id in of_action and each.facts.status.is_open:
            found[of_action[each.facts.id]].append(each)
    return tuple(
        LedProject(
            f"{each.number} {each.title}".strip(), len(found[each.id]), lists.count_by_colour(found[each.id])
        )
        for each in projects
    )


def _present_silent(
    session: Session, actor: Actor, silent: Mapping[int, list[UnansweredItem]], now: datetime
) -> tuple[SilentOwner, ...]:
    ids = {each.action_id for items in silent.values() for each in items}
    lines = presenters.load_lines(session, actor.workspace_id, ids, now)
    found = []
    for person_id, items in silent.items():
        person = session.get_one(Person, person_id)
        found.append(
            SilentOwner(
                present_owner(person),
                tuple(lines[each.action_id].ref for each in items),
                _count_days(min(each.since for each in items), actor.timezone, now),
                ask_now.button_value(person),
            )
        )
    return tuple(found)


def _count_days(since: datetime, timezone: str, now: datetime) -> int:
    return (presenters.local_day(now, timezone) - presenters.local_day(since, timezone)).days
