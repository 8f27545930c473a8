"""Jobs of a direct message: the reply is put in the outbox, in the transaction of the change itself."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.commands import Asker, Command, Offer, PromptContext
from bot.errors import CipError, NotAllowedError, NotUnderstoodError
from bot.messages import (
    Candidates,
    CatchUpNote,
    EditNote,
    ErrorMessage,
    FileNote,
    Message,
    OfferedAnswers,
    Remark,
    SnoozeReceipt,
    UpdateReceipt,
)
from bot.sentences import sentence
from bot.services import idempotency, mentions, people
from bot.services.outbox import outbox
from bot.services.people import Actor
from bot.services.prompts import free_text_replies
from handlers.command_parser import LineReading, resolve_mentions
from handlers.context import AppContext
from handlers.pipeline import build_problem, render_response, secrets_of
from handlers.requests import RequestInfo, Result
from handlers.slack.attachments import Attachments
from handlers.slack.commands import CommandJob
from handlers.slack.pipeline import Body


class DirectMessageJob:
    """Runs a FreeTextJob and enqueues its reply: once, in the thread of the prompt if the message is in one.

    written_at: when the message was written, if that was while the bot was down; the reply then begins with
    a note that says so. edit_key: of the request that tells of its present words, which are read now.
    """

    def __init__(
        self,
        context: AppContext,
        info: RequestInfo,
        job: "FreeTextJob",
        *,
        written_at: datetime | None = None,
        edit_key: str = "",
    ) -> None:
        self._context, self._info, self._job, self._written_at = context, info, job, written_at
        self._edit_key = edit_key

    @property
    def name(self) -> str:
        return self._job.name

    @property
    def is_short(self) -> bool:
        return self._job.is_short

    @property
    def reads_only(self) -> bool:
        return not self._edit_key and self._job.reads_only

    async def prepare(self) -> None:
        await self._job.prepare()

    def __call__(self, session: Session) -> Result:
        if self._edit_key:
            workspace_id = people.identify(session, self._info.asker).workspace_id
            idempotency.mark_handled(session, workspace_id, self._edit_key, self._context.clock.now())
        self._job.begin(session)
        message = self._answer(session)
        if message is None:
            return Result(None)
        parts = [
            *self._note_parts(self._late_notice(session), self._job.edit_note),
            *self._answer_parts(message),
            *self._note_parts(self._job.describe_files(message)),
        ]
        prompt_id = self._job.prompt_id
        return Result(
            None,
            save=lambda session: _enqueue_reply(session, self._context, self._info, parts, prompt_id),
            batch=message.batch if isinstance(message, UpdateReceipt) else "",
        )

    def _note_parts(self, *notes: Message | None) -> list[Body]:
        parts = [
            part
            for note in notes
            if note is not None
            for part in render_response(self._context, note, "done")["parts"]
        ]
        return _mark_aside(parts)

    def _late_notice(self, session: Session) -> CatchUpNote | None:
        if self._written_at is None:
            return None
        actor = people.identify(session, self._info.asker)
        text = mentions.name_in_text(session, actor.workspace_id, resolve_mentions(self._job.text))
        return CatchUpNote(text, self._written_at, actor.timezone)

    def _answer(self, session: Session) -> Message | None:
        """None where the message is a plan, which is answered once it is read."""
        try:
            with session.begin_nested():
                message = self._job(session).message
        except CipError as error:
            if self._job.store_plans(session):
                return None
            return build_problem(self._job.explain(error))
        return message

    def _answer_parts(self, message: Message) -> list[Body]:
        parts: list[Body] = render_response(self._context, message, "done")["parts"]
        is_aside = isinstance(message, ErrorMessage | OfferedAnswers | Remark | SnoozeReceipt) or (
            isinstance(message, Candidates) and not message.ref
        )
        return _mark_aside(parts) if is_aside else parts


class FreeTextJob(CommandJob):
    """A command line or a reply in free text. A reply without a ref is about what the bot asked: in the
    prompt whose thread it stands in, or else lately (docs/decisions/0013-an-answer-without-a-ref.md).
    """

    def __init__(
        self,
        context: AppContext,
        asker: Asker,
        text: str,
        ts: str,
        *,
        thread_ts: str = "",
        sent_at: datetime | None = None,
        attachments: Attachments | None = None,
    ) -> None:
        """ts: Slack's id of the message. thread_ts: that of the thread it stands in, or "". sent_at: when it
        was written, if it arrives late.
        """
        super().__init__(context, asker, text, sent_at=sent_at)
        self._ts, self._thread_ts, self._attachments = ts, thread_ts, attachments
        self._readings: dict[date, LineReading] = {}
        # Of the prompt whose thread it stands in; set when the job runs.
        self.prompt_id: int | None = None
        # Where these words take the place of others: what became of what was recorded from those.
        self.edit_note: EditNote | None = None

    def __call__(self, session: Session) -> Result:
        result = super().__call__(session)
        if secrets_of(result.message):
            raise NotAllowedError(
                sentence("handlers.not_in_direct_message", command=self._context.settings.command)
            )
        return result

    def begin(self, session: Session) -> None:
        """Called before the words are read; what it writes stays, also where they cannot be."""

    def describe_files(self, answer: Message) -> FileNote | None:
        """What becomes of the message's files, where the answer does not say it."""
        if self._attachments is None or isinstance(answer, ErrorMessage):
            return None
        return self._attachments.describe_result(is_recorded=isinstance(answer, UpdateReceipt))

    def store_plans(self, session: Session) -> bool:
        """Once its words were refused: store its files as plans, if that is what the message is about."""
        attachments, in_thread = self._attachments, self.prompt_id is not None
        if attachments is None or not attachments.is_plan(self.text, in_thread=in_thread):
            return False
        attachments.store_plans(session)
        return True

    def explain(self, error: CipError) -> CipError:
        """The error as it is shown, with what becomes of the files."""
        if self._attachments is None:
            return error
        suggestion = error.suggestion if isinstance(error, NotUnderstoodError) else None
        return NotUnderstoodError(self._attachments.describe_refusal(error.sentence), suggestion=suggestion)

    def _prepare(self, command: Command) -> Command:
        if self._attachments is None:
            return command
        command = self._attachments.add_to(command)
        in_thread = self.prompt_id is not None
        is_read = self._attachments.is_evidence and not isinstance(command, Offer)
        if not is_read and self._attachments.is_plan(self.text, in_thread=in_thread):
            raise NotUnderstoodError(sentence("handlers.which_ref"))
        return command

    @property
    def reads_only(self) -> bool:
        """Not what may be an answer, nor what comes with files, which may be stored."""
        may_answer = any(each.may_answer for each in self._readings.values())
        return super().reads_only and not may_answer and self._attachments is None

    def _read(self, today: date) -> Command:
        reading = LineReading(self.text, today=today, command=self._command)
        self._readings[today] = reading
        return reading.to_command()

    def _find_command(self, session: Session, actor: Actor, today: date) -> Command:
        thread = self.find_asked_in_thread(session, actor)
        self.prompt_id = thread.prompt_id if thread else None
        self._read_line(today)
        reading = self._readings.get(today)
        if reading is None or not (thread or reading.may_answer):
            return super()._find_command(session, actor, today)
        return reading.to_command(thread or self.find_asked_lately(session, actor))

    def _find_asked(self, session: Session, actor: Actor) -> PromptContext:
        return self.find_asked_in_thread(session, actor) or self.find_asked_lately(session, actor)

    def find_asked_in_thread(self, session: Session, actor: Actor) -> PromptContext | None:
        """What was asked in the thread that the message stands in; None outside one."""
        return free_text_replies.find_in_thread(session, actor, self._thread_ts)

    def find_asked_lately(self, session: Session, actor: Actor) -> PromptContext:
        """Outside a thread only if the message stands right below a prompt, or the bot's other messages about
        it.
        """
        ts = "" if self._thread_ts else self._ts
        return free_text_replies.find_recent(session, actor, ts, self._context.clock.now())


