"""Lives through the simulated weeks: moves the clock to whatever comes next, and lets it happen."""

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import count

from bot.simulation import pending_work
from bot.simulation.event_log import WRITTEN, Act, Diary
from bot.simulation.expected_plan import PlanKept
from bot.simulation.fault_injection import make_trouble
from bot.simulation.flaky_transport import Postman
from bot.simulation.replicas import Bots, Children
from bot.simulation.scenario import Town
from bot.simulation.user_behaviour import People, judged

TICKS = (time(3, 30), time(8, 0, 30), time(17, 55))
AWAKE_FROM, AWAKE_MINUTES = time(7), 15 * 60
ACTS_A_DAY = (0, 1, 1, 2, 3, 4)
OUTAGES = (timedelta(minutes=4), timedelta(hours=1), timedelta(hours=9), timedelta(days=1), timedelta(days=3))
OUTAGE_SHARE = 0.35
DRAIN_DAYS = 1
LOOKED_AFTER = 0.2


@dataclass(order=True)
class Planned:
    """Something the simulator itself has in mind."""

    at: datetime
    number: int
    what: str = field(compare=False)


class Life:
    """One simulated stretch of time. Everything random comes from the seed."""

    def __init__(self, town: Town, bots: Bots) -> None:
        self._town, self._bots = town, bots
        self._rng = town.asked.dice("life")
        self.diary = Diary(town.began, town.ends)
        self._plan = PlanKept(town.draft, set(town.linked))
        self._people = People(town, self._plan, town.asked.dice("people"))
        self._postman = Postman(town, bots, self.diary, town.asked.dice("postman"))
        self._numbers = count()
        self._ahead: list[Planned] = []
        self._down_until: datetime | None = None
        self._unheard: list[Act] = []

    async def live(self) -> Diary:
        """Until the end; then a last day without trouble, so that nothing is left on its way."""
        self._plan_days()
        while (moment := await self._next_moment()) < self._town.ends:
            self._town.time.set(moment)
            await self._be_there(moment)
        await self._calm_down()
        return self.diary

    def _plan_days(self) -> None:
        day = self._town.asked.start
        while day <= self._town.ends.date():
            for tick in TICKS:
                self._expect(self._at(day, tick), "tick")
            for _ in range(self._rng.choice(ACTS_A_DAY)):
                minutes = self._rng.uniform(0, AWAKE_MINUTES)
                self._expect(self._at(day, AWAKE_FROM) + timedelta(minutes=minutes), "act")
            self._plan_outage(day)
            day += timedelta(days=1)

    def _plan_outage(self, day: date) -> None:
        asked = self._town.asked
        if self._rng.random() < asked.kill_rate * OUTAGE_SHARE:
            self._expect(self._at(day, time(0)) + timedelta(hours=self._rng.uniform(0, 24)), "outage")
        if asked.replicas > 1:
            what = self._rng.choice(("join", "leave", "stay"))
            self._expect(self._at(day, time(0)) + timedelta(hours=self._rng.uniform(0, 24)), what)

    def _at(self, day: date, moment: time) -> datetime:
        return datetime.combine(day, moment, self._town.zone).astimezone(self._town.began.tzinfo)

    def _expect(self, at: datetime, what: str) -> None:
        if at > self._town.began:
            heapq.heappush(self._ahead, Planned(at, next(self._numbers), what))

    async def _next_moment(self) -> datetime:
        now = self._town.time.now()
        own = self._ahead[0].at if self._ahead else self._town.ends
        if not self._bots.doors:
            return own
        due = await self._due()
        return own if due is None else min(max(due, now) + timedelta(seconds=1), own)

    async def _be_there(self, moment: datetime) -> None:
        self._trouble(moment)
        if not self._ahead or self._ahead[0].at > moment or self._ahead[0].what != "act":
            await self._settle(moment)
        while self._ahead and self._ahead[0].at <= moment:
            await self._happen(heapq.heappop(self._ahead).what, moment)

    def _trouble(self, moment: datetime) -> None:
        kind = make_trouble(self._town.sandbox.faults, self._town.cutter, self._rng)
        if kind:
            self.diary.trouble.append(moment)
            self.diary.count(f"fault: {kind}")

    async def _settle(self, moment: datetime, *, calm: bool = False) -> None:
        self._maybe_strike(calm=calm)
        if await self._bots.settle():
            self.diary.settled.append(moment)

    def _maybe_strike(self, *, calm: bool) -> None:
        bots, rng = self._bots, self._rng
        if (
            isinstance(bots, Children)
            and bots.doors
            and not calm
            and rng.random() < self._town.asked.kill_rate
        ):
            self.diary.trouble.append(self._town.time.now())
            bots.strike()

    async def _happen(self, what: str, moment: datetime) -> None:
        ways: dict[str, Callable[[datetime], object]] = {
            "act": self._act,
            "outage": self._go_down,
            "up": self._come_back,
            "join": self._join,
            "leave": self._leave,
        }
        way = ways.get(what)
        if way is not None:
            await way(moment)  # type: ignore[misc] # each is a coroutine function

    async def _act(self, moment: datetime) -> None:
        settled = self.diary.settled[-1] if self.diary.settled else None
        chosen = self._people.next_act(away=not self._bots.doors, settled=settled)
        if chosen is None:
            return
        act, delivery = chosen
        self._maybe_strike(calm=False)
        act = judged(act, await self._postman.bring(delivery), self._plan)
        if act.kind in WRITTEN and not act.heard:
            self._unheard.append(act)
            return
        self._keep(act)
        await self._settle(moment, calm=True)

    def _keep(self, act: Act) -> None:
        self.diary.acts.append(act)
        self._plan.take(act)

    async def _go_down(self, moment: datetime) -> None:
        """Every process is killed, for a while."""
        if not isinstance(self._bots, Children) or self._down_until is not None:
            return
        await self._bots.ready()
        while self._bots.doors:
            await self._bots.kill()
        self.diary.count("outages")
        self.diary.trouble.append(moment)
        self._down_until = moment + self._rng.choice(OUTAGES)
        self._expect(self._down_until, "up")

    async def _come_back(self, moment: datetime) -> None:
        if isinstance(self._bots, Children) and self._down_until is not None:
            self._down_until = None
            for _ in range(self._town.asked.replicas):
                await self._bots.join()
            await self._settle(moment, calm=True)
            await self._hear_what_was_missed(moment)

    async def _hear_what_was_missed(self, moment: datetime) -> None:
        """What was written while no bot ran is to be heard now, in its order, before all else."""
        if not self._unheard:
            return
        while await self._town.database.look(pending_work.is_looking, moment):
            await asyncio.sleep(LOOKED_AFTER)
            # So many conversations are opened only one after the other.
            self._town.time.set(self._town.time.now() + timedelta(seconds=1))
        now = self._town.time.now()
        self.diary.count("messages written while no bot ran", len(self._unheard))
        for act in self._unheard:
            self._keep(replace(act, at=now, heard=True, accepted=True))
        self._unheard = []
        self.diary.trouble.append(now)
        await self._settle(now, calm=True)

    async def _join(self, _moment: datetime) -> None:
        if self._can_change() and len(self._bots.doors) <= self._town.asked.replicas:
            self.diary.count("replicas joined")
            await self._children.join()

    async def _leave(self, _moment: datetime) -> None:
        if self._can_change() and len(self._bots.doors) > 1:
            self.diary.count("replicas left")
            await self._children.leave()

    def _can_change(self) -> bool:
        return isinstance(self._bots, Children) and self._down_until is None

    @property
    def _children(self) -> Children:
        if not isinstance(self._bots, Children):
            raise TypeError("only processes join and leave")
        return self._bots

    async def _calm_down(self) -> None:
        """No more trouble and nobody acts; what is on its way arrives."""
        self._town.sandbox.faults.clear()
        self._town.cutter.clear()
        self._town.time.set(self._town.ends)
        await self._come_back(self._town.ends)
        await self._settle(self._town.ends, calm=True)
        end = self._town.ends + timedelta(days=DRAIN_DAYS)
        while (due := await self._due()) is not None and due < end:
            self._town.time.set(max(due, self._town.time.now()) + timedelta(seconds=1))
            await self._settle(self._town.time.now(), calm=True)
        self._town.time.set(end)
        await self._settle(end, calm=True)
        self.diary.ended = end
        await asyncio.sleep(0)

    async def _due(self) -> datetime | None:
        return await self._town.database.look(pending_work.next_moment, self._town.time.now())
