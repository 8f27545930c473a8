"""The messages of the workspace, in order, and how far each person has read."""

import secrets
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict

from bot.clock import Clock
from bot.sandbox.entities import Json, SandboxMessage, from_ts, new_block_id, to_micros, to_ts
from bot.sandbox.store import RecordStore


def with_block_ids(blocks: list[Json]) -> list[Json]:
    """The blocks with a `block_id` for each one that has none, as Slack gives it."""
    return [{**block, "block_id": block.get("block_id") or new_block_id()} for block in blocks]


def list_action_ids(blocks: list[Json]) -> list[str]:
    """The action ids of the buttons and menus in a message's blocks, in order."""
    elements = [each for block in blocks for each in (*block.get("elements", ()), block.get("accessory"))]
    return [str(each["action_id"]) for each in elements if isinstance(each, dict) and each.get("action_id")]


class MessageStore:
    """Messages by conversation and `ts`. A `ts` is the simulated time, unique and always increasing."""

    def __init__(self, store: RecordStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._last_ts = 0
        self._by_channel: dict[str, dict[str, SandboxMessage]] = {}
        self._replies: dict[tuple[str, str], list[str]] = {}
        self._last_read: dict[str, str] = {}
        self.load()

    def load(self) -> None:
        # Versions are valid within one run: after a restart or a reset, a page gets everything again.
        self._run_id, self._change_count = secrets.token_hex(4), 0
        self._changed_at: dict[str, int] = {}
        self._by_channel, self._replies = defaultdict(dict), defaultdict(list)
        for body in self._store.load("message"):
            self._index(SandboxMessage(**body))
        self._last_ts = max((from_ts(body["ts"]) for body in self._store.load("last")), default=0)
        self._last_read = {body["key"]: body["ts"] for body in self._store.load("read")}

    def next_ts(self) -> str:
        self._last_ts = max(self._last_ts + 1, to_micros(self._clock.now()))
        self._store.put("last", "ts", {"ts": to_ts(self._last_ts)})
        return to_ts(self._last_ts)

    def post(self, message: SandboxMessage) -> SandboxMessage:
        """Store a new message, with ids for its blocks; it is on disk when this returns."""
        message.blocks = with_block_ids(message.blocks)
        message.first_actions = list_action_ids(message.blocks)
        self._index(message)
        self.save(message)
        return message

    def _index(self, message: SandboxMessage) -> None:
        self._by_channel[message.channel][message.ts] = message
        if message.thread_ts is not None and message.is_reply:
            self._replies[message.channel, message.thread_ts].append(message.ts)

    def _mark_changed(self, message: SandboxMessage) -> None:
        """A reply changes its parent too, which shows the number of replies."""
        self._change_count += 1
        for ts in (message.ts, message.thread_ts or message.ts):
            self._changed_at[ts] = self._change_count

    @property
    def version(self) -> str:
        """The current version, for `has_changed` later."""
        return f"{self._run_id}.{self._change_count}"

    def has_changed(self, message: SandboxMessage, since: str) -> bool:
        """Whether the message is new or different since that version; always for the version of another
        run.
        """
        run, _, count = since.partition(".")
        return (
            run != self._run_id or not count.isdecimal() or self._changed_at.get(message.ts, 0) > int(count)
        )

    def save(self, message: SandboxMessage) -> None:
        self._mark_changed(message)
        self._store.put("message", f"{message.channel}/{message.ts}", asdict(message))
        self._store.commit()

    def delete(self, message: SandboxMessage) -> None:
        self._mark_changed(message)
        self._by_channel[message.channel].pop(message.ts, None)
        if message.thread_ts is not None and message.is_reply:
            self._replies[message.channel, message.thread_ts].remove(message.ts)
        self._store.drop("message", f"{message.channel}/{message.ts}")
        self._store.commit()

    def find(self, channel: str, ts: str, seen_by: str | None = None) -> SandboxMessage | None:
        """The message; None for someone else's ephemeral one. seen_by: a user id; None for the API, which
        sees no ephemeral messages.
        """
        message = self._by_channel[channel].get(ts)
        return message if message and message.only_for in (None, seen_by) else None

    def in_channel(self, channel: str, seen_by: str | None = None) -> Iterator[SandboxMessage]:
        """Oldest first, with replies. seen_by: as in `find`."""
        for message in list(self._by_channel[channel].values()):
            if message.only_for in (None, seen_by):
                yield message

    def top_level(self, channel: str, seen_by: str | None = None) -> list[SandboxMessage]:
        return [one for one in self.in_channel(channel, seen_by) if not one.is_reply or one.broadcast]

    def thread(self, channel: str, ts: str, seen_by: str | None = None) -> list[SandboxMessage]:
        """The parent and its replies, oldest first; [] when there is no such message."""
        parent = self.find(channel, ts, seen_by)
        replies = (self.find(channel, reply, seen_by) for reply in self._replies[channel, ts])
        return [one for one in (parent, *replies) if one is not None] if parent else []

    def thread_summary(self, message: SandboxMessage) -> Json:
        """Slack's reply counters of a parent; {} for a message without replies."""
        replies = self.thread(message.channel, message.ts)[1:]
        if not replies:
            return {}
        users = list(dict.fromkeys(one.user for one in replies))
        return {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users_count": len(users),
            "reply_users": users,
            "latest_reply": replies[-1].ts,
        }

    def mark_read(self, user: str, channel: str) -> None:
        latest = max((one.ts for one in self.in_channel(channel, user)), default="0")
        key = f"{user}/{channel}"
        if self._last_read.get(key, "0") < latest:
            self._last_read[key] = latest
            self._store.put("read", key, {"key": key, "ts": latest})
            self._store.commit()

    def count_unread(self, user: str, channel: str) -> int:
        since = self._last_read.get(f"{user}/{channel}", "0")
        return sum(one.ts > since and one.user != user for one in self.in_channel(channel, user))
