"""`/cip …`: parsed, answered and acknowledged in one go. The answer travels in the acknowledgement."""

import asyncio
from datetime import date, datetime

from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.orm import Session

from bot.commands import Asker, Command
from bot.services import people
from bot.services.actions.late_messages import heard_late
from bot.services.people import Who
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
from handlers.slack import request_info
from handlers.slack.background import BackgroundTasks
from handlers.slack.pipeline import FollowUps, payload, start_follow_up, wait_for_ack
from handlers.slack.request_info import Body
from handlers.slack.responses import show_to_all, whisper_parts

WAIT = (
    "This takes longer than usual. The answer follows here. If none comes within a few minutes, nothing was"
    " saved: try again."
)
# The usual first word of an update. One that begins with another word is done by itself.
SHORT = "update "


class Line:
    """A command line as work: parsed inside the transaction, since "today" is the asker's own.

    said_at: when it was typed, where it is heard only later.
    """

    def __init__(
        self, context: AppContext, asker: Asker, line: str, *, said_at: datetime | None = None
    ) -> None:
        self._context, self._asker, self.typed, self._said_at = context, asker, line, said_at
        self._command = context.settings.command
        self.name = "not-understood"
        self.is_short = line.lstrip()[: len(SHORT)].lower() == SHORT

    def __call__(self, session: Session) -> Result:
        now = self._context.clock.now()
        who = people.identify(session, self._asker)
        today = people.today_of(who, self._said_at or now)
        command = self._read(session, who, today)
        self.name = command.name
        if self._said_at is not None:
            command = heard_late(command, self._said_at)
        return Result(self._context.dispatcher.dispatch(session, who, command, now), command.public)

    def _read(self, _session: Session, _who: Who, today: date) -> Command:
        return parse(self.typed, today=today, command=self._command)


class Commands:
    """Answers the slash command."""

    def __init__(self, context: AppContext, background: BackgroundTasks, follow_ups: FollowUps) -> None:
        self._context, self._background, self._follow_ups = context, background, follow_ups

    async def slash(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        info = request_info.of_command(request)
        line = Line(self._context, info.asker, request_info.typed(request.body.get("text")))
        deferred = DeferredReply()
        pending = asyncio.create_task(handle_request(self._context, info, line, deferred))
        response = await wait_for_ack(pending, deferred)
        response_url = str(request.body.get("response_url") or "")
        if response is None:
            self._background.start(self._follow(pending, info, line, response_url))
            await ack(WAIT, response_type="ephemeral")
            return
        kind = "in_channel" if response["public"] else "ephemeral"
        await ack({**payload(response["parts"][0]), "response_type": kind})
        if response["parts"][1:]:
            self._background.start(_show_rest(response_url, response["parts"][1:]))
        start_follow_up(self._follow_ups, line)

    async def _follow(
        self, pending: "asyncio.Task[Response]", info: RequestInfo, line: Line, response_url: str
    ) -> None:
        """Send a response that came too late for the acknowledgement."""
        response = await pending
        show = show_to_all if response["public"] else whisper_parts
        if await show(response_url, response["parts"]):
            await cancel_fallback(self._context, info, len(response["parts"]))
        start_follow_up(self._follow_ups, line)


async def _show_rest(response_url: str, parts: list[Body]) -> None:
    await whisper_parts(response_url, parts)
