"""What people write to the bot in a direct message: a command line, or the answer to what it asked."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.commands import Asker, Choose, Command, PutOff
from bot.errors import NotUnderstoodError
from bot.plan.text import one_line
from bot.services.people import Who
from bot.services.prompts import free_text_replies
from bot.services.prompts.free_text_replies import Questions
from handlers.command_parser import News
from handlers.context import AppContext
from handlers.slack.commands import Line

WHICH = "I asked you about {refs}. Begin with the ref of the one you mean."


class Spoken(Line):
    """A line of a direct message. One without a ref is said of what the bot asked: in the prompt whose thread
    it stands in, or else lately (docs/decisions/0013-an-answer-without-a-ref.md).
    """

    def __init__(
        self,
        context: AppContext,
        asker: Asker,
        line: str,
        ts: str,
        *,
        thread_ts: str = "",
        said_at: datetime | None = None,
    ) -> None:
        """ts: the time that names the message."""
        super().__init__(context, asker, line, said_at=said_at)
        self._ts, self._thread_ts = ts, thread_ts
        # Of the thread it stands in; known once the line was read.
        self.prompt_id: int | None = None

    def _read(self, session: Session, who: Who, today: date) -> Command:
        thread = free_text_replies.in_thread(session, who, self._thread_ts)
        self.prompt_id = thread.prompt_id if thread else None
        news = News(self.typed, today=today, command=self._command)
        if news.is_later:
            questions = thread or self._lately(session, who)
            if questions.asked and questions.is_last_said:
                return PutOff(
                    items=tuple(each.item_id for each in questions.asked), line=one_line(self.typed)
                )
        if self._is_answer(session, who, news, in_thread=thread is not None):
            questions = thread or self._lately(session, who)
            if questions.asked:
                return _answer(news, questions)
        try:
            return super()._read(session, who, today)
        except NotUnderstoodError:
            questions = thread or (self._lately(session, who) if news.is_date else Questions(()))
            if not questions.asked:
                raise
            return _answer(news, questions)

    def _is_answer(self, session: Session, who: Who, news: News, *, in_thread: bool) -> bool:
        """Also where a line without a ref could be read as a command: in a thread few are."""
        if not news.is_status:
            return in_thread and news.is_date and news.has_reason
        if news.ref is not None and free_text_replies.is_there(session, who, news.ref):
            return False
        return in_thread or not news.may_ask_for_list

    def _lately(self, session: Session, who: Who) -> Questions:
        """What stands below something else than a question was not said of another one."""
        ts = "" if self._thread_ts else self._ts
        return free_text_replies.lately(session, who, ts, self._context.clock.now())


def _answer(news: News, questions: Questions) -> Command:
    sure = questions.prompt_id is not None or (news.is_clear and questions.is_last_said)
    refs = [each.ref for each in questions.asked]
    try:
        answer = news.said_of(refs, sure=sure)
    except NotUnderstoodError as unread:
        if len(refs) == 1:
            raise
        asked = f"{', '.join(refs[:-1])} and {refs[-1]}"
        raise NotUnderstoodError(WHICH.format(refs=asked), suggestion=unread.suggestion) from None
    if isinstance(answer, Choose):
        pairs = zip(answer.updates, questions.asked, strict=True)
        return replace(answer, updates=tuple(replace(one, about=of.action_id) for one, of in pairs))
    return replace(answer, about=questions.asked[0].action_id)
