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
from handlers.requests import Result
from handlers.slack.attachments import Attachments
from handlers.slack.direct_messages import FreeTextJob


class EditedTextJob(FreeTextJob):
    """Reads the new words if nothing was recorded from those before. Otherwise an update takes the place of
    what was, which is taken back as by undo; anything else leaves it as it is, and the answer says so. A
    version that comes after a later one is answered with nothing.

    key: of the request that tells of this version. written_at: when the message was written first.
    """

    def __init__(
        self,
        context: AppContext,
        asker: Asker,
        text: str,
        ts: str,
        *,
        key: str,
        written_at: datetime,
        thread_ts: str = "",
        sent_at: datetime | None = None,
        attachments: Attachments | None = None,
    ) -> None:
        super().__init__(
            context, asker, text, ts, thread_ts=thread_ts, sent_at=sent_at, attachments=attachments
        )
        self.is_short = False
        self._key, self._written_at = key, written_at
        self._has_record = False
        # None once a later version was handled.
        self._batches: list[str] | None = []

    @property
    def reads_only(self) -> bool:
        """Never: it notes that the message itself was handled."""
        return False

    def begin(self, session: Session) -> None:
        workspace_id, now = people.identify(session, self._asker).workspace_id, self._context.clock.now()
        self._batches = idempotency.begin_version(session, workspace_id, self._key, now)

    def store_plans(self, session: Session) -> bool:
        """Not where something was recorded from the message: its files are evidence of that."""
        return not self._has_record and super().store_plans(session)

    def explain(self, error: CipError) -> CipError:
        return error if self._has_record else super().explain(error)

    def __call__(self, session: Session) -> Result:
        """Raises NotUnderstoodError for a message that may have been answered so long ago that the answer is
        not stored any more.
        """
        if self._batches is None:
            return Result(None)
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
            is_replaced = isinstance(result.message, UpdateReceipt)
            if not is_replaced:
                # What is offered is offered on top of what still stands.
                nested.rollback()
                nested = session.begin_nested()
                result = super().__call__(session)
            nested.commit()
        except CipError as error:
            nested.rollback()
            suggestion = error.suggestion if isinstance(error, NotUnderstoodError) else None
            problem = sentence("handlers.edit_not_replaced", problem=error.sentence, refs=refs)
            raise NotUnderstoodError(problem, suggestion=suggestion) from None
        self.edit_note = EditNote(withdrawn if is_replaced else refs, is_replaced)
        return result

    def _prepare(self, command: Command) -> Command:
        return super()._prepare(edited_messages.prepare_edited_command(command, has_record=self._has_record))
