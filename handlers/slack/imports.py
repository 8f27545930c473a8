"""A plan sent in a direct message: fetched and read after the acknowledgement, reviewed, applied or
cancelled.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import PurePath

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.delivery.slack_files import (
    MAX_FILE_SIZE,
    SlackFiles,
    describe_invisible_file,
    describe_size_limit,
)
from bot.errors import CipError, DeliveryError, NotAllowedError
from bot.importing import review, uploads
from bot.importing.apply_draft import board_defaults
from bot.importing.drafting.draft import PlanDraft
from bot.importing.isolated_reader import IsolatedReader
from bot.importing.readers.registry import READERS
from bot.importing.uploads import PendingUpload, SentFile
from bot.messages import ErrorMessage, ImportProgress, ImportReview, Message
from bot.sentences import sentence
from bot.services.idempotency import message_key_of
from bot.services.outbox import outbox
from bot.services.people import today_for_asker
from handlers.command_parser import strip_unsafe
from handlers.context import AppContext
from handlers.pipeline import handle_request, render_response
from handlers.requests import NamedJob, RequestInfo, Response, Result
from handlers.slack import pipeline
from handlers.slack.background import BackgroundTasks
from handlers.slack.import_progress import report_progress
from handlers.slack.pipeline import Body, ButtonPress, as_threaded, read_press, wait_for_ack
from handlers.slack.responses import answer_button_press

log = structlog.get_logger()
APPLY_ACTION = "import-apply"
# In seconds: how often to look for files that wait to be read.
IMPORT_INTERVAL = 30.0
# In seconds: how often to look for files that waited too long for a decision.
EXPIRY_INTERVAL = 3600.0
MAX_FETCH_ATTEMPTS = 5
MAX_FILES = 3
# Each takes up to half a gigabyte while it is read.
MAX_CONCURRENT_READS = 2


class Imports:
    """Reads the plans people send. Each file is stored before its event is acknowledged: a restart loses
    none.
    """

    def __init__(
        self, context: AppContext, files: SlackFiles, background: BackgroundTasks, team_id: str
    ) -> None:
        self._context, self._files, self._background, self._team_id = context, files, background, team_id
        self._slots = asyncio.Semaphore(MAX_CONCURRENT_READS)
        self._choosing = asyncio.Lock()
        # The ids of the uploads that are being read.
        self._reading: set[int] = set()
        self._reader = IsolatedReader()

    async def receive_files(self, info: RequestInfo, files: Sequence[Body]) -> Response:
        """As store_files, in a transaction of its own."""

        def work(session: Session) -> Result:
            self.store_files(session, info, files)
            return Result(None)

        return await handle_request(self._context, info, NamedJob("file", work))

    def store_files(self, session: Session, info: RequestInfo, files: Sequence[Body]) -> None:
        """Store the files of a message, or of a later version of it, once. Those that cannot be plans are
        refused at once, and so are all others of whoever may not bring in a plan, with one reply.
        """
        plans: list[tuple[int, SentFile]] = []
        for index, each in enumerate(files[:MAX_FILES]):
            file = _to_sent_file(each)
            if reason := _rejection_reason(file):
                self._reply(session, info.asker, f"{info.key}:{index}", ErrorMessage(reason))
            else:
                plans.append((index, file))
        if plans:
            self._store_plans(session, info, plans)
        if len(files) > MAX_FILES:
            too_many = ErrorMessage(sentence("handlers.too_many_files", limit=MAX_FILES))
            self._reply(session, info.asker, f"{info.key}:more", too_many)

    def _store_plans(
        self, session: Session, info: RequestInfo, plans: Sequence[tuple[int, SentFile]]
    ) -> None:
        """plans: each with its place in the message."""
        try:
            uploads.require_sender(session, info.asker)
        except NotAllowedError as error:
            self._reply(session, info.asker, f"{info.key}:refused", ErrorMessage(error.sentence))
            return
        now, message_key = self._context.clock.now(), message_key_of(info.key)
        for index, file in plans:
            key = f"{message_key}:{index}"
            if uploads.is_recorded(session, info.asker, key):
                continue
            if reason := uploads.quota_problem(session, info.asker, now):
                self._reply(session, info.asker, f"{info.key}:{index}", ErrorMessage(reason))
            else:
                uploads.record_upload(session, info.asker, file, key, now)

    async def run(self) -> None:
        """Read every file that waits to be read, two at a time. Safe to call at any time."""
        async with self._slots:
            unfetched: set[int] = set()
            while (upload := await self._choose_upload(unfetched)) is not None:
                try:
                    if not await self._read_upload(upload):
                        unfetched.add(upload.id)
                finally:
                    self._reading.discard(upload.id)
            self._context.nudge()

    async def expire(self) -> None:
        """Give up the files that waited too long for a decision."""
        count = await self._context.database.run(uploads.expire_uploads, self._context.clock.now())
        if count:
            log.info("files that nobody decided about were given up", count=count)

    async def _choose_upload(self, unfetched: set[int]) -> PendingUpload | None:
        async with self._choosing:
            upload = await self._context.database.read(
                uploads.next_to_read, self._team_id, self._reading | unfetched
            )
            if upload is not None:
                self._reading.add(upload.id)
            return upload

    async def _read_upload(self, upload: PendingUpload) -> bool:
        """Returns whether it was read or refused; else it is tried again at the next run."""
        try:
            await self._context.database.read(uploads.require_sender, upload.asker)
            content = await self._files.fetch(upload.address)
            today = await self._context.database.read(
                today_for_asker, upload.asker, self._context.clock.now()
            )
            async with report_progress(partial(self.report_reading, upload)) as on_progress:
                draft = await self._reader.read(upload.name, content, today=today, on_progress=on_progress)
        except DeliveryError as error:
            return await self._handle_fetch_error(upload, error)
        except NotAllowedError as error:
            return await self._refuse_upload(upload, error.sentence)
        except CipError as error:
            problem = sentence("handlers.import_refused", name=upload.name, problem=error.sentence)
            return await self._refuse_upload(upload, problem)
        except Exception:
            log.exception("a plan could not be read")
            return await self._refuse_upload(upload, sentence("handlers.import_failed"))
        await self._context.database.run(self._show_review, upload, draft, content)
        self._context.nudge()
        return True

    async def report_reading(
        self, upload: PendingUpload, done: int, of: int, previous_id: int | None
    ) -> int | None:
        """As import_progress.SendProgress: enqueue a message that replaces the previous one."""
        message, step = ImportProgress(upload.name, done, of), f"page:{done}" if previous_id else "reading"
        key = f"import:{upload.id}:{step}"

        def work(session: Session) -> int | None:
            return self._reply(session, upload.asker, key, message, replaces_id=previous_id)

        message_id = await self._context.database.run(work)
        self._context.nudge()
        return message_id

    async def _handle_fetch_error(self, upload: PendingUpload, error: DeliveryError) -> bool:
        log.warning("a file was not fetched", code=error.code, try_again=error.try_again)
        if not error.try_again:
            problem = sentence("handlers.import_problem", problem=error.sentence)
            return await self._refuse_upload(upload, problem)
        if await self._context.database.run(uploads.count_attempt, upload.id) >= MAX_FETCH_ATTEMPTS:
            return await self._refuse_upload(upload, sentence("handlers.import_not_fetched"))
        return False

    async def _refuse_upload(self, upload: PendingUpload, problem: str) -> bool:
        def work(session: Session) -> None:
            if uploads.refuse_upload(session, upload.id, self._context.clock.now()):
                self._reply(session, upload.asker, f"import:{upload.id}", ErrorMessage(problem))

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
        """Apply or Cancel. The review is updated through the outbox; an error is shown below it."""
        info = pipeline.from_interaction(request)
        pending = asyncio.create_task(self._handle_decision(info, read_press(request.body)))
        await wait_for_ack(pending)
        await ack()
        self._background.start(_show_response(request.body, pending))

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
        """Replace the message of a review with this one."""
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
        """Enqueue the message; returns its id in the outbox, None if the key is there already.

        replaces_upload: the upload whose review it replaces. replaces_id: the message it replaces, by its id
        in the outbox.
        """
        updates = (
            review.review_message_id(session, asker, replaces_upload) if replaces_upload else replaces_id
        )
        part = render_response(self._context, message, "done")["parts"][0]
        now = self._context.clock.now()
        return outbox.enqueue_reply(
            session, asker.team_id, asker.channel_id, key, part, now, updates_id=updates
        )


async def _show_response(body: Body, pending: "asyncio.Task[Response]") -> None:
    await answer_button_press(as_threaded(body), await pending)


def _to_sent_file(file: Body) -> SentFile:
    address = str(file.get("url_private_download") or file.get("url_private") or "")
    size = file.get("size")
    name = str(file.get("name") or file.get("title") or "")
    # One whose size is not known is read after the others.
    return SentFile(strip_unsafe(name), address, size if isinstance(size, int) else MAX_FILE_SIZE)


def _rejection_reason(file: SentFile) -> str:
    """Why this cannot be a plan, or ""."""
    if not file.address and not file.name:
        return sentence("handlers.import_problem", problem=describe_invisible_file())
    ending = PurePath(file.name).suffix.casefold()
    if ending not in READERS:
        return sentence("handlers.not_a_plan_file", endings=list(READERS), name=file.name)
    if file.size > MAX_FILE_SIZE:
        return sentence("handlers.import_problem", problem=describe_size_limit())
    if not file.address:
        return sentence("handlers.import_problem", problem=describe_invisible_file())
    return ""
