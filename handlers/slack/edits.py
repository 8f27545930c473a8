"""A direct message whose words were changed after it was sent."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Asker, Command
from bot.errors import CipError, NotUnderstoodError
from bot.messages import EditNote, UpdateReceipt
from bot.plan.wording import join_words
from bot.sentences import sentence
from bot.services import idempotency, people
from bot.services.actions import edited_messages
from bot.services.people import Actor
from handlers.context import AppContext
from handlers.pipeline import Result
from handlers.slack.attachments import Attachments
from handlers.slack.direct_messages import FreeTextJob


class EditedTextJob(FreeTextJob):
    """Reads the new words if nothing was recorded from those before. Otherwise an update takes the place of
    what was, which is taken back as by undo; anything else leaves it as it is, and the answer says so.

    message_key: of the request that brought the message first. written_at: when that was.
    """

    def __init__(
        self,
        context: AppContext,
        asker: Asker,
        text: str,
        ts: str,
        *,
        message_key: str,
        written_at: datetime,
        thread_ts: str = "",
        sent_at: datetime | None = None,
        attachments: Attachments | None = None,
    ) -> None:
        super().__init__(
            context, asker, text, ts, thread_ts=thread_ts, sent_at=sent_at, attachments=attachments
        )
        self.is_short = False
        self._message_key, self._written_at = message_key, written_at
        self._has_record, self._batches = False, list[str]()

    def begin(self, session: Session) -> None:
        """Where the message itself has not come yet, it is answered with nothing if it does."""
        workspace_id, now = people.identify(session, self._asker).workspace_id, self._context.clock.now()
        batches = idempotency.list_batches(session, workspace_id, self._message_key)
        if batches is None:
            idempotency.mark_handled(session, workspace_id, self._message_key, now)
        self._batches = batches or []

    def __call__(self, session: Session) -> Result:
        """Raises NotUnderstoodError for a message that may have been answered so long ago that the answer is
        not stored any more.
        """
        if not self._batches and self._context.clock.now() - self._written_at >= idempotency.RETENTION:
            raise NotUnderstoodError(sentence("handlers.edit_not_known"))
        self.edit_note, actor = None, people.identify(session, self._asker)
        batch = next(filter(None, reversed(self._batches)), "")
        refs = edited_messages.list_standing_refs(session, actor.workspace_id, batch)
        self._has_record = bool(refs)
        return self._replace(session, actor, batch, join_words(refs)) if refs else super().__call__(session)

    def _replace(self, session: Session, actor: Actor, batch: str, refs: str) -> Result:
        # Nothing was recorded of its actions since, or what was recorded before could not be taken back.
        self._sent_at = None
        nested = session.begin_nested()
        try:
            withdrawn = edited_messages.withdraw_batch(session, actor, batch, self._context.clock.now())
            result = super().__call__(session)
        except CipError as error:
            nested.rollback()
            suggestion = error.suggestion if isinstance(error, NotUnderstoodError) else None
            problem = sentence("handlers.edit_not_replaced", problem=error.sentence, refs=refs)
            raise NotUnderstoodError(problem, suggestion=suggestion) from None
        is_replaced = isinstance(result.message, UpdateReceipt)
        nested.commit() if is_replaced else nested.rollback()
        self.edit_note = EditNote(withdrawn if is_replaced else refs, is_replaced)
        return result

    def _prepare(self, command: Command) -> Command:
        return edited_messages.prepare_edited_command(super()._prepare(command), has_record=self._has_record)
