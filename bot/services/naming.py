"""What a command line names: one of several things, by its name or by being the only one."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.errors import CipError
from models.plans import Plan
from models.queries import plans as plans_query

T = TypeVar("T")


def the_one_called(
    name: str | None, found: Sequence[T], name_of: Callable[[T], str], *, kind: str, option: str
) -> T:
    """The thing with this name, or the only one when name is None; capitals do not count.

    kind: "plan". option: "--plan TITLE". Raises CipError that names what there is.
    """
    if not found:
        raise CipError("There is no plan yet. Bring one in with: python app.py import FILE.")
    named = [each for each in found if name is None or name_of(each).casefold() == name.strip().casefold()]
    if len(named) == 1:
        return named[0]
    there = "; ".join(name_of(each) for each in found)
    if named:
        raise CipError(f"There are several {kind}s: {there}. Say which with {option}.")
    raise CipError(f"There is no {kind} \u201c{name}\u201d. There is: {there}.")


def plan_called(session: Session, workspace_id: int, title: str | None) -> Plan:
    """The plan with this title, or the only one. Raises CipError that names the plans there are."""
    plans = list(plans_query.plans(session, workspace_id).values())
    return the_one_called(title, plans, lambda plan: plan.title, kind="plan", option="--plan TITLE")
