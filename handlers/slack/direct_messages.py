"""A line of a direct message as work: its answer is written to the ledger, in the same transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.commands import Asker, Choose, Command, Snooze
from bot.errors import CipError, NotAllowedError, NotUnderstoodError
from bot.messages import Candidates, CatchUpNote, ErrorMessage, SnoozeReceipt
from bot.plan.text import one_line
from bot.services import people
from bot.services.outbox import outbox
from bot.services.people import Actor
from bot.services.prompts import free_text_replies
from bot.services.prompts.free_text_replies import PromptContext
from handlers.command_parser import FreeTextReply
from handlers.context import AppContext
from handlers.pipeline import RequestInfo, Result, build_problem, render_response, secrets_of
from handlers.slack.commands import CommandJob
from handlers.slack.request_info import Body

WHICH_ACTION = "I asked you about {refs}. Begin with the ref of the one you mean."


class FreeTextJob(CommandJob):
    """A line of a direct message. One without a ref is said of what the bot asked: in the prompt whose thread
    it stands in, or else lately (docs/decisions/0013-an-answer-without-a-ref.md).
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
    ) -> None:
        """ts: the time that names the message."""
        super().__init__(context, asker, text, sent_at=sent_at)
        self._ts, self._thread_ts = ts, thread_ts
        # Of the thread it stands in; known once the line was read.
        self.prompt_id: int | None = None

    def _parse(self, session: Session, actor: Actor, today: date) -> Command:
        thread = free_text_replies.find_in_thread(session, actor, self._thread_ts)
        self.prompt_id = thread.prompt_id if thread else None
        news = FreeTextReply(self.text, today=today, command=self._command)
        if news.is_later:
            questions = thread or self._recent_questions(session, actor)
            if questions.actions and questions.is_latest_topic:
                return Snooze(
                    item_ids=tuple(each.item_id for each in questions.actions), line=one_line(self.text)
                )
        if self._is_answer(session, actor, news, in_thread=thread is not None):
            questions = thread or self._recent_questions(session, actor)
            if questions.actions:
                return _answer_command(news, questions)
        try:
            return super()._parse(session, actor, today)
        except NotUnderstoodError:
            questions = thread or (
                self._recent_questions(session, actor) if news.is_date else PromptContext(())
            )
            if not questions.actions:
                raise
            return _answer_command(news, questions)

    def _is_answer(self, session: Session, actor: Actor, reply: FreeTextReply, *, in_thread: bool) -> bool:
        """Also where a line without a ref could be read as a command: in a thread few are."""
        if not reply.is_status:
            return in_thread and reply.is_date and reply.has_reason
        if reply.ref is not None and free_text_replies.is_known_ref(session, actor, reply.ref):
            return False
        return in_thread or not reply.may_ask_for_list

    def _recent_questions(self, session: Session, actor: Actor) -> PromptContext:
        """What stands below something else than a question was not said of another one."""
        ts = "" if self._thread_ts else self._ts
        return free_text_replies.find_recent(session, actor, ts, self._context.clock.now())


def _answer_command(reply: FreeTextReply, questions: PromptContext) -> Command:
    sure = questions.prompt_id is not None or (reply.is_clear and questions.is_latest_topic)
    refs = [each.ref for each in questions.actions]
    try:
        answer = reply.to_command(refs, is_sure=sure)
    except NotUnderstoodError as unread:
        if len(refs) == 1:
            raise
        asked = f"{', '.join(refs[:-1])} and {refs[-1]}"
        raise NotUnderstoodError(WHICH_ACTION.format(refs=asked), suggestion=unread.suggestion) from None
    if isinstance(answer, Choose):
        pairs = zip(answer.updates, questions.actions, strict=True)
        return replace(answer, updates=tuple(replace(one, action_id=of.action_id) for one, of in pairs))
    return replace(answer, action_id=questions.actions[0].action_id)


NOT_IN_DIRECT_MESSAGE = (
    "What I would answer is a key, and a direct message keeps what I write. Type {command} calendar, with the"
    " slash: then only you see the address, and only for now. Nothing was changed."
)


class DirectMessageJob:
    """Neither lost nor said twice. It stands where the line does: in the thread of a prompt, or not.

    missed_at: when the line was written, where the bot was away; that is said first.
    """

    def __init__(
        self, context: AppContext, info: RequestInfo, job: FreeTextJob, *, written_at: datetime | None = None
    ) -> None:
        self._context, self._info, self._job, self._written_at = context, info, job, written_at

    @property
    def name(self) -> str:
        return self._job.name

    @property
    def is_short(self) -> bool:
        return self._job.is_short

    def __call__(self, session: Session) -> Result:
        parts = [*self._late_notice_parts(session), *self._answer_parts(session)]
        return _plan_reply(session, self._context, self._info, parts, self._job.prompt_id)

    def _late_notice_parts(self, session: Session) -> list[Body]:
        if self._written_at is None:
            return []
        timezone = people.identify(session, self._info.asker).timezone
        read_late = CatchUpNote(self._job.text, self._written_at, timezone)
        return _mark_aside(render_response(self._context, read_late, "done")["parts"])

    def _answer_parts(self, session: Session) -> list[Body]:
        try:
            with session.begin_nested():
                message = self._job(session).message
                if secrets_of(message):
                    raise NotAllowedError(
                        NOT_IN_DIRECT_MESSAGE.format(command=self._context.settings.command)
                    )
        except CipError as error:
            message = build_problem(error)
        parts: list[Body] = render_response(self._context, message, "done")["parts"]
        is_aside = isinstance(message, ErrorMessage | SnoozeReceipt) or (
            isinstance(message, Candidates) and not message.ref
        )
        return _mark_aside(parts) if is_aside else parts


class ApologyJob:
    """Taken in place of a message that goes wrong each time."""

    name, is_short = "not-taken", False

    def __init__(self, context: AppContext, info: RequestInfo, sentence: str) -> None:
        self._context, self._info, self._sentence = context, info, sentence

    def __call__(self, session: Session) -> Result:
        parts = render_response(self._context, ErrorMessage(self._sentence), "refused")["parts"]
        return _plan_reply(session, self._context, self._info, parts)


def _mark_aside(parts: Sequence[Body]) -> list[Body]:
    return [{**part, free_text_replies.ASIDE_KEY: True} for part in parts]


def _plan_reply(
    session: Session,
    context: AppContext,
    info: RequestInfo,
    parts: Sequence[Body],
    prompt_id: int | None = None,
) -> Result:
    """The parts of the answer, as rows of the ledger; in the thread of the prompt, where there is one."""
    asker, now = info.asker, context.clock.now()
    for place, each in enumerate(parts):
        key = f"{info.key}:{place}"
        outbox.enqueue_reply(session, asker.team_id, asker.channel_id, key, each, now, parent_id=prompt_id)
    return Result(None)
