"""The part of a plan manager: what is open in the plan, who cannot be reached, and what failed."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy.orm import Session

from bot.messages import FailedDelivery, ManagerPart, UnreachablePerson
from bot.plan.periods import FORTNIGHT
from bot.plan.reading import OUTSIDERS
from bot.sentences import sentence
from bot.services.actions import presenters
from bot.services.home_tab.board_part import UPLOAD_WAITS
from bot.services.outbox import admin_notices
from bot.services.people import Actor
from models.people import Person
from models.plans import Plan
from models.queries import home as query
from models.queries import plan_roles as roles_query
from models.queries import refusals as refusals_query

MAX_UNREACHABLE, MAX_FAILED, MAX_PLANS = 15, 5, 10


def build_manager_part(
    session: Session, actor: Actor, plans: Mapping[int, Plan], now: datetime
) -> ManagerPart | None:
    """None for whoever manages no plan."""
    if not actor.is_plan_manager or actor.person is None:
        return None
    managed = [plan for plan in plans.values() if actor.is_manager_of(plan.id)]
    boards = {plan.board_id for plan in managed}
    unreachable = _find_unreachable(session, actor, boards, now)
    failed = _find_failed(session, actor, boards, managed, now)
    questions = tuple((plan.title, plan.problems) for plan in managed if plan.problems)
    return ManagerPart(
        questions[:MAX_PLANS],
        query.count_uploads(session, actor.workspace_id, UPLOAD_WAITS),
        tuple(unreachable[:MAX_UNREACHABLE]),
        len(unreachable),
        tuple(failed[:MAX_FAILED]),
        len(failed),
    )


def _find_unreachable(
    session: Session, actor: Actor, boards: AbstractSet[int], now: datetime
) -> list[UnreachablePerson]:
    """Owners of open actions who get no questions, with what is known of why."""
    owners = query.owners_of_boards(session, boards)
    failed = query.failed_prompts(session, [person.id for person, _ in owners], now - FORTNIGHT)
    refused = {each.scope: each.reason for each in refusals_query.refusals(session, actor.workspace_id)}
    found = []
    for person, count in owners:
        reason = _find_reason(person, failed, refused)
        if person.slack_user_id is None or reason:
            found.append(UnreachablePerson(person.initials, count, reason))
    return found


def _find_reason(person: Person, failed: Mapping[int, str], refused: Mapping[str, str]) -> str:
    """Why what is sent to somebody with an account does not arrive, "" where it does."""
    if person.slack_user_id is None:
        return ""
    if person.account_kind in OUTSIDERS:
        return sentence("services.account_gets_nothing", kind=str(person.account_kind))
    refusal = refused.get(f"{refusals_query.TARGET_PREFIX}{person.slack_user_id}", "")
    return refusal or failed.get(person.id, "")


def _find_failed(
    session: Session, actor: Actor, boards: AbstractSet[int], managed: list[Plan], now: datetime
) -> list[FailedDelivery]:
    """What was given up lately of what concerns these boards: theirs, or for people that they know."""
    known = roles_query.people_of_boards(session, actor.workspace_id, boards)
    timezone = managed[0].board.timezone if managed else actor.timezone
    return [
        FailedDelivery(
            admin_notices.describe_delivery(session, each),
            each.reason,
            presenters.local_day(each.due_at, timezone),
        )
        for each in query.failed_deliveries(session, actor.workspace_id, now - FORTNIGHT)
        if (each.board_id in boards if each.board_id is not None else each.person_id in known)
    ]
