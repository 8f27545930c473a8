"""`/cip …`: the response goes out in the acknowledgement of the slash command, or by its response url."""

import asyncio
from datetime import date, datetime

from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.orm import Session

from bot.commands import Asker, Command
from bot.sentences import sentence
from bot.services import mentions, people
from bot.services.actions.late_messages import prepare_late_command
from bot.services.people import Actor
from handlers.command_parser import parse
from handlers.context import AppContext
from handlers.pipeline import (
    DeferredReply,
    RequestInfo,
    Response,
    Result,
    cancel_fallback,
    handle_request,
)
from handlers.slack import pipeline
from handlers.slack.background import BackgroundTasks
from handlers.slack.pipeline import Body, FollowUps, payload, start_follow_up, wait_for_ack
from handlers.slack.responses import respond_ephemeral, respond_in_channel

# Only updates that begin with it share a transaction (bot/group_commit.py); any other command has its own.
UPDATE_PREFIX = "update "


class CommandJob:
    """Parses a command line and dispatches the command. Parsed inside the transaction, since "today" depends
    on the asker's timezone.

    sent_at: when it was typed, where it arrives late; else None.
    """

    def __init__(
        self, context: AppContext, asker: Asker, text: str, *, sent_at: datetime | None = None
    ) -> None:
        self._context, self._asker, self.text, self._sent_at = context, asker, text, sent_at
        self._command = context.settings.command
        self.name = "not-understood"
        self.is_short = text.lstrip()[: len(UPDATE_PREFIX)].lower() == UPDATE_PREFIX

    def __call__(self, session: Session) -> Result:
        now = self._context.clock.now()
        actor = people.identify(session, self._asker)
        today = people.today_of(actor, self._sent_at or now)
        command = self._parse(session, actor, today)
        self.name = command.name
        if "<" in self.text:
            command = mentions.name_in_command(session, actor.workspace_id, command)
        command = self._prepare(command)
        if self._sent_at is not None:
            command = prepare_late_command(command, self._sent_at)
        return Result(self._context.dispatcher.dispatch(session, actor, command, now), command.public)

    def _prepare(self, command: Command) -> Command:
        """The command with what came along with its words."""
        return command

    def _parse(self, _session: Session, _actor: Actor, today: date) -> Command:
        return parse(self.text, today=today, command=self._command)


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
            await cancel_fallback(self._context, info, len(response["parts"]))
        start_follow_up(self._follow_ups, job)


async def _show_remaining_parts(response_url: str, parts: list[Body]) -> None:
    await respond_ephemeral(response_url, parts)
