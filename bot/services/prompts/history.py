"""Why somebody was or was not asked about an action: `/cip why REF`."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.commands import Why
from bot.errors import NotAllowedError
from bot.messages import PromptLog, PromptLogLine, UpcomingPrompt
from bot.plan.owners import PersonRole
from bot.plan.pages import select_page
from bot.plan.rag import Colour
from bot.sentences import sentence
from bot.services import people
from bot.services.actions import presenters, ref_resolver
from bot.services.people import Actor
from bot.services.prompts import absences
from bot.services.scheduling import next_prompts
from models.base import DeliveryState
from models.outbox import PromptItem
from models.plans import Action, ActionOwner
from models.queries import prompt_history as query

STATE_LABELS = {
    DeliveryState.PLANNED: "waiting",
    DeliveryState.CLAIMED: "waiting",
    DeliveryState.WAITING: "waiting",
    DeliveryState.SENT: "sent",
    DeliveryState.SKIPPED: "skipped",
    DeliveryState.FAILED: "failed",
}
ANSWER_LABELS = {"on-track": "on track", "at-risk": "at risk", "update": "an update"}


def explain_prompts(session: Session, actor: Actor, command: Why, now: datetime) -> PromptLog:
    """Every prompt in the outbox about an action, newest first. Raises NotAllowedError with who may ask."""
    action = ref_resolver.resolve(session, actor, command.ref).action
    shown = presenters.load_lines(session, actor.workspace_id, [action.id], now)[action.id]
    _require_access(session, actor, action, shown.ref)
    total = query.count_items(session, action.id)
    page = select_page(command.page, total)
    items = query.items_of(session, action.id, limit=page.size, offset=page.offset)
    coming = _find_upcoming(action, now)
    digest_on, colour = _find_last_digest(session, action)
    return PromptLog(
        line=shown,
        entries=_build_entries(session, action, items),
        total=total,
        page=page.number,
        pages=page.count,
        run=f"why {shown.ref}",
        timezone=action.plan.board.timezone,
        coming=coming,
        no_prompt_reason="" if coming else _explain_nobody(action),
        digest_on=digest_on,
        digest_colour=colour,
    )


def _require_access(session: Session, actor: Actor, action: Action, display_ref: str) -> None:
    """Whoever may update the action may ask, and whoever chairs the board."""
    chairs = (action.plan_id, PersonRole.BOARD_CHAIR) in actor.roles
    if chairs or people.may_update(actor, action):
        return
    can = people.describe_who_can_update(session, action, also=("the chair of the board",))
    raise NotAllowedError(f"Who was asked about {display_ref}, and why, is told to {can}.")


def _build_entries(
    session: Session, action: Action, items: Sequence[PromptItem]
) -> tuple[PromptLogLine, ...]:
    persons = query.initials_by_id(session, {item.person_id for item in items})
    users = {item.answered_by for item in items if item.answered_by}
    answerers = query.initials_by_user(session, action.workspace_id, users)
    return tuple(_build_entry(item, persons.get(item.person_id, ""), answerers) for item in items)


def _build_entry(item: PromptItem, person: str, answerers: dict[str, str]) -> PromptLogLine:
    row = item.delivery
    state = "skipped" if item.reason else STATE_LABELS[row.state]
    return PromptLogLine(
        at=row.due_at,
        person=person,
        state=state,
        due=item.due_on,
        days_left=item.rung,
        as_lead=item.as_lead,
        sent_at=row.sent_at if state == "sent" else None,
        reason=item.reason or row.reason,
        answer=ANSWER_LABELS.get(item.answer, item.answer),
        answered_by=answerers.get(item.answered_by, ""),
        answered_at=item.answered_at,
    )


def _find_upcoming(action: Action, now: datetime) -> tuple[UpcomingPrompt, ...]:
    """Soonest first."""
    found = [
        UpcomingPrompt(
            owner.person.initials,
            _postpone_to_return(owner, owner.prompt_at, now),
            linked=owner.person.slack_user_id is not None,
            snoozed=owner.snoozed_until is not None and owner.snoozed_until > now,
        )
        for owner in action.owners
        if owner.prompt_at is not None
    ]
    lead = action.project.lead if action.project else None
    if lead is not None and action.escalate_at is not None:
        found.append(
            UpcomingPrompt(
                lead.initials, action.escalate_at, as_lead=True, linked=lead.slack_user_id is not None
            )
        )
    return tuple(sorted(found, key=lambda each: each.at))


def _postpone_to_return(owner: ActionOwner, at: datetime, now: datetime) -> datetime:
    """When they are asked: if they are away, once they are back."""
    calendar = next_prompts.build_calendar(owner.action.plan.board, owner.person)
    return max(at, absences.held_back_until(owner.person, calendar, now) or at)


def _explain_nobody(action: Action) -> str:
    return sentence(
        "services.nobody_is_asked",
        is_gone=action.gone_at is not None,
        closed_as="" if action.status.is_open else action.status.words,
        has_owner=bool(action.owners),
    )


def _find_last_digest(session: Session, action: Action) -> tuple[date | None, Colour | None]:
    board = action.plan.board
    snapshot = query.newest_snapshot(session, board.id)
    colour = snapshot.colours.get(str(action.id)) if snapshot else None
    if snapshot is None or colour is None:
        return None, None
    return presenters.local_day(snapshot.due_at, board.timezone), Colour(colour)