class ApologyJob:
    """Stands in for the job of a message that fails each time. text: the reply."""

    name, is_short, reads_only = "not-taken", False, False

    def __init__(self, context: AppContext, info: RequestInfo, text: str) -> None:
        self._context, self._info, self._text = context, info, text

    async def prepare(self) -> None:
        """Nothing."""

    def __call__(self, session: Session) -> Result:  # noqa: ARG002 - a job is given one
        parts = render_response(self._context, ErrorMessage(self._text), "refused")["parts"]
        return Result(None, save=lambda session: _enqueue_reply(session, self._context, self._info, parts))


def _mark_aside(parts: Sequence[Body]) -> list[Body]:
    """An aside below a prompt does not end the topic: a later answer may still be about the prompt."""
    return [{**part, free_text_replies.ASIDE_KEY: True} for part in parts]


def _enqueue_reply(
    session: Session,
    context: AppContext,
    info: RequestInfo,
    parts: Sequence[Body],
    prompt_id: int | None = None,
) -> None:
    """Put the parts in the outbox; in the thread of the prompt, if there is one."""
    asker, now = info.asker, context.clock.now()
    for index, each in enumerate(parts):
        key = f"{info.key}:{index}"
        outbox.enqueue_reply(session, asker.team_id, asker.channel_id, key, each, now, parent_id=prompt_id)
