"""A plan sent in a direct message: fetched and read after the acknowledgement, shown, then applied or not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import PurePath

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.delivery.slack_files import MAX_FILE_SIZE, SlackFiles, describe_size_limit
from bot.errors import CipError, DeliveryError
from bot.importing import review, uploads
from bot.importing.apply_draft import board_defaults
from bot.importing.drafting.draft import PlanDraft
from bot.importing.isolated_reader import IsolatedReader
from bot.importing.readers.registry import READERS, ProgressCallback
from bot.importing.uploads import PendingUpload, SentFile
from bot.messages import ErrorMessage, ImportProgress, ImportReview, Message
from bot.services.outbox import outbox
from bot.services.people import today_for_asker
from handlers.command_parser import strip_unsafe
from handlers.context import AppContext
from handlers.pipeline import NamedJob, RequestInfo, Response, Result, handle_request, render_response
from handlers.slack import request_info
from handlers.slack.background import BackgroundTasks
from handlers.slack.pipeline import wait_for_ack
from handlers.slack.request_info import Body, ButtonPress, as_threaded, read_press
from handlers.slack.responses import answer_button_press

log = structlog.get_logger()
# Most files are read sooner, and nothing is said.
PROGRESS_INTERVAL = 3.0
# From (pages done, of how many, the message before) to the message, each by its row in the ledger; None where
# it is there already.
ReportProgress = Callable[[int, int, int | None], Awaitable[int | None]]


class _ProgressReporter:
    """Tells at most every few seconds, one after the other; each takes the place of the one before."""

    def __init__(self, report: ReportProgress) -> None:
        self._report = report
        self._next_report_at = asyncio.get_running_loop().time() + PROGRESS_INTERVAL
        self._message_id: int | None = None
        self._pages = (0, 0)
        self._report_task: asyncio.Task[None] | None = None
        self._is_reported_elsewhere = False

    def update(self, done: int, of: int) -> None:
        self._pages = (done, of)
        now = asyncio.get_running_loop().time()
        is_idle = self._report_task.done() if self._report_task else done < of
        if now >= self._next_report_at and is_idle and not self._is_reported_elsewhere:
            self._next_report_at = now + PROGRESS_INTERVAL
            self._report_task = asyncio.create_task(self._send_report())

    async def finish(self) -> None:
        """Let what is being said be said; a message that stands at fewer pages than were read gets them."""
        if self._report_task is None:
            return
        await self._report_task
        if not self._is_reported_elsewhere:
            await self._send_report()

    async def _send_report(self) -> None:
        try:
            row = await self._report(*self._pages, self._message_id)
            self._is_reported_elsewhere = row is None and self._message_id is None
            self._message_id = row or self._message_id
        except Exception:
            log.exception("how far a file is read could not be told")


@asynccontextmanager
async def report_progress(report: ReportProgress) -> AsyncIterator[ProgressCallback]:
    """Give what is to be told of the pages read, within the context."""
    showing = _ProgressReporter(report)
    try:
        yield showing.update
    finally:
        await showing.finish()


APPLY_ACTION = "import-apply"
IMPORT_INTERVAL = 30.0
MAX_FETCH_ATTEMPTS = 5
MAX_FILES = 3
FETCH_FAILED = "I could not fetch the file. Nothing was changed. Send it again in a while."
INTERNAL_ERROR = "I could not read this file: something went wrong on my side. Nothing was changed."
TOO_MANY_FILES = "I read up to 3 files at once. Send the others in another message."


class Imports:
    """Takes files in. What came is written down before it is acknowledged, so that a restart loses none."""

    def __init__(
        self, context: AppContext, files: SlackFiles, background: BackgroundTasks, team_id: str
    ) -> None:
        self._context, self._files, self._background, self._team_id = context, files, background, team_id
        self._lock = asyncio.Lock()
        self._reader = IsolatedReader()

    async def receive_files(self, info: RequestInfo, files: Sequence[Body]) -> Response:
        """Write down the files of a message. Those that cannot be plans are answered at once."""

        def work(session: Session) -> Result:
            for place, each in enumerate(files[:MAX_FILES]):
                self._receive_file(session, info, _to_sent_file(each), place)
            if len(files) > MAX_FILES:
                self._reply(session, info.asker, f"{info.key}:more", ErrorMessage(TOO_MANY_FILES))
            return Result(None)

        return await handle_request(self._context, info, NamedJob("file", work))

    def _receive_file(self, session: Session, info: RequestInfo, file: SentFile, index: int) -> None:
        wrong = _rejection_reason(file)
        if wrong:
            self._reply(session, info.asker, f"{info.key}:{index}", ErrorMessage(wrong))
            return
        uploads.record_upload(session, info.asker, file, f"{info.key}:{index}", self._context.clock.now())

    async def run(self) -> None:
        """Read every file that waits to be read. Safe to call at any time."""
        async with self._lock:
            look, team_id = self._context.database.read, self._team_id
            while (found := await look(uploads.next_to_read, team_id)) is not None:
                if not await self._read_upload(found):
                    return
            self._context.nudge()

    async def _read_upload(self, upload: PendingUpload) -> bool:
        """Returns whether it was dealt with; else it is tried again at the next turn."""
        try:
            content = await self._files.fetch(upload.address)
            today = await self._context.database.read(
                today_for_asker, upload.asker, self._context.clock.now()
            )
            async with report_progress(partial(self.report_reading, upload)) as told:
                draft = await self._reader.read(upload.name, content, today=today, on_progress=told)
        except DeliveryError as error:
            return await self._handle_fetch_error(upload, error)
        except CipError as error:
            return await self._refuse_upload(upload, f"{upload.name} cannot be taken in. {error.sentence}")
        except Exception:
            log.exception("a plan could not be read")
            return await self._refuse_upload(upload, INTERNAL_ERROR)
        await self._context.database.run(self._show_review, upload, draft, content)
        self._context.nudge()
        return True

    async def report_reading(
        self, upload: PendingUpload, done: int, of: int, previous_id: int | None
    ) -> int | None:
        """Say how far the file is read, in the place of what was said before. None where a bot said so."""
        message, place = ImportProgress(upload.name, done, of), f"page:{done}" if previous_id else "reading"
        key = f"import:{upload.id}:{place}"

        def work(session: Session) -> int | None:
            return self._reply(session, upload.asker, key, message, replaces_id=previous_id)

        row = await self._context.database.run(work)
        self._context.nudge()
        return row

    async def _handle_fetch_error(self, upload: PendingUpload, error: DeliveryError) -> bool:
        log.warning("a file was not fetched", code=error.code, try_again=error.try_again)
        if not error.try_again:
            return await self._refuse_upload(upload, f"{error.sentence} Nothing was changed.")
        if await self._context.database.run(uploads.count_attempt, upload.id) >= MAX_FETCH_ATTEMPTS:
            return await self._refuse_upload(upload, FETCH_FAILED)
        return False

    async def _refuse_upload(self, upload: PendingUpload, sentence: str) -> bool:
        def work(session: Session) -> None:
            if uploads.refuse_upload(session, upload.id, self._context.clock.now()):
                self._reply(session, upload.asker, f"import:{upload.id}", ErrorMessage(sentence))

        await self._context.database.run(work)
        self._context.nudge()
        return True

    def _show_review(self, session: Session, upload: PendingUpload, draft: PlanDraft, content: bytes) -> None:
        message = review.review_upload(session, upload.id, draft, content)
        if message is not None:
            asker = upload.asker
            review.link_review_message(
                session, upload.id, self._reply(session, asker, f"import:{upload.id}", message)
            )

    async def decide(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """Apply or Cancel. The review is rewritten through the ledger; anything else is told beneath it."""
        info = request_info.from_interaction(request)
        coming = asyncio.create_task(self._handle_decision(info, read_press(request.body)))
        await wait_for_ack(coming)
        await ack()
        self._background.start(_show_response(request.body, coming))

    async def _handle_decision(self, info: RequestInfo, press: ButtonPress) -> Response:
        def work(session: Session) -> Result:
            message = self._apply_decision(session, info.asker, press)
            if isinstance(message, ErrorMessage):
                return Result(message)
            self._reply(session, info.asker, info.key, message, replaces_upload=press.value)
            return Result(None)

        return await handle_request(self._context, info, NamedJob("import", work))

    def _apply_decision(self, session: Session, asker: Asker, press: ButtonPress) -> Message:
        now = self._context.clock.now()
        if press.action != APPLY_ACTION:
            return review.cancel_upload(session, asker, press.value, now)
        return review.apply_upload(session, asker, press.value, board_defaults(self._context.settings), now)

    def update_review(self, session: Session, asker: Asker, key: str, message: ImportReview) -> None:
        """Show the review as it is now, in the place of what it was."""
        self._reply(session, asker, key, message, replaces_upload=message.upload)

    def _reply(
        self,
        session: Session,
        asker: Asker,
        key: str,
        message: Message,
        *,
        replaces_upload: str = "",
        replaces_id: int | None = None,
    ) -> int | None:
        """Through the ledger. replaces_upload: the upload whose review it takes the place of.
        replaces_id: the same
        for any message, by its row in the ledger.
        """
        before = review.review_message_id(session, asker, replaces_upload) if replaces_upload else replaces_id
        worded = render_response(self._context, message, "done")["parts"][0]
        now = self._context.clock.now()
        return outbox.enqueue_reply(
            session, asker.team_id, asker.channel_id, key, worded, now, updates_id=before
        )


async def _show_response(body: Body, pending: "asyncio.Task[Response]") -> None:
    await answer_button_press(as_threaded(body), await pending)


def _to_sent_file(file: Body) -> SentFile:
    address = str(file.get("url_private_download") or file.get("url_private") or "")
    size = file.get("size")
    name = str(file.get("name") or file.get("title") or "")
    return SentFile(strip_unsafe(name), address, size if isinstance(size, int) else 0)


def _rejection_reason(file: SentFile) -> str:
    """Why this cannot be a plan, or ""."""
    ending = PurePath(file.name).suffix.casefold()
    if ending not in READERS:
        return (
            f"I read plans from files ending in {', '.join(READERS)}."
            f" So I left {file.name or 'this file'} alone. Nothing was changed."
        )
    if file.size > MAX_FILE_SIZE:
        return f"{describe_size_limit()} Nothing was changed."
    return "" if file.address else f"{FETCH_FAILED}"
