"""What was written while no bot could take it, and is heard afterwards: what is left of it by then."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Command, LinkAccount, Undo, UpdateSeveral, UpdateStatus, map_updates
from bot.errors import NotUnderstoodError
from models.plans import Action
from models.queries import changes as query

# The source of such a change.
LATE_SOURCE = "late"


def prepare_late_command(command: Command, sent_at: datetime) -> Command:
    """A question is answered, and an update recorded if nothing was said of its action since. What has to be
    chosen first is not late. Raises NotUnderstoodError for what means something else by now.
    """
    if isinstance(command, UpdateStatus | UpdateSeveral):
        return map_updates(command, lambda update: replace(update, sent_at=sent_at))
    if isinstance(command, Undo | LinkAccount):
        raise NotUnderstoodError(
            "This reached me late, so I did not do it. If you still want it, send it again.",
            suggestion=f"/cip {command.line}",
        )
    return command


def require_unchanged_since(
    session: Session, action: Action, command: UpdateStatus, sent_at: datetime, display_ref: str
) -> None:
    """Raises NotUnderstoodError when something was recorded of the action after `sent_at`, when the update
    was written. What else was heard late is no reason: it is heard in the order it was written in.
    """
    if not query.has_changed_since(session, action.id, sent_at, excluded_source=LATE_SOURCE):
        return
    raise NotUnderstoodError(
        f"Action {display_ref} was updated after you wrote that, so I recorded nothing. If it still "
        f"holds, send it"
        " again.",
        suggestion=f"/cip {command.line}",
    )
