"""The lists: mine, at risk, overdue, due and search. Worst first, one page at a time."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rapidfuzz import process
from sqlalchemy.orm import Session

from bot.commands import AtRisk, Due, Mine, Overdue, Paged, Scope, Search
from bot.errors import NotUnderstoodError
from bot.messages import ActionList
from bot.plan.pages import select_page
from bot.plan.rag import Colour, RagFacts, RagRules, colour_of, judge_silence
from bot.services.actions import presenters, ref_resolver
from bot.services.actions.ref_resolver import ResolvedScope
from bot.services.people import Actor
from models.plans import Plan
from models.queries import actions
from models.queries import actions as query
from models.queries import boards as plans_query
from models.queries.actions import ActionFacts, ActionFilter

MAX_QUERY_LENGTH = 100
MIN_SIMILARITY = 75
AT_RISK_COLOURS = (Colour.RED, Colour.AMBER)


class ColouredAction(NamedTuple):
    """An action's facts with its colour and its board's day."""

    facts: ActionFacts
    colour: Colour
    today: date

    @property
    def is_late(self) -> bool:
        return (
            self.facts.status.is_open
            and self.facts.next_due_on is not None
            and self.facts.next_due_on < self.today
        )

    @property
    def severity_key(self) -> tuple[int, date]:
        return (self.colour.rank, self.facts.next_due_on or date.max)


def load_coloured_actions(
    session: Session, workspace_id: int, action_filter: ActionFilter, now: datetime, plans: dict[int, Plan]
) -> list[ColouredAction]:
    """Every action in question of these plans with its colour, in plan order."""
    boards = {plan.id: _ColouringRules.of_plan(plan, now) for plan in plans.values()}
    coloured_actions = []
    for facts in actions.load_facts(session, workspace_id, replace(action_filter, plan_ids=list(plans))):
        _, plan_id, _, status, declared, due, confirmed, slipped, has_update, heard_at, asked_at, linked = (
            facts
        )
        board = boards[plan_id]
        asked_on = board.find_day(asked_at) if asked_at is not None else None
        silence = judge_silence(asked_on, board.asked_before, can_be_asked=linked)
        silent_since = board.find_day(heard_at)
        rag_facts = RagFacts(status, declared, due, confirmed, silent_since, slipped, has_update, silence)
        colour = colour_of(rag_facts, today=board.today, rules=board.rules)
        coloured_actions.append(ColouredAction(facts, colour, board.today))
    return coloured_actions


class _ColouringRules(NamedTuple):
    """What the colours of a plan's actions depend on besides the actions."""

    timezone: ZoneInfo
    today: date
    rules: RagRules
    asked_before: date
    days_by_moment: dict[datetime, date]

    @classmethod
    def of_plan(cls, plan: Plan, now: datetime) -> "_ColouringRules":
        rules = presenters.rules_of(plan)
        return cls(
            ZoneInfo(plan.board.timezone),
            presenters.today_of(plan, now),
            rules,
            presenters.find_answer_limit(plan, rules, now),
            {},
        )

    def find_day(self, moment: datetime) -> date:
        """Actions nobody has updated yet were all imported at one moment: each moment is converted once."""
        day = self.days_by_moment.get(moment)
        if day is None:
            day = self.days_by_moment[moment] = moment.astimezone(self.timezone).date()
        return day


def list_mine(session: Session, actor: Actor, command: Mine, now: datetime) -> ActionList:
    if actor.person is None:
        raise NotUnderstoodError(
            "Your account is not linked to anyone in the plan yet, so I can't tell which actions are yours."
            " Ask a plan manager to run /cip link INITIALS @you."
        )
    narrowed = ResolvedScope(ActionFilter(person_id=actor.person.id, only_open=True), actor.person.initials)
    return build_list_page(
        session, actor, command, "mine", narrowed, lambda each: each.facts.status.is_open, now
    )


def list_at_risk(session: Session, actor: Actor, command: AtRisk, now: datetime) -> ActionList:
    wanted = AT_RISK_COLOURS if command.colour is None else (command.colour,)
    narrowed = ref_resolver.resolve_scope(session, actor, command.scope, only_open=True)
    return build_list_page(
        session,
        actor,
        command,
        "at-risk",
        narrowed,
        lambda each: each.colour in wanted,
        now,
    )


def list_overdue(session: Session, actor: Actor, command: Overdue, now: datetime) -> ActionList:
    narrowed = ref_resolver.resolve_scope(session, actor, command.scope, only_open=True)
    return build_list_page(session, actor, command, "overdue", narrowed, lambda each: each.is_late, now)


