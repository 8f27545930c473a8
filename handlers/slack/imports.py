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
from bot.delivery.slack_files import LARGEST, SlackFiles, too_large
from bot.errors import CipError, DeliveryError
from bot.importing import review, uploads
from bot.importing.apply_draft import board_defaults
from bot.importing.drafting.draft import PlanDraft
from bot.importing.isolated_reader import IsolatedReader
from bot.importing.readers.registry import READERS, ProgressCallback
from bot.importing.uploads import PendingUpload, SentFile
from bot.messages import ErrorMessage, ImportProgress, ImportReview, Message
from bot.services.outbox import outbox
from bot.services.people import today_at
from handlers.command_parser import storable
from handlers.context import AppContext
from handlers.pipeline import NamedJob, RequestInfo, Response, Result, handle_request, render_response
from handlers.slack import request_info
from handlers.slack.background import BackgroundTasks
from handlers.slack.pipeline import wait_for_ack
from handlers.slack.request_info import Body, Press, beneath, pressed
from handlers.slack.responses import answer_press

log = structlog.get_logger()
# Most files are read sooner, and nothing is said.
EVERY = 3.0
# From (pages done, of how many, the message before) to the message, each by its row in the ledger; None where
# it is there already.
Tell = Callable[[int, int, int | None], Awaitable[int | None]]


