"""`@cip 5.2 done` in a channel: the words are a line, as after the slash command."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import Asker, Command
from bot.errors import CipError, NotAllowedError, NotUnderstoodError
from bot.messages import UpdateReceipt
from bot.sentences import sentence
from bot.services import idempotency, mentions, people
from bot.services.actions import edited_messages
from handlers.context import AppContext
from handlers.pipeline import build_problem
from handlers.requests import Result
from handlers.slack import markup, pipeline
from handlers.slack.attachments import Attachments
from handlers.slack.commands import CommandJob


def line_of(text: object, bot_user_id: str) -> str:
    """The words after the mention of the bot, or those before it where none follow."""
    before, *after = markup.split_at_mentions(text if isinstance(text, str) else "", bot_user_id)
    parts = [markup.drop_mentions(each, bot_user_id) for each in ("".join(after), before)]
    words = next((each for each in parts if markup.has_words(each)), "")
    return pipeline.unescape(words).strip(" \t\n,:;")


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

    edit_key: of the request, where it tells of a later version of the message. A line is not read again once
    something was recorded from it. A version that comes after a later one is answered with nothing.
    """

    name, is_short = "mention", False

    def __init__(self, context: AppContext, asker: Asker, job: MentionLineJob, *, edit_key: str = "") -> None:
        self._context, self._asker, self.line_job, self._edit_key = context, asker, job, edit_key

    @property
    def reads_only(self) -> bool:
        return not self._edit_key and self.line_job.reads_only

    async def prepare(self) -> None:
        await self.line_job.prepare()

    def __call__(self, session: Session) -> Result:
        if not self._edit_key:
            return self._run(session)
        # That the message itself was handled stays noted, also where this version is refused.
        workspace_id, now = people.identify(session, self._asker).workspace_id, self._context.clock.now()
        batches = idempotency.begin_version(session, workspace_id, self._edit_key, now)
        if batches is None:
            return Result(None)
        try:
            with session.begin_nested():
                _require_no_record(session, workspace_id, batches)
                return self._run(session)
        except CipError as error:
            return Result(build_problem(error), outcome="refused")

    def _run(self, session: Session) -> Result:
        try:
            result = self.line_job(session)
        except (NotUnderstoodError, NotAllowedError) as error:
            suggestion = error.suggestion if isinstance(error, NotUnderstoodError) else None
            problem = sentence("handlers.mention_refused", problem=error.sentence)
            raise NotUnderstoodError(problem, suggestion=suggestion) from None
        message = result.message
        return replace(result, batch=message.batch if isinstance(message, UpdateReceipt) else "")


def _require_no_record(session: Session, workspace_id: int, batches: Iterable[str]) -> None:
    """batches: of what was recorded from the message."""
    for batch in batches:
        if refs := edited_messages.list_standing_refs(session, workspace_id, batch):
            raise NotUnderstoodError(sentence("handlers.edit_already_recorded", refs=refs))
