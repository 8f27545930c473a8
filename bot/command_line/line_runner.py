"""Runs a line as the bot would, in a transaction that is rolled back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.command_line.line_askers import LineAsker, LineAskers
from bot.command_line.line_effects import CommandEffect
from bot.command_line.line_recorder import CommandRecorder
from bot.command_line.line_results import LineChoice, LineResult
from bot.command_line.line_states import CHANNEL, DIRECT, LineState
from bot.commands import Asker, Command, PromptContext, TakeOption
from bot.config import Settings
from bot.database import Database
from bot.errors import CipError
from bot.messages import Candidates, ErrorMessage, Message, NewDateForm, OfferedAnswers
from bot.plan.reading import AccountKind, Standing
from bot.rendering import Renderer
from bot.services import reading
from bot.services.offers.offers import STAND_IN_REASON
from bot.services.people import Actor
from bot.session_cache import clear_session_caches
from handlers.context import AppContext
from handlers.pipeline import build_problem
from handlers.slack.channel_mentions import MentionJob, MentionLineJob
from handlers.slack.commands import CommandJob
from handlers.slack.direct_messages import FreeTextJob
from handlers.slack.pipeline import build_parts_renderer

NOON = time(12)
# Everybody whom a plan names is a member, and in the channel where they speak.
STANDING = Standing(AccountKind.MEMBER, in_channel=True)
Work = Callable[[Session], Message | None]


@dataclass
class LineClock:
    """The moment at which a line is said."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


class AnswerJob(FreeTextJob):
    """A direct message of which it is known what it answers."""

    def __init__(self, context: AppContext, asker: Asker, text: str, asked: PromptContext) -> None:
        super().__init__(context, asker, text, "")
        self._asked = asked

    def find_asked_in_thread(self, _session: Session, _actor: Actor) -> PromptContext | None:
        return self._asked if self._asked.prompt_id is not None else None

    def find_asked_lately(self, _session: Session, _actor: Actor) -> PromptContext:
        return self._asked


@dataclass(frozen=True)
class LineAttempt:
    """What became of words or commands that were tried. message: the answer. commands: as dispatched. line:
    the words.
    """

    message: Message | None
    commands: Sequence[Command]
    does: tuple[CommandEffect, ...]
    line: str = ""


