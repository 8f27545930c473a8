"""What a sender does, whatever the platform."""

from dataclasses import dataclass, field
from typing import Any, Protocol

# The codes that say that the message which heads a thread was deleted.
THREAD_GONE_CODES = frozenset({"thread_not_found", "message_not_found"})


@dataclass(frozen=True)
class Post:
    """One message to be posted. target: a chat user, a channel, or "#name".

    token: the opaque key that goes along as metadata. updates: (channel, ts) of the message to replace.
    thread_ts: whose thread it belongs to.
    """

    target: str
    text: str
    token: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    updates: tuple[str, str] | None = None
    thread_ts: str = ""


@dataclass(frozen=True)
class MessageRef:
    """Where a message now stands."""

    channel: str
    ts: str


class Sender(Protocol):
    """Posts messages. Every failure is a bot.errors.DeliveryError, temporary or permanent."""

    async def post(self, post: Post) -> MessageRef: ...

    async def find(self, post: Post, *, since: float) -> MessageRef | None:
        """The message carrying the post's token, if it was posted after `since` (seconds since 1970), or is
        among the newest of its conversation.
        """
        ...
