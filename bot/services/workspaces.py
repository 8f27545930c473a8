"""The workspaces the bot serves. A request from any other is refused."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from bot.errors import CipError, NotAllowedError
from bot.sentences import sentence
from models import schema
from models.people import Workspace
from models.plans import Plan
from models.queries import boards as plans_query
from models.queries import people as query


def is_known(session: Session, team_id: str) -> bool:
    return query.workspace_of_team(session, team_id) is not None


def require_workspace(session: Session, team_id: str) -> Workspace:
    """Raises NotAllowedError for a team the bot was not set up for."""
    workspace = query.workspace_of_team(session, team_id)
    if workspace is None:
        raise unknown_workspace_error()
    return workspace


def unknown_workspace_error() -> NotAllowedError:
    return NotAllowedError(sentence("services.unknown_workspace"))


def link_team(session: Session, team_id: str, name: str) -> Workspace:
    """Tie the team Slack named to its rows: a plan imported before the bot first spoke to Slack waits
    in a workspace without a team.
    """
    workspace = query.workspace_of_team(session, team_id)
    if workspace is None:
        workspace = next((found for found in query.workspaces(session) if found.team_id is None), None)
    if workspace is None:
        workspace = Workspace()
        session.add(workspace)
    workspace.team_id, workspace.name = team_id, name
    session.flush()
    return workspace


def find_or_create_workspace(session: Session) -> Workspace:
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


def is_schema_current(session: Session) -> bool:
    return schema.current_revision(session.connection()) == schema.newest_revision()


T = TypeVar("T")


def find_by_name(
    name: str | None, candidates: Sequence[T], name_of: Callable[[T], str], *, kind: str, option: str
) -> T:
    """The thing with this name, or the only one when name is None; capitals do not count.

    kind: "plan". option: "--plan TITLE". Raises CipError that names what there is.
    """
    if not candidates:
        raise CipError("There is no plan yet. Bring one in with: python app.py import FILE.")
    named = [
        each for each in candidates if name is None or name_of(each).casefold() == name.strip().casefold()
    ]
    if len(named) == 1:
        return named[0]
    names = "; ".join(name_of(each) for each in candidates)
    if named:
        raise CipError(f"There are several {kind}s: {names}. Say which with {option}.")
    raise CipError(f"There is no {kind} \u201c{name}\u201d. There is: {names}.")


def find_plan(session: Session, workspace_id: int, title: str | None) -> Plan:
    """The plan with this title, or the only one. Raises CipError that names the plans there are."""
    plans = list(plans_query.plans(session, workspace_id).values())
    return find_by_name(title, plans, lambda plan: plan.title, kind="plan", option="--plan TITLE")
