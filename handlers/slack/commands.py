"""`/cip …`: the response goes out in the acknowledgement of the slash command, or by its response url."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.orm import Session

from bot.commands import Asker, Command, Offer, PromptContext
from bot.errors import NoRefError, NotUnderstoodError, UnknownRefError, UnknownSectionError
from bot.sentences import sentence
from bot.services import mentions, people
from bot.services.actions import ref_resolver
from bot.services.actions.late_messages import prepare_late_command
from bot.services.people import Actor
from handlers.command_parser import LineReading, parse, resolve_mentions, spell_refs
from handlers.context import AppContext
from handlers.fallbacks import cancel_fallback
from handlers.pipeline import DeferredReply, handle_request
from handlers.requests import RequestInfo, Response, Result
from handlers.slack import pipeline
from handlers.slack.background import BackgroundTasks
from handlers.slack.pipeline import Body, FollowUps, payload, start_follow_up, wait_for_ack
from handlers.slack.responses import respond_ephemeral, respond_in_channel

# Only updates that begin with it share a transaction (bot/group_commit.py); any other command has its own.
UPDATE_PREFIX = "update "
# In characters: a longer line takes longer to read than the event loop may be held.
MAX_SHORT_LINE = 400
# From the first place where it is some day, to the last.
ALL_UTC_OFFSETS = (timedelta(hours=-12), timedelta(), timedelta(hours=14))


class CommandJob:
    """Reads a command line and dispatches the command. The line is read before the transaction, as of the day
    that it is in the settings' timezone; where the asker's day is another, once more.

    sent_at: when it was typed, where it arrives late; else None.
    """

    def __init__(
        self, context: AppContext, asker: Asker, text: str, *, sent_at: datetime | None = None
    ) -> None:
        self._context, self._asker, self.text, self._sent_at = context, asker, text, sent_at
        self._command = context.settings.command
        self._commands: dict[date, Command | NotUnderstoodError] = {}
        self.name = "not-understood"
        self.is_short = text.lstrip()[: len(UPDATE_PREFIX)].lower() == UPDATE_PREFIX

    @property
    def reads_only(self) -> bool:
        commands = self._commands.values()
        return bool(commands) and all(isinstance(each, Command) and each.reads_only for each in commands)

    async def prepare(self) -> None:
        """A long line is read in a thread, and as of every day that it is anywhere."""
        moment = self._sent_at or self._context.clock.now()
        if len(self.text) <= MAX_SHORT_LINE:
            self._read_line(moment.astimezone(ZoneInfo(self._context.settings.timezone)).date())
        else:
            days = {(moment.astimezone(UTC) + offset).date() for offset in ALL_UTC_OFFSETS}
            await asyncio.to_thread(self._read_line, *days)

    def __call__(self, session: Session) -> Result:
        now = self._context.clock.now()
        actor = people.identify(session, self._asker)
        today = people.today_of(actor, self._sent_at or now)
        try:
            command = self._find_command(session, actor, today)
        except NotUnderstoodError as error:
            found = self._read_spelled(session, actor, today) if isinstance(error, NoRefError) else None
            if found is None:
                raise _name_in_error(session, actor, error) from None
            command = found
        if isinstance(command, Offer):
            command = self._read_spelled(session, actor, today) or command
        self.name = command.name
        if "<" in self.text:
            command = mentions.name_in_command(session, actor.workspace_id, command)
        try:
            return self._dispatch(session, actor, command, now)
        except (UnknownSectionError, UnknownRefError) as error:
            other = self._read_otherwise(session, actor, today, error)
            if other is None:
                raise
            return self._dispatch(session, actor, other, now)

    def _dispatch(self, session: Session, actor: Actor, command: Command, now: datetime) -> Result:
        command = self._prepare(command)
        if self._sent_at is not None:
            command = prepare_late_command(command, self._sent_at)
        return Result(self._context.dispatcher.dispatch(session, actor, command, now), command.public)

    def _read_otherwise(
        self, session: Session, actor: Actor, today: date, error: NotUnderstoodError
    ) -> Command | None:
        """The line where the words before the ref are no section's name, or its numbers no refs; None where
        they can be nothing else.
        """
        reading = LineReading(self.text, today=today, command=self._command)
        asked = self._find_asked(session, actor)
        if isinstance(error, UnknownRefError) or (reading.begins_with_share and asked.actions):
            return reading.to_command_without_refs(asked, error.sentence)
        if (spelled := self._read_spelled(session, actor, today)) is not None:
            return spelled
        return reading.to_command_without_section(asked)

    def _read_spelled(self, session: Session, actor: Actor, today: date) -> Command | None:
        """The line with its refs as the plan prints them, where it names one in another spelling."""
        spelled = spell_refs(self.text, ref_resolver.list_refs(session, actor))
        if spelled is None:
            return None
        reading = LineReading(spelled, today=today, command=self._command)
        return reading.to_command(self._find_asked(session, actor))

    def _find_asked(self, _session: Session, _actor: Actor) -> PromptContext:
        """What the line may be the answer to."""
        return PromptContext(())

    def _find_command(self, _session: Session, _actor: Actor, today: date) -> Command:
        """Raises NotUnderstoodError."""
        self._read_line(today)
        command = self._commands[today]
        if isinstance(command, NotUnderstoodError):
            raise command
        return command

    def _read_line(self, *days: date) -> None:
        """As of each of these days, once for each."""
        for today in days:
            if today not in self._commands:
                try:
                    self._commands[today] = self._read(today)
                except NotUnderstoodError as error:
                    self._commands[today] = error

    def _read(self, today: date) -> Command:
        """What the line says by itself. Raises NotUnderstoodError."""
        return parse(self.text, today=today, command=self._command)

    def _prepare(self, command: Command) -> Command:
        """The command with what came along with its words."""
        return command


def _name_in_error(session: Session, actor: Actor, error: NotUnderstoodError) -> NotUnderstoodError:
    """The error as it is shown: with names in place of the marks that it quotes."""
    if "<" not in error.sentence:
        return error
    problem = mentions.name_in_text(session, actor.workspace_id, resolve_mentions(error.sentence))
    return NotUnderstoodError(problem, suggestion=error.suggestion)


class CommandListeners:
    """Answers the slash command."""

    def __init__(self, context: AppContext, background: BackgroundTasks, follow_ups: FollowUps) -> None:
        self._context, self._background, self._follow_ups = context, background, follow_ups

    async def handle_slash_command(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        info = pipeline.from_command(request)
        job = CommandJob(self._context, info.asker, pipeline.unescape(request.body.get("text")))
        deferred = DeferredReply()
        pending = asyncio.create_task(handle_request(self._context, info, job, deferred))
        response = await wait_for_ack(pending, deferred)
        response_url = str(request.body.get("response_url") or "")
        if response is None:
            self._background.start(self._send_late_response(pending, info, job, response_url))
            await ack(sentence("handlers.still_working"), response_type="ephemeral")
            return
        kind = "in_channel" if response["public"] else "ephemeral"
        await ack({**payload(response["parts"][0]), "response_type": kind})
        if response["parts"][1:]:
            self._background.start(_show_remaining_parts(response_url, response["parts"][1:]))
        start_follow_up(self._follow_ups, job)

    async def _send_late_response(
        self, pending: "asyncio.Task[Response]", info: RequestInfo, job: CommandJob, response_url: str
    ) -> None:
        """Send a response that came too late for the acknowledgement."""
        response = await pending
        show = respond_in_channel if response["public"] else respond_ephemeral
        if await show(response_url, response["parts"]):
            count = len(response["parts"])
            await self._context.database.run(cancel_fallback, info.asker, info.key, count)
        start_follow_up(self._follow_ups, job)


async def _show_remaining_parts(response_url: str, parts: list[Body]) -> None:
    await respond_ephemeral(response_url, parts)
