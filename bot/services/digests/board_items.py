"""What a digest asks its board to look at: a few actions, and the money that depends on the worst ones."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.orm import Session

from bot.messages import ActionLine, BoardItem, YearAmount
from bot.plan.rag import Colour
from bot.services.actions.lists import AT_RISK_COLOURS, ColouredAction
from models.outbox import StatusChange
from models.queries import boards as boards_query
from models.queries import changes as changes_query
from models.queries import prompts as prompts_query

MAX_BOARD_ITEMS = 5


def find_recoveries(session: Session, every: Sequence[ColouredAction]) -> dict[int, StatusChange]:
    """By action id, what was last said of how it gets back to Green, while it is declared Red or Amber."""
    declared = [
        each.facts.id
        for each in every
        if each.facts.status.is_open and each.facts.declared in AT_RISK_COLOURS
    ]
    return changes_query.latest_recoveries(session, declared)


def choose_board_items(every: Sequence[ColouredAction], recoveries: Mapping[int, StatusChange]) -> list[int]:
    """Ids, at most MAX_BOARD_ITEMS: those that ask for help, then what is Red, worst first."""

    def asks_for_help(each: ColouredAction) -> bool:
        recovery = recoveries.get(each.facts.id)
        return recovery is not None and recovery.help_needed != ""

    chosen = [each for each in every if each.colour is Colour.RED or asks_for_help(each)]
    chosen.sort(key=lambda each: (not asks_for_help(each), each.severity_key))
    return [each.facts.id for each in chosen[:MAX_BOARD_ITEMS]]


def build_board_items(
    session: Session,
    ids: Collection[int],
    lines: Mapping[int, ActionLine],
    recoveries: Mapping[int, StatusChange],
) -> tuple[BoardItem, ...]:
    asked = prompts_query.count_questions(session, ids)
    items = []
    for each in ids:
        recovery = recoveries.get(each)
        items.append(
            BoardItem(
                lines[each],
                asked.get(each, 0),
                recovery.route_to_green if recovery else "",
                recovery.help_needed if recovery else "",
            )
        )
    return tuple(items)


def sum_money(session: Session, every: Sequence[ColouredAction]) -> tuple[YearAmount, ...]:
    """By financial year, what the projects with an action that is Red or Amber are to save."""
    worst = [each.facts.id for each in every if each.colour in AT_RISK_COLOURS]
    amounts: Counter[str] = Counter()
    for project in boards_query.projects_of_actions(session, worst):
        amounts.update({year: amount for year, amount in project.savings.items() if amount})
    return tuple(YearAmount(year, amount) for year, amount in sorted(amounts.items()) if amount > 0)
