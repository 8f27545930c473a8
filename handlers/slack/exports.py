"""Files people asked for: written and sent after the acknowledgement, and told when that does not work."""

import asyncio
from datetime import timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.delivery import slack_files
from bot.errors import CipError, DeliveryError
from bot.messages import ErrorMessage
from bot.reporting.export import ExportFile, export_by_id
from bot.services import exports
from bot.services.exports import LEASE, MOST_TRIES, Due
from bot.services.outbox import outbox, rate_limits
from bot.services.outbox.rate_limits import Paces
from handlers.context import AppContext
from handlers.pipeline import render_response
from handlers.slack.background import BackgroundTasks

log = structlog.get_logger()
SEND_EVERY = 30.0
PAUSE = timedelta(seconds=20)
# Given up well before anybody else may take it up.
SEND_WITHIN = LEASE.total_seconds() / 2
WORDS = "Here is {title} as it stands, as you asked."
GAVE_UP = "I could not send you the file you asked for. Ask for it again in a while."
FAULTY = "I could not write the file you asked for: something went wrong on my side."


class Exports:
    """Sends what was asked for. It is a row first, so that a restart loses none; and the id of its file is in
    the row before anybody can see it, so that none comes twice.
    """

    def __init__(
        self,
        context: AppContext,
        client: AsyncWebClient,
        background: BackgroundTasks,
        team_id: str,
        paces: Paces,
    ) -> None:
        self._context, self._client, self._background = context, client, background
        self._team_id, self._paces = team_id, paces
        self._one_at_a_time = asyncio.Lock()

    def start(self) -> None:
        """Begin at once, without waiting for the end."""
        self._background.start(self.run())

    async def run(self) -> None:
        """Send every file that waits and may go. Safe to call at any time."""
        async with self._one_at_a_time:
            while (due := await self._claim()) is not None:
                await self._send(due)

    async def _claim(self) -> Due | None:
        now = self._context.clock.now()
        return await self._context.database.run(exports.claim, self._team_id, self._paces, now)

    async def _send(self, due: Due) -> None:
        try:
            async with asyncio.timeout(SEND_WITHIN):
                sent = await self._was_sent(due) or await self._sent(due)
        except TimeoutError:
            late = DeliveryError("Slack did not answer in time.", code="timeout", try_again=True)
            await self._not_sent(due, late)
        except DeliveryError as error:
            await self._not_sent(due, error)
        except CipError as error:
            await self._failed(due, error.sentence, "refused")
        except Exception:
            log.exception("a plan could not be written to a file")
            await self._failed(due, FAULTY, "fault")
        else:
            if sent and await self._context.database.run(exports.settle, due, self._context.clock.now()):
                log.info("a plan was sent as a file", form=due.form, user=due.user_id, plan=due.plan_id)

    async def _was_sent(self, due: Due) -> bool:
        """Whether an earlier attempt sent it. After the last, that is all that remains to be found out."""
        if due.file_id and await slack_files.was_shared(self._client, due.file_id):
            return True
        if due.attempts > MOST_TRIES:
            raise DeliveryError(GAVE_UP, code="gave_up", try_again=False)
        return False

    async def _sent(self, due: Due) -> bool:
        """Write the file and send it. False when somebody else took it up meanwhile."""
        database, now = self._context.database, self._context.clock.now()
        done: ExportFile = await database.look(export_by_id, due.plan_id, due.section_ids, due.form, now)
        begun = await slack_files.begin(self._client, done.name, len(done.content))
        if not await database.run(exports.announced, due, begun.file_id, self._context.clock.now()):
            return False
        await slack_files.put(begun, done.content)
        words = WORDS.format(title=done.title)
        await slack_files.share(self._client, begun, due.user_id, done.name, words)
        return True

    async def _not_sent(self, due: Due, error: DeliveryError) -> None:
        log.warning("a file was not sent", code=error.code, try_again=error.try_again)
        if not error.try_again:
            await self._failed(due, error.sentence, error.code)
        elif due.attempts > MOST_TRIES:
            await self._failed(due, GAVE_UP, error.code)
        else:
            now = self._context.clock.now()
            wait = timedelta(seconds=error.retry_after) if error.retry_after else PAUSE
            if error.call is not None:
                await self._context.database.run(
                    rate_limits.pause, due.workspace_id, error.call, now + wait, now
                )
            await self._context.database.run(exports.put_off, due, now + wait)

    async def _failed(self, due: Due, sentence: str, reason: str) -> None:
        def work(session: Session) -> None:
            now = self._context.clock.now()
            if not exports.settle(session, due, now, reason):
                return
            worded = render_response(self._context, ErrorMessage(sentence), "failed")["parts"][0]
            outbox.plan_reply(session, self._team_id, due.user_id, f"export:{due.id}", worded, now)

        await self._context.database.run(work)
        self._context.nudge()
