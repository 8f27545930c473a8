"""`@cip 5.2 done` in a channel: the words are a line, as after the slash command."""

import re
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Asker, Command
from bot.errors import NotAllowedError, NotUnderstoodError
from bot.messages import UpdateReceipt
from bot.sentences import sentence
from bot.services import idempotency, mentions, people
from bot.services.actions import edited_messages
from handlers.context import AppContext
from handlers.pipeline import Result
from handlers.slack import pipeline
from handlers.slack.attachments import Attachments
from handlers.slack.commands import CommandJob


def line_of(text: object, bot_user_id: str) -> str:
    """The words after the mention of the bot, or those before it where none follow."""
    parts = re.split(
        rf"<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>", text if isinstance(text, str) else "", maxsplit=1
    )
    before, after = (pipeline.unescape(part).strip(" \t\n,:;") for part in (parts[0], parts[-1]))
    return after or before


class MentionLineJob(CommandJob):
    """The line as a command, with the files of the message as its evidence."""

    def __init__(
        self,
        context: AppContext,
        asker: Asker,
        text: str,
        *,
        sent_at: datetime | None,
        attachments: Attachments | None,
    ) -> None:
        super().__init__(context, asker, text, sent_at=sent_at)
        self._attachments = attachments

    def __call__(self, session: Session) -> Result:
        # The event has no name of the channel.
        self._asker = mentions.name_channel(session, self._asker)
        return super().__call__(session)

    def _prepare(self, command: Command) -> Command:
        return self._attachments.add_to(command) if self._attachments else command


class MentionJob:
    """Runs the line; an error says that nothing was recorded.

    edited_key: of the message's first version, where this is a later one. A line is not read again once
    something was recorded from it.
    """

    name, is_short = "mention", False

    def __init__(
        self, context: AppContext, asker: Asker, job: MentionLineJob, *, edited_key: str = ""
    ) -> None:
        self._context, self._asker, self.line_job, self._edited_key = context, asker, job, edited_key

    @property
    def reads_only(self) -> bool:
        return self.line_job.reads_only

    async def prepare(self) -> None:
        await self.line_job.prepare()

    def __call__(self, session: Session) -> Result:
        if self._edited_key:
            self._require_no_record(session)
        try:
            result = self.line_job(session)
        except (NotUnderstoodError, NotAllowedError) as error:
            suggestion = error.suggestion if isinstance(error, NotUnderstoodError) else None
            problem = sentence("handlers.mention_refused", problem=error.sentence)
            raise NotUnderstoodError(problem, suggestion=suggestion) from None
        message = result.message
        return replace(result, batch=message.batch if isinstance(message, UpdateReceipt) else "")

    def _require_no_record(self, session: Session) -> None:
        workspace_id = people.identify(session, self._asker).workspace_id
        for batch in idempotency.list_batches(session, workspace_id, self._edited_key) or []:
            if refs := edited_messages.list_standing_refs(session, workspace_id, batch):
                raise NotUnderstoodError(sentence("handlers.edit_already_recorded", refs=refs))
