"""The workspaces the bot serves. A request from any other is refused."""

from sqlalchemy.orm import Session

from bot.errors import CipError, NotAllowedError
from models.people import Workspace
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
