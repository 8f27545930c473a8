"""The workspaces the bot serves. A request from any other is refused."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.errors import CipError, NotAllowedError
from models import schema
from models.people import Workspace
from models.plans import Plan
from models.queries import boards as plans_query
from models.queries import people as query


def is_known(session: Session, team_id: str) -> bool:
    return query.workspace_of_team(session, team_id) is not None


def of_team(session: Session, team_id: str) -> Workspace:
    """Raises NotAllowedError for a team the bot was not set up for."""
    workspace = query.workspace_of_team(session, team_id)
    if workspace is None:
        raise unknown()
    return workspace


def unknown() -> NotAllowedError:
    return NotAllowedError("This workspace is not set up for the bot. Nothing was changed.")


def claim(session: Session, team_id: str, name: str) -> Workspace:
    """Tie the team Slack named to its rows: a plan imported before the bot first spoke to Slack waits
    in a workspace without a team.
    """
    known = query.workspace_of_team(session, team_id)
    if known is None:
        known = next((found for found in query.workspaces(session) if found.team_id is None), None)
    if known is None:
        known = Workspace()
        session.add(known)
    known.team_id, known.name = team_id, name
    session.flush()
    return known


def the_one(session: Session) -> Workspace:
    """The workspace a command line means: the only one there is, or a new one that waits for its team."""
    found = query.workspaces(session)
    if len(found) > 1:
        raise CipError(
            "This database serves several workspaces, so the command line cannot tell which you mean."
        )
    if found:
        return found[0]
    workspace = Workspace(team_id=None, name="")
    session.add(workspace)
    session.flush()
    return workspace


def is_current(session: Session) -> bool:
    return schema.current_revision(session.connection()) == schema.newest_revision()


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
