"""A directory that limits, refuses and fails as Slack does, for the job that links accounts."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.errors import DeliveryError
from bot.services.directory import Account, ChannelSearch, MemberPage
from tests.fixtures.sandbox import FixedClock

MINUTE = timedelta(minutes=1)


def refusal(code: str, retry_after: float | None = None) -> DeliveryError:
    return DeliveryError("Slack refused.", code=code, try_again=True, retry_after=retry_after)


@dataclass
class LimitedDirectory:
    """members: accounts by address. failing: the error for an address, or for a method of it by name. More
    than `per_minute` look-ups in any minute are refused; `asked` counts those of each address.
    """

    clock: FixedClock
    members: dict[str, Account] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    failing: dict[str, DeliveryError] = field(default_factory=dict)
    per_minute: int = 50
    page_size: int = 50
    shows_addresses: bool = True
    asked: Counter[str] = field(default_factory=Counter)
    pages: list[str] = field(default_factory=list)
    searches: int = 0
    refused: int = 0
    _times: list[datetime] = field(default_factory=list)

    def add(self, initials: str, timezone: str = "Europe/London", **facts: bool) -> None:
        address = f"{initials.lower()}@council.example"
        self.members[address] = Account(f"U9{initials}", address, timezone, **facts)

    async def find_account(self, address: str) -> Account | None:
        self.asked[address] += 1
        self._count()
        self._fail("find_account", address)
        return self.members.get(address)

    async def fetch_account(self, user_id: str) -> Account | None:
        self.asked[user_id] += 1
        self._fail("fetch_account", user_id)
        return next((each for each in self.members.values() if each.user_id == user_id), None)

    async def fetch_members(self, cursor: str) -> MemberPage:
        self.pages.append(cursor)
        self._fail("fetch_members", cursor)
        start, every = int(cursor or 0), list(self.members.values())
        page = every[start : start + self.page_size]
        if not self.shows_addresses:
            page = [Account(each.user_id, "", each.timezone) for each in page]
        more = start + self.page_size < len(every)
        return MemberPage(tuple(page), str(start + self.page_size) if more else "")

    async def find_channels(self, names: Collection[str]) -> ChannelSearch:
        self.searches += 1
        found = {name: self.channels[name] for name in names if name in self.channels}
        error = self.failing.get("find_channels")
        if error is not None and error.code == "missing_scope":
            return ChannelSearch(found, frozenset({"groups:read"}))
        return ChannelSearch(found, error=error)

    def _fail(self, *keys: str) -> None:
        for key in keys:
            if key in self.failing:
                raise self.failing[key]

    def _count(self) -> None:
        now = self.clock.now()
        self._times = [each for each in self._times if now - each < MINUTE]
        if len(self._times) >= self.per_minute:
            self.refused += 1
            raise refusal("ratelimited", 30)
        self._times.append(now)
