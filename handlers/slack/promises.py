"""“The answer follows here” is a promise: the answer is a row of the ledger before it can be lost.

It is shown where it was asked, by response url, as soon as it is there. The row stands by for a minute: if
the bot was killed in between, the answer goes to the asker's direct messages.
"""

from datetime import timedelta
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session

from bot.services import replies
from handlers.door import Door
from handlers.slack.incoming import Incoming

STANDS_BY = timedelta(minutes=1)


class Promise:
    """Made on the event loop, asked about in the thread that saves the answer; one of them comes first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_made = self._is_too_late = False

    def make(self) -> bool:
        """Whether it could be made: not any more once the answer is being saved without it."""
        with self._lock:
            self._is_made = not self._is_too_late
            return self._is_made

    def reopen(self) -> None:
        """What was being saved was taken back, so that it can be made again."""
        with self._lock:
            self._is_too_late = False

    def was_made(self) -> bool:
        """Asked last of all before the answer is saved. From then on none can be made, but by `reopen`."""
        with self._lock:
            self._is_too_late = not self._is_made
            return self._is_made


def stand_by(session: Session, door: Door, asked: Incoming, parts: list[dict[str, Any]]) -> None:
    """Have the answer sent in a while, in the transaction that saves it."""
    asker, at = asked.asker, door.clock.now() + STANDS_BY
    for place, each in enumerate(parts):
        replies.plan_reply(session, asker.team_id, asker.user_id, _key(asked, place), each, at)


async def was_kept(door: Door, asked: Incoming, count: int) -> None:
    """The answer was seen: nothing has to stand by any more."""

    def work(session: Session) -> None:
        for place in range(count):
            replies.withdraw(session, asked.asker.team_id, _key(asked, place))

    await door.database.run(work)


def _key(asked: Incoming, place: int) -> str:
    return f"{asked.key}:late:{place}"