def list_due(session: Session, actor: Actor, command: Due, now: datetime) -> ActionList:
    narrowed = ref_resolver.resolve_scope(session, actor, command.scope, only_open=True)

    def within(each: ColouredAction) -> bool:
        day = each.facts.next_due_on
        return each.facts.status.is_open and day is not None and each.today <= day <= command.until

    return build_list_page(session, actor, command, "due", narrowed, within, now)


def search(session: Session, actor: Actor, command: Search, now: datetime) -> ActionList:
    query_words = command.words[:MAX_QUERY_LENGTH].split()
    found = actions.search_ids(session, actor.workspace_id, query_words)
    return build_list_page(
        session,
        actor,
        command,
        "search",
        ResolvedScope(ActionFilter(), ""),
        lambda each: each.facts.id in found,
        now,
    )


def build_list_page(
    session: Session,
    actor: Actor,
    command: Paged,
    kind: str,
    scope: ResolvedScope,
    predicate: Callable[[ColouredAction], bool],
    now: datetime,
) -> ActionList:
    plans = plans_query.plans_of_boards(session, actor.workspace_id, actor.boards)
    every = load_coloured_actions(session, actor.workspace_id, scope.action_filter, now, plans)
    found = sorted((each for each in every if predicate(each)), key=lambda each: each.severity_key)
    page = select_page(command.page, len(found))
    shown = page.entries(found)
    ahead = [] if found else _find_next_due(every)
    by_id = presenters.load_lines(
        session, actor.workspace_id, [each.facts.id for each in (*shown, *ahead)], now
    )
    first = next(iter(plans.values()), None)
    return ActionList(
        kind=kind,
        lines=tuple(by_id[each.facts.id] for each in shown),
        total=len(found),
        page=page.number,
        pages=page.count,
        run=_format_command(kind, command),
        today=presenters.today_of(first, now) if first else now.date(),
        scope=scope.label,
        until=command.until if isinstance(command, Due) else None,
        words=_describe_query(command),
        counts=count_by_colour(found),
        nearest=_find_nearest_word(session, actor, command, plans) if not found else "",
        next_due=by_id[ahead[0].facts.id] if ahead else None,
        whose=scope.label if kind == "mine" and command.public else "",
        colour=command.colour if isinstance(command, AtRisk) else None,
    )


def _describe_query(command: Paged) -> str:
    return command.words if isinstance(command, (Due, Search)) else ""


def _find_next_due(candidates: list[ColouredAction]) -> list[ColouredAction]:
    """The next action to fall due, so that an empty list still says what is ahead."""
    ahead = [
        each
        for each in candidates
        if each.facts.status.is_open and each.facts.next_due_on and each.facts.next_due_on >= each.today
    ]
    return sorted(ahead, key=lambda each: each.facts.next_due_on or date.max)[:1]


def count_by_colour(coloured_actions: list[ColouredAction]) -> tuple[tuple[Colour, int], ...]:
    """How many have each colour, worst first."""
    counted = Counter(each.colour for each in coloured_actions)
    return tuple((colour, counted[colour]) for colour in Colour if counted[colour])


def _format_command(kind: str, command: Paged) -> str:
    """The line that gives this list again, without its page."""
    parts = [kind]
    if isinstance(command, Search):
        parts.append(command.words[:MAX_QUERY_LENGTH])
    if isinstance(command, Due):
        parts.append(command.until.isoformat())
    if isinstance(command, AtRisk) and command.colour is not None:
        parts.append(command.colour.value)
    if isinstance(command, (AtRisk, Overdue, Due)):
        parts += _format_scope(command.scope)
    return " ".join(part for part in parts if part)


def _format_scope(scope: Scope) -> list[str]:
    parts = [f"s{scope.section}" if scope.section.isdecimal() else scope.section]
    parts.append(f"p{scope.project}" if scope.project else "")
    if scope.person is not None:
        parts.append(f"<@{scope.person.user_id}>" if scope.person.user_id else scope.person.name)
    return parts


def _find_nearest_word(session: Session, actor: Actor, command: Paged, plans: Collection[int]) -> str:
    """For a search that found nothing: the word of a title that looks most like what was typed."""
    if not isinstance(command, Search):
        return ""
    action_filter = ActionFilter(plan_ids=plans)
    ids = [facts.id for facts in actions.load_facts(session, actor.workspace_id, action_filter)]
    titles = [action.title for action in query.load_actions(session, ids[:500]).values()]
    vocabulary = {word.strip(".,;:()").lower() for title in titles for word in title.split() if len(word) > 3}  # noqa: PLR2004 - short words say nothing
    best = process.extractOne(
        command.words[:MAX_QUERY_LENGTH].lower(), sorted(vocabulary), score_cutoff=MIN_SIMILARITY
    )
    return best[0] if best else ""
