"""Reads what people wrote to the bot directly while it was away. Slack brings it for six minutes only."""

import asyncio
from datetime import datetime

import structlog

from bot.commands import Asker
from bot.delivery.slack import BOT_ERROR_CODES
from bot.delivery.slack_lookup import SlackConversations, UserMessage
from bot.errors import DeliveryError
from bot.services import heartbeat
from bot.services.outbox.rate_limits import WorkspaceLimits
from handlers.context import AppContext
from handlers.pipeline import RequestInfo, Response, handle_request
from handlers.slack import request_info
from handlers.slack.background import BackgroundTasks
from handlers.slack.direct_messages import ApologyJob, DirectMessageJob, FreeTextJob
from handlers.slack.imports import Imports
from handlers.slack.pipeline import FollowUps, start_follow_up

log = structlog.get_logger()
CATCH_UP_INTERVAL = 30.0
MAX_READ_ATTEMPTS = 20
MAX_HANDLE_ATTEMPTS = 3
# In seconds, where Slack does not say how long to wait; and however long it says.
RETRY_DELAY, MAX_RETRY_DELAY = 2.0, 60.0
NOT_HANDLED = (
    "Something went wrong on my side with one of the messages that you wrote to me while I was away."
    " Nothing of it is recorded. Look for the one that I did not answer, and send it again."
)


class CatchUp:
    """Any number of replicas may look; one of them does. What is taken is taken once, whoever takes it."""

    def __init__(
        self,
        context: AppContext,
        conversations: SlackConversations,
        background: BackgroundTasks,
        imports: Imports,
        follow_ups: FollowUps,
        team_id: str,
        limits: WorkspaceLimits,
    ) -> None:
        self._context, self._conversations, self._background = context, conversations, background
        self._imports, self._follow_ups = imports, follow_ups
        self._team_id, self._limits = team_id, limits

    async def run(self) -> None:
        """Note that the bot is there; where none was for a while, take what was written meanwhile. What stops
        halfway is begun again at a later turn.
        """
        database, now = self._context.database, self._context.clock.now
        # What is written from now on, Slack brings.
        until = now()
        since = await database.run(heartbeat.beat, self._team_id, until)
        if since is None:
            return
        try:
            written = await self._find_messages(since, until)
        except DeliveryError as error:
            log.warning("what was written while the bot was away cannot be read yet", code=error.code)
            return
        # In the order it was written in, whoever wrote it: a later word replaces an earlier one.
        for each in sorted(written, key=lambda each: each.at):
            if not await self._handle_message(each):
                return
        await database.run(heartbeat.finish_catch_up, self._team_id, now())
        log.info("read what was written while the bot was away", messages=len(written))
        self._background.start(self._imports.run())

    async def _find_messages(self, since: datetime, until: datetime) -> list[UserMessage]:
        found: list[UserMessage] = []
        for user_id in await self._context.database.read(heartbeat.list_accounts, self._team_id):
            found += await self._read_conversation(user_id, since, until)
        return found

    async def _read_conversation(self, user_id: str, since: datetime, until: datetime) -> list[UserMessage]:
        """Raises DeliveryError when Slack cannot be reached for long, or lets the bot read nobody's."""
        for left in reversed(range(MAX_READ_ATTEMPTS)):
            await self._wait_for_rate_limit()
            try:
                return await self._conversations.fetch_messages_of(user_id, since, until)
            except DeliveryError as error:
                if error.code in BOT_ERROR_CODES:
                    raise
                if not error.try_again:
                    log.info("a conversation cannot be read", code=error.code)
                    return []
                if not left:
                    raise
                await self._pause(error)
        raise AssertionError("the last try returns or raises")

    async def _wait_for_rate_limit(self) -> None:
        """Wait until one more conversation may be opened: reminders need them too."""
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

    async def _handle_message(self, message: UserMessage) -> bool:
        """Returns whether it is dealt with, now or before: it is on disk, or that it goes wrong each time.
        As long as the database is away, neither is.
        """
        if heartbeat.is_too_old(message.at, self._context.clock.now()):
            log.warning("something was written too long ago to be taken", user=message.user_id)
            return True
        asker = Asker(self._team_id, message.user_id, message.channel_id, "directmessage")
        info = request_info.from_history(asker, message.ts)
        for _ in range(MAX_HANDLE_ATTEMPTS):
            if await self._try_to_handle(info, message):
                return True
            await asyncio.sleep(RETRY_DELAY)
        sorry = ApologyJob(self._context, info, NOT_HANDLED)
        return _is_saved(await handle_request(self._context, info, sorry))

    async def _try_to_handle(self, info: RequestInfo, message: UserMessage) -> bool:
        if message.files:
            return _is_saved(await self._imports.receive_files(info, message.files))
        text = request_info.unescape(message.text)
        line = FreeTextJob(
            self._context, info.asker, text, message.ts, thread_ts=message.thread_ts, sent_at=message.at
        )
        response = await handle_request(
            self._context, info, DirectMessageJob(self._context, info, line, written_at=message.at)
        )
        start_follow_up(self._follow_ups, line)
        return _is_saved(response)


def _is_saved(response: Response) -> bool:
    return bool(response["outcome"] != "failed")
