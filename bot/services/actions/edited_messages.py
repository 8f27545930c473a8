"""What somebody wrote, changed after it was read: the new words are read, and take the place of what was
recorded.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import CalendarSubscription, Command, LinkAccount, Offer, SmallTalk, Undo, updates_in
from bot.errors import NotUnderstoodError
from bot.plan.wording import join_words
from bot.sentences import sentence
from bot.services.actions import presenters
from bot.services.actions.undo import undo_batch
from bot.services.people import Actor
from models.queries import changes as query
from models.queries import ref_index


def prepare_edited_command(command: Command, *, has_record: bool) -> Command:
    """Raises NotUnderstoodError for what is done only when it is newly sent. has_record: something was
    recorded from the words before, so only an update can take its place; a pleasantry leaves it as it is.
    """
    is_update = isinstance(command, Offer | SmallTalk) or bool(updates_in(command))
    if isinstance(command, Undo | LinkAccount | CalendarSubscription) or (has_record and not is_update):
        raise NotUnderstoodError(sentence("services.not_in_edit"), suggestion=f"/cip {command.line}")
    return command


def list_standing_refs(session: Session, workspace_id: int, batch: str) -> list[str]:
    """The refs of what was recorded as this batch, as receipts write them; empty once it was taken back."""
    changes = query.changes_in_batch(session, workspace_id, batch) if batch else []
    if not changes or query.undone_ids(session, [change.id for change in changes]):
        return []
    shared = ref_index.shared_refs(session, workspace_id, [change.action.ref for change in changes])
    return list(presenters.format_refs((change.action for change in changes), shared))


def withdraw_batch(session: Session, actor: Actor, batch: str, now: datetime) -> str:
    """Take the batch back as undo does; the refs it was about, as a sentence names them. Raises CipError
    where it cannot be taken back.
    """
    receipt = undo_batch(session, actor, Undo(batch=batch), now)
    return join_words(dict.fromkeys(change.ref for change in receipt.changes))
