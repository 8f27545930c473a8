"""Why an action has its colour, and what the colours mean: `/cip explain`."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Explain
from bot.messages import ColourExplained, ColourLegend, ColourReason, Message
from bot.plan.rag import find_reasons, legend
from bot.services.actions import presenters, ref_resolver
from bot.services.people import Actor
from models.queries import boards as boards_query


def explain_colour(session: Session, actor: Actor, command: Explain, now: datetime) -> Message:
    """Raises CipError for a ref that names no action, or several."""
    if command.ref is None:
        return _explain_colours(session, actor)
    action = ref_resolver.resolve(session, actor, command.ref).action
    plan = action.plan
    rules, today = presenters.rules_of(plan), presenters.today_of(plan, now)
    facts = presenters.build_rag_facts(action, plan, now)
    line = presenters.load_lines(session, actor.workspace_id, [action.id], now)[action.id]
    return ColourExplained(
        line=line,
        is_open=action.status.is_open,
        reasons=tuple(
            ColourReason(name, days) for name, days in find_reasons(facts, today=today, rules=rules)
        ),
        due=facts.next_due,
        silence_days=rules.silence,
        answer_days=rules.answer,
        due_soon_days=rules.due_soon,
        tolerance_days=rules.tolerance,
    )


def _explain_colours(session: Session, actor: Actor) -> ColourLegend:
    """The rules of each of the actor's plans, those that are the same once."""
    plans = boards_query.plans_of_boards(session, actor.workspace_id, actor.boards)
    titles: dict[tuple[str, ...], list[str]] = {}
    for plan in plans.values():
        titles.setdefault(legend(presenters.rules_of(plan)), []).append(plan.title)
    return ColourLegend(tuple((tuple(names), lines) for lines, names in titles.items()))