class LineRunner:
    """Runs lines against the plans of a database."""

    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._database, self._clock, self._line_clock = database, clock, LineClock(clock.now())
        self._renderer = Renderer(settings.command, settings.public_address)
        self._recorder = CommandRecorder(settings.read)
        self._context = AppContext(
            database,
            self._line_clock,
            settings,
            self._renderer,
            self._recorder,
            build_parts_renderer(self._renderer),
            lambda: None,
        )
        self._askers = LineAskers()

    def run(self, line: str, state: LineState) -> LineResult:
        """Raises CipError where the state is of nobody, or of nothing in the plan."""
        with self._database.transaction() as session:
            try:
                return self._run(session, line, state)
            finally:
                session.rollback()

    def _run(self, session: Session, line: str, state: LineState) -> LineResult:
        found = self._askers.find(session, state)
        self._recorder.question = found.question
        self._line_clock.moment = (
            datetime.combine(state.day, NOON, ZoneInfo(found.timezone)) if state.day else self._clock.now()
        )
        attempt = replace(self._try_line(session, line, state, found), line=line)
        choices = tuple(self._find_choices(session, attempt, state, found))
        return LineResult(line, attempt.does, choices, self._text(attempt.message))

    def _text(self, message: Message | None) -> str:
        return self._renderer.text(message) if message is not None else ""

    def _try_line(self, session: Session, line: str, state: LineState, found: LineAsker) -> LineAttempt:
        return self._try(session, self._work_of(line, state, found))

    def _work_of(self, line: str, state: LineState, found: LineAsker) -> Work:
        """What the listeners do that are given a message, a mention or a slash command."""
        context, asker = self._context, found.asker
        if state.place == DIRECT:
            asked = found.question.context if found.question else PromptContext(())
            job: AnswerJob | MentionJob | CommandJob = AnswerJob(context, asker, line, asked)
        elif state.place == CHANNEL:
            words = self._without_mention(line)
            job = MentionJob(
                context, asker, MentionLineJob(context, asker, words, sent_at=None, attachments=None)
            )
        else:
            job = CommandJob(context, asker, line)
        return lambda session: job(session).message

    def _without_mention(self, line: str) -> str:
        """The line without the bot's name, where it begins with that."""
        name = f"@{self._context.settings.command.removeprefix('/')}"
        first, _, words = line.strip().partition(" ")
        return words.strip() if first.rstrip(",:;").casefold() == name.casefold() else line

    def _try(self, session: Session, work: Work) -> LineAttempt:
        """Do it, note what it does, and take it back."""
        reading.note_standing(session, STANDING)
        self._recorder.begin()
        savepoint = session.begin_nested()
        try:
            message, does = work(session), tuple(self._recorder.does)
        except CipError as error:
            message, does = build_problem(error), ()
        finally:
            savepoint.rollback()
            session.expunge_all()
            clear_session_caches(session)
        return LineAttempt(message, self._recorder.commands, does)

    def _find_choices(
        self, session: Session, attempt: LineAttempt, state: LineState, found: LineAsker
    ) -> list[LineChoice]:
        message = attempt.message
        if _options_of(message):
            return self._press_all(session, self._work_of(attempt.line, state, found), found.asker)
        if isinstance(message, Candidates):
            return [
                self._try_command(session, f"{each.ref} {each.title}", each.run, found.asker)
                for each in message.candidates
            ]
        if isinstance(message, ErrorMessage) and message.suggestion:
            return [self._try_suggestion(session, message.suggestion, state, found)]
        return []

    def _press_all(self, session: Session, work: Work, asker: Asker) -> list[LineChoice]:
        """Take each option of what the work offers, one after the other from where that was offered."""
        reading.note_standing(session, STANDING)
        self._recorder.begin()
        savepoint = session.begin_nested()
        try:
            options = _options_of(work(session))
            session.flush()
            return [
                self._as_choice(label, self._try(session, self._press(choice, asker)))
                for label, choice in options
            ]
        finally:
            savepoint.rollback()
            session.expunge_all()
            clear_session_caches(session)

    def _press(self, choice: str, asker: Asker) -> Work:
        """Take the option. Where it asks for a reason, any will do."""

        def press(session: Session) -> Message | None:
            answer = self._take(session, asker, TakeOption(choice=choice))
            if isinstance(answer, NewDateForm):
                return self._take(session, asker, TakeOption(choice=choice, because=STAND_IN_REASON))
            return answer

        return press

    def _take(self, session: Session, asker: Asker, command: TakeOption) -> Message:
        self._recorder.begin(is_pressing=True)
        return self._recorder.answer(session, asker, command, self._line_clock.now())

    def _try_command(self, session: Session, label: str, line: str, asker: Asker) -> LineChoice:
        """A line that is offered, pressed or typed after the slash."""
        job = CommandJob(self._context, asker, line)
        return self._as_choice(label, self._try(session, lambda session: job(session).message))

    def _try_suggestion(
        self, session: Session, suggestion: str, state: LineState, found: LineAsker
    ) -> LineChoice:
        """A line to copy to where the first one was written; with the slash, wherever that was."""
        if suggestion.startswith(f"{self._context.settings.command} "):
            return self._try_command(session, suggestion, suggestion, found.asker)
        return self._as_choice(suggestion, self._try_line(session, suggestion, state, found))

    def _as_choice(self, label: str, attempt: LineAttempt) -> LineChoice:
        problem = self._text(attempt.message) if isinstance(attempt.message, ErrorMessage) else ""
        return LineChoice(label, attempt.does, problem)


def _options_of(message: Message | None) -> list[tuple[str, str]]:
    """The label of each button of an offer, and what it carries."""
    if isinstance(message, OfferedAnswers):
        return [(each.label, each.choice) for each in message.options]
    if isinstance(message, Candidates):
        return [(f"{each.ref} {each.title}", each.choice) for each in message.candidates if each.choice]
    return []
