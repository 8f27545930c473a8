"""The lists: mine, at risk, overdue, due and search. Worst first, one page at a time."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rapidfuzz import process
from sqlalchemy.orm import Session

from bot.commands import AtRisk, Due, Mine, Overdue, Paged, Scope, Search
from bot.errors import NotUnderstoodError
from bot.messages import ActionLine, ActionList
from bot.plan.rag import Colour, RagFacts, RagRules, colour_of, legend
from bot.services.actions import presenters, ref_resolver
from bot.services.actions.ref_resolver import NarrowedTo
from bot.services.people import Who
from models.plans import Plan
from models.queries import actions
from models.queries import actions as query
from models.queries import boards as plans_query
from models.queries.actions import ActionFacts, ActionFilter

PAGE = 10
LONGEST_WORDS = 100
LIKE_ENOUGH = 75
AT_RISK = (Colour.RED, Colour.AMBER)


class Coloured(NamedTuple):
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
    def worst_first(self) -> tuple[int, date]:
        return (self.colour.rank, self.facts.next_due_on or date.max)


def coloured(
    session: Session, workspace_id: int, narrowed: ActionFilter, now: datetime, plans: dict[int, Plan]
) -> list[Coloured]:
    """Every action in question with its colour, in plan order. plans: those of the workspace."""
    boards: dict[int, tuple[ZoneInfo, date, RagRules, dict[datetime, date]]] = {
        plan.id: (
            ZoneInfo(plan.board.timezone),
            presenters.today_of(plan, now),
            presenters.rules_of(plan),
            {},
        )
        for plan in plans.values()
    }
    found = []
    for facts in actions.load_facts(session, workspace_id, narrowed):
        _, plan_id, _, status, declared, due, confirmed, slipped, spoken, heard_at = facts
        timezone, today, rules, days = boards[plan_id]
        # Of what nobody has spoken yet, all was first heard of at one moment.
        heard = days.get(heard_at)
        if heard is None:
            heard = days[heard_at] = heard_at.astimezone(timezone).date()
        known = RagFacts(status, declared, due, confirmed, heard, slipped, spoken)
        found.append(Coloured(facts, colour_of(known, today=today, rules=rules), today))
    return found


def mine(session: Session, who: Who, command: Mine, now: datetime) -> ActionList:
    if who.person is None:
        raise NotUnderstoodError(
            "Your account is not linked to anyone in the plan yet, so I can't tell which actions are yours."
            " Ask a plan manager to run /cip link INITIALS @you."
        )
    narrowed = NarrowedTo(ActionFilter(person_id=who.person.id, only_open=True), who.person.initials)
    return _list(session, who, command, "mine", narrowed, lambda each: each.facts.status.is_open, now)


def at_risk(session: Session, who: Who, command: AtRisk, now: datetime) -> ActionList:
    narrowed = ref_resolver.narrow(session, who, command.scope, only_open=True)
    return _list(
        session,
        who,
        command,
        "at-risk",
        narrowed,
        lambda each: each.colour in AT_RISK,
        now,
    )


def overdue(session: Session, who: Who, command: Overdue, now: datetime) -> ActionList:
    narrowed = ref_resolver.narrow(session, who, command.scope, only_open=True)
    return _list(session, who, command, "overdue", narrowed, lambda each: each.is_late, now)


def due(session: Session, who: Who, command: Due, now: datetime) -> ActionList:
    narrowed = ref_resolver.narrow(session, who, command.scope, only_open=True)

    def within(each: Coloured) -> bool:
        day = each.facts.next_due_on
        return each.facts.status.is_open and day is not None and each.today <= day <= command.until

    return _list(session, who, command, "due", narrowed, within, now)


def search(session: Session, who: Who, command: Search, now: datetime) -> ActionList:
    words = command.words[:LONGEST_WORDS].split()
    found = actions.search_ids(session, who.workspace_id, words)
    return _list(
        session,
        who,
        command,
        "search",
        NarrowedTo(ActionFilter(), ""),
        lambda each: each.facts.id in found,
        now,
    )


def _list(
    session: Session,
    who: Who,
    command: Paged,
    kind: str,
    to: NarrowedTo,
    wanted: Callable[[Coloured], bool],
    now: datetime,
) -> ActionList:
    plans = plans_query.plans(session, who.workspace_id)
    every = coloured(session, who.workspace_id, to.narrowed, now, plans)
    found = sorted((each for each in every if wanted(each)), key=lambda each: each.worst_first)
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(1, command.page), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    ahead = [] if found else _next_due(every)
    by_id = presenters.lines(session, who.workspace_id, [each.facts.id for each in (*shown, *ahead)], now)
    first = next(iter(plans.values()), None)
    return ActionList(
        kind=kind,
        lines=tuple(by_id[each.facts.id] for each in shown),
        total=len(found),
        page=page,
        pages=pages,
        run=_run(kind, command),
        today=presenters.today_of(first, now) if first else now.date(),
        scope=to.words,
        until=command.until if isinstance(command, Due) else None,
        words=_words(command),
        counts=counts(found),
        legend=legend(presenters.rules_of(first)) if first else (),
        nearest=_nearest_word(session, who, command) if not found else "",
        next_due=by_id[ahead[0].facts.id] if ahead else None,
        whose=to.words if kind == "mine" and command.public else "",
    )


def _words(command: Paged) -> str:
    return command.words if isinstance(command, (Due, Search)) else ""


def _next_due(every: list[Coloured]) -> list[Coloured]:
    """The next action to fall due, so that an empty list still says what is ahead."""
    ahead = [
        each
        for each in every
        if each.facts.status.is_open and each.facts.next_due_on and each.facts.next_due_on >= each.today
    ]
    return sorted(ahead, key=lambda each: each.facts.next_due_on or date.max)[:1]


def counts(found: list[Coloured]) -> tuple[tuple[Colour, int], ...]:
    """How many have each colour, worst first."""
    counted = Counter(each.colour for each in found)
    return tuple((colour, counted[colour]) for colour in Colour if counted[colour])


def _run(kind: str, command: Paged) -> str:
    """The line that gives this list again, without its page."""
    parts = [kind]
    if isinstance(command, Search):
        parts.append(command.words[:LONGEST_WORDS])
    if isinstance(command, Due):
        parts.append(command.until.isoformat())
    if isinstance(command, (AtRisk, Overdue, Due)):
        parts += _scope_words(command.scope)
    return " ".join(part for part in parts if part)


def _scope_words(scope: Scope) -> list[str]:
    words = [f"s{scope.section}" if scope.section.isdecimal() else scope.section]
    words.append(f"p{scope.project}" if scope.project else "")
    if scope.person is not None:
        words.append(f"<@{scope.person.user_id}>" if scope.person.user_id else scope.person.name)
    return words


def _nearest_word(session: Session, who: Who, command: Paged) -> str:
    """For a search that found nothing: the word of a title that looks most like what was typed."""
    if not isinstance(command, Search):
        return ""
    ids = [facts.id for facts in actions.load_facts(session, who.workspace_id, ActionFilter())]
    titles = [action.title for action in query.load_actions(session, ids[:500]).values()]
    vocabulary = {word.strip(".,;:()").lower() for title in titles for word in title.split() if len(word) > 3}  # noqa: PLR2004 - short words say nothing
    best = process.extractOne(
        command.words[:LONGEST_WORDS].lower(), sorted(vocabulary), score_cutoff=LIKE_ENOUGH
    )
    return best[0] if best else ""


def line_of(session: Session, who: Who, action_id: int, now: datetime) -> ActionLine:
    return presenters.lines(session, who.workspace_id, [action_id], now)[action_id]