class _Shown:
    """Tells at most every few seconds, one after the other; each takes the place of the one before."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._next = asyncio.get_running_loop().time() + EVERY
        self._row: int | None = None
        self._pages = (0, 0)
        self._telling: asyncio.Task[None] | None = None
        self._is_told_elsewhere = False

    def told(self, done: int, of: int) -> None:
        self._pages = (done, of)
        now = asyncio.get_running_loop().time()
        is_idle = self._telling.done() if self._telling else done < of
        if now >= self._next and is_idle and not self._is_told_elsewhere:
            self._next = now + EVERY
            self._telling = asyncio.create_task(self._say())

    async def finish(self) -> None:
        """Let what is being said be said; a message that stands at fewer pages than were read gets them."""
        if self._telling is None:
            return
        await self._telling
        if not self._is_told_elsewhere:
            await self._say()

    async def _say(self) -> None:
        try:
            row = await self._tell(*self._pages, self._row)
            self._is_told_elsewhere = row is None and self._row is None
            self._row = row or self._row
        except Exception:
            log.exception("how far a file is read could not be told")


@asynccontextmanager
async def shown(tell: Tell) -> AsyncIterator[ProgressCallback]:
    """Give what is to be told of the pages read, within the context."""
    showing = _Shown(tell)
    try:
        yield showing.told
    finally:
        await showing.finish()


APPLY = "import-apply"
READ_EVERY = 30.0
MOST_TRIES = 5
MOST_FILES = 3
GAVE_UP = "I could not fetch the file. Nothing was changed. Send it again in a while."
FAULTY = "I could not read this file: something went wrong on my side. Nothing was changed."
ONLY_SO_MANY = "I read up to 3 files at once. Send the others in another message."


class Imports:
    """Takes files in. What came is written down before it is acknowledged, so that a restart loses none."""

    def __init__(
        self, context: AppContext, files: SlackFiles, background: BackgroundTasks, team_id: str
    ) -> None:
        self._context, self._files, self._background, self._team_id = context, files, background, team_id
        self._one_at_a_time = asyncio.Lock()
        self._reading_room = IsolatedReader()

    async def receive(self, info: RequestInfo, files: Sequence[Body]) -> Response:
        """Write down the files of a message. Those that cannot be plans are answered at once."""

        def work(session: Session) -> Result:
            for place, each in enumerate(files[:MOST_FILES]):
                self._receive_one(session, info, _sent(each), place)
            if len(files) > MOST_FILES:
                self._reply(session, info.asker, f"{info.key}:more", ErrorMessage(ONLY_SO_MANY))
            return Result(None)

        return await handle_request(self._context, info, NamedJob("file", work))

    def _receive_one(self, session: Session, info: RequestInfo, file: SentFile, place: int) -> None:
        wrong = _wrong(file)
        if wrong:
            self._reply(session, info.asker, f"{info.key}:{place}", ErrorMessage(wrong))
            return
        uploads.record_upload(session, info.asker, file, f"{info.key}:{place}", self._context.clock.now())

    async def run(self) -> None:
        """Read every file that waits to be read. Safe to call at any time."""
        async with self._one_at_a_time:
            look, team_id = self._context.database.look, self._team_id
            while (found := await look(uploads.next_to_read, team_id)) is not None:
                if not await self._read(found):
                    return
            self._context.nudge()

    async def _read(self, found: PendingUpload) -> bool:
        """Returns whether it was dealt with; else it is tried again at the next turn."""
        try:
            content = await self._files.fetch(found.address)
            today = await self._context.database.look(today_at, found.asker, self._context.clock.now())
            async with shown(partial(self.tell_reading, found)) as told:
                draft = await self._reading_room.read(found.name, content, today=today, on_progress=told)
        except DeliveryError as error:
            return await self._not_fetched(found, error)
        except CipError as error:
            return await self._refused(found, f"{found.name} cannot be taken in. {error.sentence}")
        except Exception:
            log.exception("a plan could not be read")
            return await self._refused(found, FAULTY)
        await self._context.database.run(self._show, found, draft, content)
        self._context.nudge()
        return True

    async def tell_reading(self, found: PendingUpload, done: int, of: int, before: int | None) -> int | None:
        """Say how far the file is read, in the place of what was said before. None where a bot said so."""
        message, place = ImportProgress(found.name, done, of), f"page:{done}" if before else "reading"
        key = f"import:{found.id}:{place}"

        def work(session: Session) -> int | None:
            return self._reply(session, found.asker, key, message, updates=before)

        row = await self._context.database.run(work)
        self._context.nudge()
        return row

    async def _not_fetched(self, found: PendingUpload, error: DeliveryError) -> bool:
        log.warning("a file was not fetched", code=error.code, try_again=error.try_again)
        if not error.try_again:
            return await self._refused(found, f"{error.sentence} Nothing was changed.")
        if await self._context.database.run(uploads.count_attempt, found.id) >= MOST_TRIES:
            return await self._refused(found, GAVE_UP)
        return False

    async def _refused(self, found: PendingUpload, sentence: str) -> bool:
        def work(session: Session) -> None:
            if uploads.refuse_upload(session, found.id, self._context.clock.now()):
                self._reply(session, found.asker, f"import:{found.id}", ErrorMessage(sentence))

        await self._context.database.run(work)
        self._context.nudge()
        return True

    def _show(self, session: Session, found: PendingUpload, draft: PlanDraft, content: bytes) -> None:
        message = review.review_upload(session, found.id, draft, content)
        if message is not None:
            asker = found.asker
            review.link_review_message(
                session, found.id, self._reply(session, asker, f"import:{found.id}", message)
            )

    async def decide(self, ack: AsyncAck, request: AsyncBoltRequest) -> None:
        """Apply or Cancel. The review is rewritten through the ledger; anything else is told beneath it."""
        info = request_info.of_interaction(request)
        coming = asyncio.create_task(self._decided(info, pressed(request.body)))
        await wait_for_ack(coming)
        await ack()
        self._background.start(_tell(request.body, coming))

    async def _decided(self, info: RequestInfo, press: Press) -> Response:
        def work(session: Session) -> Result:
            message = self._settle(session, info.asker, press)
            if isinstance(message, ErrorMessage):
                return Result(message)
            self._reply(session, info.asker, info.key, message, instead_of=press.value)
            return Result(None)

        return await handle_request(self._context, info, NamedJob("import", work))

    def _settle(self, session: Session, asker: Asker, press: Press) -> Message:
        now = self._context.clock.now()
        if press.action != APPLY:
            return review.cancel_upload(session, asker, press.value, now)
        return review.apply_upload(session, asker, press.value, board_defaults(self._context.settings), now)

    def rewrite(self, session: Session, asker: Asker, key: str, message: ImportReview) -> None:
        """Show the review as it is now, in the place of what it was."""
        self._reply(session, asker, key, message, instead_of=message.upload)

    def _reply(
        self,
        session: Session,
        asker: Asker,
        key: str,
        message: Message,
        *,
        instead_of: str = "",
        updates: int | None = None,
    ) -> int | None:
        """Through the ledger. instead_of: the upload whose review it takes the place of. updates: the same
        for any message, by its row in the ledger.
        """
        before = review.review_message_id(session, asker, instead_of) if instead_of else updates
        worded = render_response(self._context, message, "done")["parts"][0]
        now = self._context.clock.now()
        return outbox.plan_reply(
            session, asker.team_id, asker.channel_id, key, worded, now, updates_id=before
        )


async def _tell(body: Body, coming: "asyncio.Task[Response]") -> None:
    await answer_press(beneath(body), await coming)


def _sent(file: Body) -> SentFile:
    address = str(file.get("url_private_download") or file.get("url_private") or "")
    size = file.get("size")
    name = str(file.get("name") or file.get("title") or "")
    return SentFile(storable(name), address, size if isinstance(size, int) else 0)


def _wrong(file: SentFile) -> str:
    """Why this cannot be a plan, or ""."""
    ending = PurePath(file.name).suffix.casefold()
    if ending not in READERS:
        return (
            f"I read plans from files ending in {', '.join(READERS)}."
            f" So I left {file.name or 'this file'} alone. Nothing was changed."
        )
    if file.size > LARGEST:
        return f"{too_large()} Nothing was changed."
    return "" if file.address else f"{GAVE_UP}"
