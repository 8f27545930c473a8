"""Slack's limits on how often a method may be called, by the workspace's clock."""

import math
from collections import defaultdict, deque
from datetime import datetime, timedelta

from bot.clock import Clock

LIMIT_WINDOW = timedelta(minutes=1)
_TIER_2, _TIER_3, _TIER_4 = 20, 50, 100
# Calls a minute, by Slack's tiers. Methods that are not here have a limit nobody reaches.
CALLS_PER_MINUTE = {
    "bots.info": _TIER_3,
    "chat.delete": _TIER_3,
    "chat.postEphemeral": _TIER_4,
    "chat.update": _TIER_3,
    "conversations.history": _TIER_3,
    "conversations.info": _TIER_3,
    "conversations.join": _TIER_3,
    "conversations.list": _TIER_2,
    "conversations.members": _TIER_4,
    "conversations.open": _TIER_3,
    "conversations.replies": _TIER_3,
    "files.completeUploadExternal": _TIER_4,
    "files.getUploadURLExternal": _TIER_4,
    "files.info": _TIER_4,
    "reactions.add": _TIER_3,
    "team.info": _TIER_3,
    "users.conversations": _TIER_3,
    "users.info": _TIER_4,
    "users.list": _TIER_2,
    "users.lookupByEmail": _TIER_3,
    "views.open": _TIER_4,
    "views.publish": _TIER_4,
    "views.push": _TIER_4,
    "views.update": _TIER_4,
}
# One a second in each channel, with short bursts.
POSTS_PER_MINUTE = 60


class CallCounter:
    """Counts the calls of the last minute, by method, and posts by channel too."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: dict[str, deque[datetime]] = defaultdict(deque)

    def count(self, method: str, channel: str) -> int:
        """Count one call. Returns 0, or the whole seconds to wait where it is one too many."""
        is_post = method == "chat.postMessage"
        limit = POSTS_PER_MINUTE if is_post else CALLS_PER_MINUTE.get(method)
        if limit is None:
            return 0
        now = self._clock.now()
        calls = self._calls[f"{method} {channel}" if is_post else method]
        while calls and not timedelta() <= now - calls[0] < LIMIT_WINDOW:
            calls.popleft()
        if len(calls) < limit:
            calls.append(now)
            return 0
        return max(1, math.ceil((calls[0] + LIMIT_WINDOW - now).total_seconds()))

    def clear(self) -> None:
        self._calls.clear()
