"""A plan sent in a direct message: fetched and read after the acknowledgement, shown, then applied or not."""

import asyncio
from datetime import date
from pathlib import PurePath
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.delivery.files import LARGEST, SlackFiles, too_large
from bot.errors import CipError, DeliveryError
from bot.importing import reviewing
from bot.importing.board_settings import board_defaults
from bot.importing.drafts import PlanDraft
from bot.importing.readers import READERS
from bot.importing.reading import read_plan_bytes
from bot.importing.reviewing import SentFile, Waiting
from bot.messages import ImportReview, Message, Problem
from bot.services import replies
from bot.services.people import today_at
from handlers.door import Door
from handlers.slack import incoming
from handlers.slack.incoming import Body, Incoming
from handlers.slack.taking import Answer, Said, Task, problem, rendered, take

log = structlog.get_logger()
READ_EVERY = 30.0
MOST_TRIES = 5
MOST_FILES = 3
GAVE_UP = "I could not fetch the file. Nothing was changed. Send it again in a while."
FAULTY = "I could not read this file: something went wrong on my side. Nothing was changed."
ONLY_SO_MANY = "I read up to 3 files at once. Send the others in another message."


class Imports:
    """Takes files in. What came is written down before it is acknowledged, so that a restart loses none."""

    def __init__(self, door: Door, files: SlackFiles) -> None:
        self._door, self._files = door, files
        self._one_at_a_time = asyncio.Lock()

    async def receive(self, event: dict[str, Any], request: AsyncBoltRequest) -> Answer:
        """Write down the files of a message. Those that cannot be plans are answered at once."""
        asked = incoming.of_event(request)
        given = event.get("files")
        files = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []

        def work(session: Session) -> Said:
            for place, each in enumerate(files[:MOST_FILES]):
                self._receive_one(session, asked, _sent(each), place)
            if len(files) > MOST_FILES:
                self._reply(session, asked.asker, f"{asked.key}:more", Problem(ONLY_SO_MANY))
            return Said(None)

        return await take(self._door, asked, Task("file", work))

    def _receive_one(self, session: Session, asked: Incoming, file: SentFile, place: int) -> None:
        wrong = _wrong(file)
        if wrong:
            self._reply(session, asked.asker, f"{asked.key}:{place}", Problem(wrong))
            return
        reviewing.receive(session, asked.asker, file, f"{asked.key}:{place}", self._door.clock.now())

    async def run(self) -> None:
        """Read every file that waits to be read. Safe to call at any time."""
        async with self._one_at_a_time:
            while (found := await self._door.database.look(reviewing.next_to_read)) is not None:
                if not await self._read(found):
                    return
            self._door.nudge()

    async def _read(self, found: Waiting) -> bool:
        """Returns whether it was dealt with; else it is tried again at the next turn."""
        try:
            content = await self._files.fetch(found.address)
            today = await self._door.database.look(_today, self._asker(found), self._door)
            draft = await asyncio.to_thread(read_plan_bytes, found.name, content, today=today)
        except DeliveryError as error:
            return await self._not_fetched(found, error)
        except CipError as error:
            return await self._refused(found, f"{found.name} cannot be taken in. {error.sentence}")
        except Exception:
            log.exception("a plan could not be read")
            return await self._refused(found, FAULTY)
        await self._door.database.run(self._show, found, draft, content, today)
        self._door.nudge()
        return True

    async def _not_fetched(self, found: Waiting, error: DeliveryError) -> bool:
        log.warning("a file was not fetched", code=error.code, try_again=error.try_again)
        if not error.try_again:
            return await self._refused(found, f"{error.sentence} Nothing was changed.")
        if await self._door.database.run(reviewing.try_again, found.id) >= MOST_TRIES:
            return await self._refused(found, GAVE_UP)
        return False

    async def _refused(self, found: Waiting, sentence: str) -> bool:
        def work(session: Session) -> None:
            if reviewing.refuse(session, found.id, self._door.clock.now()):
                self._reply(session, self._asker(found, session), f"import:{found.id}", Problem(sentence))

        await self._door.database.run(work)
        self._door.nudge()
        return True

    def _show(
        self, session: Session, found: Waiting, draft: PlanDraft, content: bytes, read_on: date
    ) -> None:
        message = reviewing.review(session, found.id, draft, content, read_on)
        if message is not None:
            asker = self._asker(found, session)
            reviewing.told(session, found.id, self._reply(session, asker, f"import:{found.id}", message))

    async def decide(self, ack: AsyncAck, request: AsyncBoltRequest) -> "asyncio.Task[Answer]":
        """Apply or cancel. The review is rewritten through the ledger; what comes back is told beneath it."""
        raise NotImplementedError
