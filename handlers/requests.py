"""What a platform's listener gives to the pipeline: the request and its job; and what comes back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot.commands import Asker
from bot.messages import Message

# One message as the platform takes it: {"text", "blocks"}.
Part = dict[str, Any]
# {"outcome", "public", "parts": [Part]}, perhaps with "batch", as stored in the database: a redelivery gets
# the same response.
Response = dict[str, Any]


@dataclass(frozen=True)
class RequestInfo:
    """key: the platform's own id of the request; a redelivery has the same one.

    signature: of the HTTP request; a replay has the same one, a redelivery is signed anew. None where the
    request came over a connection that the bot opened.
    """

    asker: Asker
    key: str
    signature: str | None


@dataclass(frozen=True)
class Result:
    """What a job returns. message: None for an empty response. public: shown to the whole channel.
    outcome: "done", or "refused" where nothing was changed. save: what else is written with the response.
    batch: of the changes recorded, where whoever wrote the message may change its words later.
    """

    message: Message | None
    public: bool = False
    outcome: str = "done"
    save: Callable[[Session], None] | None = None
    batch: str = ""


class Job(Protocol):
    """The work of one request. name: its label in the metrics, from a small fixed set; final only once the
    job has run. is_short: it takes a few milliseconds and locks few rows, so it may share a transaction with
    other jobs (bot/group_commit.py). reads_only: it writes nothing but by its Result's `save`; final once the
    job is prepared.
    """

    @property
    def name(self) -> str: ...

    @property
    def is_short(self) -> bool: ...

    @property
    def reads_only(self) -> bool: ...

    async def prepare(self) -> None:
        """What needs no database, such as reading the line. Called once, before any transaction."""

    def __call__(self, session: Session) -> Result:
        """Raises CipError and its subclasses, and StandingNeededError. No effects but on the session, since
        it may be run again.
        """
        ...


@dataclass(frozen=True)
class NamedJob:
    """A function with a fixed name in the metrics."""

    name: str
    work: Callable[[Session], Result]
    is_short: bool = False
    reads_only: bool = False

    async def prepare(self) -> None:
        """Nothing."""

    def __call__(self, session: Session) -> Result:
        return self.work(session)


def noop_job(name: str, message: Message | None = None) -> NamedJob:
    """A job that changes nothing. Its request is stored all the same, so that a replay is refused."""
    return NamedJob(name, lambda _: Result(message))
