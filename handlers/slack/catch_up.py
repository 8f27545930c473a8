"""Reads the direct messages that people wrote while the bot was down. Slack retries an event for six minutes
only.
"""

import asyncio
from dataclasses import replace
from datetime import datetime

import structlog

from bot.commands import Asker
from bot.delivery.slack_lookup import SlackConversations, Team, UserMessage
from bot.errors import BOT_ERROR_KINDS, DeliveryError
from bot.sentences import sentence
from bot.services import heartbeat
from bot.services.outbox.rate_limits import WorkspaceLimits
from handlers.context import AppContext
from handlers.pipeline import handle_request
from handlers.requests import RequestInfo, Response
from handlers.slack import pipeline
from handlers.slack.background import BackgroundTasks
from handlers.slack.direct_messages import ApologyJob, DirectMessageJob
from handlers.slack.imports import Imports
from handlers.slack.pipeline import FollowUps, start_follow_up
from handlers.slack.written_messages import WrittenMessage, build_edit_job, build_job, text_of

log = structlog.get_logger()
CATCH_UP_INTERVAL = 30.0
MAX_READ_ATTEMPTS = 20
MAX_HANDLE_ATTEMPTS = 3
# In seconds: used where Slack does not say how long to wait, and the most to wait if it does.
RETRY_DELAY, MAX_RETRY_DELAY = 2.0, 60.0


class CatchUp:
    """Every replica runs it; one at a time claims the work. A message is handled once, even if two read
    it.
    """

    def __init__(
        self,
        context: AppContext,
        conversations: SlackConversations,
        background: BackgroundTasks,
        imports: Imports,
        follow_ups: FollowUps,
        team: Team,
        limits: WorkspaceLimits,
    ) -> None:
        self._context, self._conversations, self._background = context, conversations, background
        self._imports, self._follow_ups = imports, follow_ups
        self._team_id, self._bot_user_id, self._limits = team.team_id, team.bot_user_id, limits

    async def run(self) -> None:
        """Record a heartbeat; if there was none for a while, handle the messages written since the last. A
        run that stops halfway is started again by a later one.
        """
        database, now = self._context.database, self._context.clock.now
        # From now on Slack sends an event for each message.
        until = now()
        since = await database.run(heartbeat.beat, self._team_id, until)
        if since is None:
            return
        try:
            messages = await self._find_messages(since, until)
        except DeliveryError as error:
            log.warning("what was written while the bot was away cannot be read yet", code=error.code)
            return
        # In the order of writing, across people: a later update of an action replaces an earlier one.
        for each in sorted(messages, key=lambda each: each.changed_at):
            if not await self._handle_message(each, since):
                return
        await database.run(heartbeat.finish_catch_up, self._team_id, now())
        log.info("read what was written while the bot was away", messages=len(messages))
        self._background.start(self._imports.run())

    async def _find_messages(self, since: datetime, until: datetime) -> list[UserMessage]:
        messages: list[UserMessage] = []
        for user_id in await self._context.database.read(heartbeat.list_accounts, self._team_id):
            messages += await self._read_conversation(user_id, since, until)
        return messages

    async def _read_conversation(self, user_id: str, since: datetime, until: datetime) -> list[UserMessage]:
        """Empty for a conversation that Slack does not let the bot read. Raises DeliveryError when Slack
        cannot be reached for long, or lets the bot read none at all.
        """
        for left in reversed(range(MAX_READ_ATTEMPTS)):
            await self._wait_for_rate_limit()
            try:
                return await self._conversations.fetch_messages_of(user_id, since, until)
            except DeliveryError as error:
                if error.kind in BOT_ERROR_KINDS:
                    raise
                if not error.try_again:
                    log.info("a conversation cannot be read", code=error.code)
                    return []
                if not left:
                    raise
                await self._pause(error)
        raise AssertionError("the last try returns or raises")

    async def _wait_for_rate_limit(self) -> None:
        """Wait until the rate limit allows one more conversation to be opened; the worker opens them too."""
        database, now = self._context.database, self._context.clock.now
        while True:
            if await database.run(heartbeat.renew_catch_up, self._team_id, self._limits, now()):
                return
            await asyncio.sleep(RETRY_DELAY)

    async def _pause(self, error: DeliveryError) -> None:
        seconds, now = error.retry_after or RETRY_DELAY, self._context.clock.now()
        if error.retry_after and error.call is not None:
            await self._context.database.run(heartbeat.pause_calls, self._team_id, error.call, seconds, now)
        await asyncio.sleep(min(seconds, MAX_RETRY_DELAY))

    async def _handle_message(self, message: UserMessage, since: datetime) -> bool:
        """since: when the bot was last there; what was written before was handled then, and changed since.

        Returns whether it was handled, now or before: its changes are saved, or, if it fails each time, an
        apology is. False only while the database is unavailable.
        """
        if heartbeat.is_too_old(message.changed_at, self._context.clock.now()):
            log.warning("a message was written too long ago to be handled", user=message.user_id)
            return True
        asker = Asker(self._team_id, message.user_id, message.channel_id, "directmessage")
        info = pipeline.from_history(asker, message.ts)
        for _ in range(MAX_HANDLE_ATTEMPTS):
            if await self._try_to_handle(info, message, since):
                return True
            await asyncio.sleep(RETRY_DELAY)
        apology = ApologyJob(self._context, info, sentence("handlers.message_not_handled"))
        return _is_saved(await handle_request(self._context, info, apology))

    async def _try_to_handle(self, info: RequestInfo, message: UserMessage, since: datetime) -> bool:
        text = text_of(message.text, self._bot_user_id)
        written = WrittenMessage(text, message.ts, message.thread_ts, message.files)
        edit_key = (
            pipeline.message_key(message.channel_id, message.ts, message.edit_ts) if message.edit_ts else ""
        )
        if message.at <= since:
            return await self._handle_edit(replace(info, key=edit_key), written, message)
        if written.files and not written.text:
            return _is_saved(await self._imports.receive_files(info, written.files))
        job = build_job(self._context, info, written, self._imports, sent_at=message.changed_at)
        message_job = DirectMessageJob(self._context, info, job, written_at=message.at, edit_key=edit_key)
        response = await handle_request(self._context, info, message_job)
        start_follow_up(self._follow_ups, job)
        if response["outcome"] == "repeated" and edit_key:
            return await self._handle_edit(replace(info, key=edit_key), written, message)
        return _is_saved(response)

    async def _handle_edit(self, info: RequestInfo, written: WrittenMessage, message: UserMessage) -> bool:
        """The message was read before, with other words perhaps, and changed since."""
        job = build_edit_job(self._context, info, written, self._imports, sent_at=message.changed_at)
        if job is None:
            return True
        message_job = DirectMessageJob(self._context, info, job, written_at=message.changed_at)
        response = await handle_request(self._context, info, message_job)
        start_follow_up(self._follow_ups, job)
        return _is_saved(response)


def _is_saved(response: Response) -> bool:
    return bool(response["outcome"] != "failed")
