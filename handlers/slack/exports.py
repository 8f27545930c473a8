"""Exports: files written and sent after the acknowledgement of the command that asked for them."""

import asyncio
from datetime import timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.orm import Session

from bot.delivery import slack_files
from bot.errors import CipError, DeliveryError, ErrorKind
from bot.messages import ErrorMessage
from bot.plan.reading import ReadPolicy
from bot.reporting.export import ExportFile, export_by_id
from bot.sentences import sentence
from bot.services import exports
from bot.services.exports import MAX_ATTEMPTS, ClaimedExport
from bot.services.leases import LEASE
from bot.services.outbox import outbox, rate_limits
from bot.services.outbox.rate_limits import WorkspaceLimits
from handlers.context import AppContext
from handlers.pipeline import render_response
from handlers.slack.background import BackgroundTasks

log = structlog.get_logger()
# In seconds: how often to look for exports that wait.
EXPORT_INTERVAL = 30.0
RETRY_DELAY = timedelta(seconds=20)
# In seconds: well before the lease ends and another replica may claim the export.
SEND_TIMEOUT = LEASE.total_seconds() / 2


class Exports:
    """Sends the exports that are stored. Each is a row before its command is acknowledged, so that a restart
    loses none; the id of its file is in the row before the file is shared, so that none is sent twice.
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
        """Start `run` in the background."""
        self._background.start(self.run())

    async def run(self) -> None:
        """Send every export that is due. Safe to call at any time."""
        async with self._lock:
            while (export := await self._claim()) is not None:
                await self._send(export)

    async def _claim(self) -> ClaimedExport | None:
        now = self._context.clock.now()
        return await self._context.database.run(exports.claim_export, self._team_id, self._limits, now)

    async def _send(self, export: ClaimedExport) -> None:
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                is_sent = await self._is_already_sent(export) or await self._upload(export)
        except TimeoutError:
            problem = sentence("handlers.slack_timed_out")
            timeout = DeliveryError(problem, code="timeout", try_again=True)
            await self._handle_delivery_error(export, timeout)
        except DeliveryError as error:
            await self._handle_delivery_error(export, error)
        except CipError as error:
            await self._mark_failed(export, error.sentence, "refused")
        except Exception:
            log.exception("a plan could not be written to a file")
            await self._mark_failed(export, sentence("handlers.export_failed"), "fault")
        else:
            if is_sent and await self._context.database.run(
                exports.finish_export, export, self._context.clock.now()
            ):
                log.info(
                    "a plan was sent as a file", form=export.form, user=export.user_id, plan=export.plan_id
                )

    async def _is_already_sent(self, export: ClaimedExport) -> bool:
        """Whether an earlier attempt sent it. Raises DeliveryError when there were enough attempts."""
        if export.file_id and await slack_files.is_shared(self._client, export.file_id):
            return True
        if export.attempts > MAX_ATTEMPTS:
            raise DeliveryError(sentence("handlers.export_given_up"), code="gave_up", try_again=False)
        return False

    async def _upload(self, export: ClaimedExport) -> bool:
        """Write the file and send it. False when another replica claimed the export meanwhile."""
        database = self._context.database
        file = await database.read(self._write_file, export)
        upload = await slack_files.begin_upload(self._client, file.name, len(file.content))
        if not await database.run(exports.record_upload, export, upload.file_id, self._context.clock.now()):
            return False
        await slack_files.upload_content(upload, file.content)
        comment = sentence("handlers.export_comment", title=file.title)
        await slack_files.share_file(self._client, upload, export.user_id, file.name, comment)
        return True

    def _write_file(self, session: Session, export: ClaimedExport) -> ExportFile:
        exports.require_reader(session, export, ReadPolicy(self._context.settings.read))
        now = self._context.clock.now()
        return export_by_id(session, export.plan_id, export.section_ids, export.form, now)

    async def _handle_delivery_error(self, export: ClaimedExport, error: DeliveryError) -> None:
        log.warning("a file was not sent", code=error.code, try_again=error.try_again)
        if not error.try_again:
            problem = error.sentence
            if error.kind is ErrorKind.TOKEN:
                # It arrives once the token is accepted. The file would say how things stood before.
                problem = sentence("handlers.export_refused", problem=problem)
            await self._mark_failed(export, problem, error.code)
        elif export.attempts > MAX_ATTEMPTS:
            await self._mark_failed(export, sentence("handlers.export_given_up"), error.code)
        else:
            now = self._context.clock.now()
            delay = timedelta(seconds=error.retry_after) if error.retry_after else RETRY_DELAY
            if error.call is not None:
                await self._context.database.run(
                    rate_limits.pause_calls, export.workspace_id, error.call, now + delay, now
                )
            await self._context.database.run(exports.postpone_export, export, now + delay)

    async def _mark_failed(self, export: ClaimedExport, problem: str, reason: str) -> None:
        """problem: for the person, in a message. reason: for the row."""

        def work(session: Session) -> None:
            now = self._context.clock.now()
            if not exports.finish_export(session, export, now, reason):
                return
            part = render_response(self._context, ErrorMessage(problem), "failed")["parts"][0]
            outbox.enqueue_reply(session, self._team_id, export.user_id, f"export:{export.id}", part, now)

        await self._context.database.run(work)
        self._context.nudge()
