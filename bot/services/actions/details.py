"""One action, whole, and everything that was ever said of it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Asker, History, Show
from bot.errors import CipError
from bot.messages import ActionCard, DateLine, HistoryLine, HistoryText, MilestoneLine, YearAmount
from bot.plan.pages import select_page
from bot.plan.rag import Colour
from bot.plan.refs import read_ref
from bot.plan.wording import describe_place
from bot.services import people
from bot.services.actions import presenters, ref_resolver
from bot.services.people import Actor
from models.outbox import StatusChange
from models.plans import Action
from models.queries import actions as query
from models.queries import changes as changes_query
from models.queries import ref_index


def show_action(session: Session, actor: Actor, command: Show, now: datetime) -> ActionCard:
    target = ref_resolver.resolve(session, actor, command.ref)
    action = query.load_actions(session, [target.action.id])[target.action.id]
    plan, project = action.plan, action.project
    recovery = _find_recovery(session, action)
    return ActionCard(
        line=presenters.load_lines(session, actor.workspace_id, [action.id], now)[action.id],
        plan=plan.title,
        section=f"{action.section.number} {action.section.title}".strip(),
        project=f"{project.number} {project.title}" if project else "",
        lead=(project.lead.initials if project.lead else project.manager) if project else "",
        finance_ref=project.finance_ref if project else "",
        savings=_amounts(project.savings) if project else (),
        growth=_amounts(project.growth) if project else (),
        status_text=action.status_text,
        dates=tuple(_dates(action)),
        milestones=tuple(_milestones(action, now)),
        delivered_through=tuple(action.delivered_through),
        priority=action.priority,
        category=action.category,
        raised_on=action.raised_on,
        closed_on=action.closed_on,
        percent=action.percent,
        extra=tuple((name, str(text)) for name, text in action.extra.items()),
        success_measures=tuple(action.success_measures),
        tags=tuple(action.tags),
        can_update=people.may_update(actor, action),
        route_to_green=recovery.route_to_green if recovery else "",
        help_needed=recovery.help_needed if recovery else "",
    )


def _find_recovery(session: Session, action: Action) -> StatusChange | None:
    """The change that last said how it gets back to Green, while it is still declared to be worse."""
    if not action.status.is_open or action.declared not in {Colour.RED, Colour.AMBER}:
        return None
    return changes_query.latest_recoveries(session, [action.id]).get(action.id)


def _amounts(planned: Mapping[str, float | None]) -> tuple[YearAmount, ...]:
    return tuple(YearAmount(year, amount) for year, amount in sorted(planned.items()))


def find_title(session: Session, asker: Asker, ref: str) -> str:
    """The title of what a ref means to the asker; "" when that is not one action."""
    query_ref = read_ref(ref)
    try:
        target = (
            ref_resolver.resolve(session, people.identify(session, asker), query_ref) if query_ref else None
        )
    except CipError:
        return ""
    return presenters.shorten(target.action.title) if target else ""


def _dates(action: Action) -> list[DateLine]:
    return [
        DateLine(each.text, each.day, each.role.value, each.confirmed, each.first_day)
        for each in action.due_dates
        if each.milestone_id is None
    ]


def _milestones(action: Action, now: datetime) -> list[MilestoneLine]:
    today = presenters.today_of(action.plan, now)
    return [
        presenters.build_milestone_line(action, each, today)
        for each in action.milestones
        if each.gone_at is None
    ]


def show_history(session: Session, actor: Actor, command: History, now: datetime) -> HistoryText:
    action = ref_resolver.resolve(session, actor, command.ref).action
    total = changes_query.count_changes(session, action.id)
    page = select_page(command.page, total)
    changes = changes_query.changes_of(session, action.id, limit=page.size, offset=page.offset)
    undone = changes_query.undone_ids(session, [change.id for change in changes])
    action_line = presenters.load_lines(session, actor.workspace_id, [action.id], now)[action.id]
    shared = ref_index.shared_refs(session, actor.workspace_id, [action.ref])
    return HistoryText(
        line=action_line,
        entries=tuple(_entry(change, now, shared, undone=change.id in undone) for change in changes),
        total=total,
        page=page.number,
        pages=page.count,
        run=f"history {action_line.ref}",
        timezone=action.plan.board.timezone,
        imported_on=presenters.local_day(action.created_at, action.plan.board.timezone),
    )


def _entry(change: StatusChange, now: datetime, shared_refs: set[str], *, undone: bool) -> HistoryLine:
    return HistoryLine(
        at=change.at,
        by=change.person.initials if change.person else "",
        source=change.source,
        place=describe_place(change.place),
        change=presenters.describe_change(change.action, change, change.milestone, now, shared_refs),
        undone=undone,
    )
