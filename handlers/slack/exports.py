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
from bot.services.exports import MAX_ATTEMPTS, ClaimedExport
from bot.services.leases import LEASE
from bot.services.outbox import outbox, rate_limits
from bot.services.outbox.rate_limits import WorkspaceLimits
from handlers.context import AppContext
from handlers.pipeline import render_response
from handlers.slack.background import BackgroundTasks

log = structlog.get_logger()
EXPORT_INTERVAL = 30.0
RETRY_DELAY = timedelta(seconds=20)
# Given up well before anybody else may take it up.
SEND_TIMEOUT = LEASE.total_seconds() / 2
FILE_COMMENT = "Here is {title} as it stands, as you asked."
GAVE_UP = "I could not send you the file you asked for. Ask for it again in a while."
INTERNAL_ERROR = "I could not write the file you asked for: something went wrong on my side."


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
        limits: WorkspaceLimits,
    ) -> None:
        self._context, self._client, self._background = context, client, background
        self._team_id, self._limits = team_id, limits
        self._lock = asyncio.Lock()

    def start(self) -> None:
        """Begin at once, without waiting for the end."""
        self._background.start(self.run())

    async def run(self) -> None:
        """Send every file that waits and may go. Safe to call at any time."""
        async with self._lock:
            while (due := await self._claim()) is not None:
                await self._send(due)

    async def _claim(self) -> ClaimedExport | None:
        now = self._context.clock.now()
        return await self._context.database.run(exports.claim_export, self._team_id, self._limits, now)

    async def _send(self, export: ClaimedExport) -> None:
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                sent = await self._is_already_sent(export) or await self._upload(export)
        except TimeoutError:
            late = DeliveryError("Slack did not answer in time.", code="timeout", try_again=True)
            await self._handle_delivery_error(export, late)
        except DeliveryError as error:
            await self._handle_delivery_error(export, error)
        except CipError as error:
            await self._mark_failed(export, error.sentence, "refused")
        except Exception:
            log.exception("a plan could not be written to a file")
            await self._mark_failed(export, INTERNAL_ERROR, "fault")
        else:
            if sent and await self._context.database.run(
                exports.finish_export, export, self._context.clock.now()
            ):
                log.info(
                    "a plan was sent as a file", form=export.form, user=export.user_id, plan=export.plan_id
                )

    async def _is_already_sent(self, export: ClaimedExport) -> bool:
        """Whether an earlier attempt sent it. After the last, that is all that remains to be found out."""
        if export.file_id and await slack_files.is_shared(self._client, export.file_id):
            return True
        if export.attempts > MAX_ATTEMPTS:
            raise DeliveryError(GAVE_UP, code="gave_up", try_again=False)
        return False

    async def _upload(self, export: ClaimedExport) -> bool:
        """Write the file and send it. False when somebody else took it up meanwhile."""
        database, now = self._context.database, self._context.clock.now()
        done: ExportFile = await database.read(
            export_by_id, export.plan_id, export.section_ids, export.form, now
        )
        begun = await slack_files.begin_upload(self._client, done.name, len(done.content))
        if not await database.run(exports.record_upload, export, begun.file_id, self._context.clock.now()):
            return False
        await slack_files.upload_content(begun, done.content)
        words = FILE_COMMENT.format(title=done.title)
        await slack_files.share_file(self._client, begun, export.user_id, done.name, words)
        return True

    async def _handle_delivery_error(self, export: ClaimedExport, error: DeliveryError) -> None:
        log.warning("a file was not sent", code=error.code, try_again=error.try_again)
        if not error.try_again:
            await self._mark_failed(export, error.sentence, error.code)
        elif export.attempts > MAX_ATTEMPTS:
            await self._mark_failed(export, GAVE_UP, error.code)
        else:
            now = self._context.clock.now()
            wait = timedelta(seconds=error.retry_after) if error.retry_after else RETRY_DELAY
            if error.call is not None:
                await self._context.database.run(
                    rate_limits.pause_calls, export.workspace_id, error.call, now + wait, now
                )
            await self._context.database.run(exports.postpone_export, export, now + wait)

    async def _mark_failed(self, export: ClaimedExport, sentence: str, reason: str) -> None:
        def work(session: Session) -> None:
            now = self._context.clock.now()
            if not exports.finish_export(session, export, now, reason):
                return
            worded = render_response(self._context, ErrorMessage(sentence), "failed")["parts"][0]
            outbox.enqueue_reply(session, self._team_id, export.user_id, f"export:{export.id}", worded, now)

        await self._context.database.run(work)
        self._context.nudge()
