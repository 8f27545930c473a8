"""Runs the simulated weeks: moves the clock to the next event and carries it out."""

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import count

from bot.simulation import pending_work
from bot.simulation.event_log import DIRECT_MESSAGE_KINDS, EventLog, UserEvent
from bot.simulation.expected_plan import ExpectedPlan
from bot.simulation.fault_injection import inject_fault
from bot.simulation.flaky_transport import FlakyTransport
from bot.simulation.replicas import ForkedReplicas, Replicas
from bot.simulation.scenario import Scenario
from bot.simulation.trouble import Troubles
from bot.simulation.user_behaviour import SimulatedUsers, judge_event

TICK_TIMES = (time(3, 30), time(8, 0, 30), time(17, 55))
ACTIVE_FROM, ACTIVE_MINUTES = time(7), 15 * 60
EVENTS_PER_DAY = (0, 1, 1, 2, 3, 4)
OUTAGE_LENGTHS = (
    timedelta(minutes=4),
    timedelta(hours=1),
    timedelta(hours=9),
    timedelta(days=1),
    timedelta(days=3),
)
OUTAGE_SHARE = 0.35
# When digests and prompts are due: half of the trouble begins then.
BUSY_HOURS = (8.5, 9.5)
DRAIN_DAYS = 1
CATCH_UP_POLL_SECONDS = 0.2


@dataclass(order=True)
class PlannedEvent:
    """A step of the driver. kind: a key of Driver._dispatch, or "tick", which only moves the clock."""

    at: datetime
    sequence: int
    kind: str = field(compare=False)


class Driver:
    """One simulated period. Everything random is drawn from the seed."""

    def __init__(self, scenario: Scenario, replicas: Replicas) -> None:
        self._scenario, self._replicas = scenario, replicas
        self._rng = scenario.options.random_for("driver")
        self.event_log = EventLog(scenario.starts_at, scenario.ends_at)
        self._expected_plan = ExpectedPlan(scenario.draft, set(scenario.user_ids))
        self._users = SimulatedUsers(scenario, self._expected_plan, scenario.options.random_for("users"))
        self._transport = FlakyTransport(
            scenario, replicas, self.event_log, scenario.options.random_for("transport")
        )
        self._troubles = Troubles(
            scenario,
            replicas,
            scenario.options.troubles,
            scenario.options.random_for("troubles"),
        )
        self._sequence = count()
        self._queue: list[PlannedEvent] = []
        self._down_until: datetime | None = None
        self._unheard_events: list[UserEvent] = []

    async def run(self) -> EventLog:
        """Run to the end, then one more day without faults, so that nothing stays undelivered."""
        self._schedule_days()
        while (moment := await self._next_moment()) < self._scenario.ends_at:
            self._scenario.clock.set(moment)
            await self._advance_to(moment)
        await self._drain()
        return self.event_log

    def _schedule_days(self) -> None:
        day = self._scenario.options.start
        while day <= self._scenario.ends_at.date():
            for tick in TICK_TIMES:
                self._schedule(self._at(day, tick), "tick")
            for _ in range(self._rng.choice(EVENTS_PER_DAY)):
                minutes = self._rng.uniform(0, ACTIVE_MINUTES)
                self._schedule(self._at(day, ACTIVE_FROM) + timedelta(minutes=minutes), "event")
            self._schedule_outage(day)
            if self._troubles.begins_today():
                hour = self._rng.choice((self._rng.uniform(0, 24), self._rng.uniform(*BUSY_HOURS)))
                self._schedule(self._at(day, time(0)) + timedelta(hours=hour), "trouble")
            day += timedelta(days=1)

    def _schedule_outage(self, day: date) -> None:
        options = self._scenario.options
        if self._rng.random() < options.kill_rate * OUTAGE_SHARE:
            self._schedule(self._at(day, time(0)) + timedelta(hours=self._rng.uniform(0, 24)), "outage")
        if options.replicas > 1:
            kind = self._rng.choice(("join", "leave", "stay"))
            self._schedule(self._at(day, time(0)) + timedelta(hours=self._rng.uniform(0, 24)), kind)

    def _at(self, day: date, moment: time) -> datetime:
        return datetime.combine(day, moment, self._scenario.zone).astimezone(self._scenario.starts_at.tzinfo)

    def _schedule(self, at: datetime, kind: str) -> None:
        if at > self._scenario.starts_at:
            heapq.heappush(self._queue, PlannedEvent(at, next(self._sequence), kind))

    async def _next_moment(self) -> datetime:
        now = self._scenario.clock.now()
        planned = self._queue[0].at if self._queue else self._scenario.ends_at
        if self._replicas.events_urls and (due := await self._next_due()) is not None:
            planned = min(max(due, now) + timedelta(seconds=1), planned)
        # Catching up takes time; what was planned for meanwhile comes afterwards, as no clock goes back.
        return max(planned, now)

    async def _advance_to(self, moment: datetime) -> None:
        self._inject_fault(moment)
        if self._troubles.current is not None:
            self.event_log.fault_times.append(moment)
        if not self._queue or self._queue[0].at > moment or self._queue[0].kind != "event":
            await self._settle(moment)
        while self._queue and self._queue[0].at <= moment:
            await self._dispatch(heapq.heappop(self._queue).kind, moment)

    def _inject_fault(self, moment: datetime) -> None:
        kind = inject_fault(self._scenario.sandbox.faults, self._scenario.connection_cutter, self._rng)
        if kind:
            self.event_log.fault_times.append(moment)
            self.event_log.count(f"fault: {kind}")

    async def _settle(self, moment: datetime, *, without_kill: bool = False) -> None:
        if self._troubles.stops_work:
            return
        self._maybe_kill(without_kill=without_kill)
        if await self._replicas.settle():
            self.event_log.settled_at.append(max(moment, self._scenario.clock.now()))

    def _maybe_kill(self, *, without_kill: bool) -> None:
        replicas, rng = self._replicas, self._rng
        if (
            isinstance(replicas, ForkedReplicas)
            and replicas.events_urls
            and not without_kill
            and self._troubles.may_restart
            and rng.random() < self._scenario.options.kill_rate
        ):
            self.event_log.fault_times.append(self._scenario.clock.now())
            replicas.schedule_kill()

    async def _dispatch(self, kind: str, moment: datetime) -> None:
        handlers: dict[str, Callable[[datetime], object]] = {
            "event": self._perform_event,
            "outage": self._start_outage,
            "up": self._end_outage,
            "join": self._join,
            "leave": self._leave,
            "trouble": self._begin_trouble,
            "right": self._end_trouble,
        }
        handler = handlers.get(kind)
        if handler is not None:
            await handler(moment)  # type: ignore[misc] # each is a coroutine function

    async def _perform_event(self, moment: datetime) -> None:
        if self._troubles.stops_work:
            return
        settled = self.event_log.settled_at[-1] if self.event_log.settled_at else None
        chosen = self._users.next_event(is_bot_away=not self._replicas.events_urls, settled_at=settled)
        if chosen is None:
            return
        event, delivery = chosen
        self._maybe_kill(without_kill=False)
        event = judge_event(event, await self._transport.deliver(delivery), self._expected_plan)
        if event.kind in DIRECT_MESSAGE_KINDS and not event.is_heard:
            self._unheard_events.append(event)
            return
        self._record(event)
        await self._settle(moment, without_kill=True)

    def _record(self, event: UserEvent) -> None:
        self.event_log.events.append(event)
        self._expected_plan.apply(event)

    async def _start_outage(self, moment: datetime) -> None:
        """Kill every process, and start them again later."""
        if not isinstance(self._replicas, ForkedReplicas) or not self._can_scale():
            return
        await self._replicas.wait_until_ready()
        while self._replicas.events_urls:
            await self._replicas.kill_one()
        self.event_log.count("outages")
        self.event_log.fault_times.append(moment)
        self._down_until = moment + self._rng.choice(OUTAGE_LENGTHS)
        self._schedule(self._down_until, "up")

    async def _end_outage(self, moment: datetime) -> None:
        if isinstance(self._replicas, ForkedReplicas) and self._down_until is not None:
            self._down_until = None
            for _ in range(self._scenario.options.replicas):
                await self._replicas.add()
            await self._settle(moment, without_kill=True)
            await self._catch_up(moment)

    async def _begin_trouble(self, moment: datetime) -> None:
        if self._troubles.current is not None or self._down_until is not None:
            return
        if isinstance(self._replicas, ForkedReplicas):
            await self._replicas.wait_until_ready()
        trouble = await self._troubles.begin(moment)
        self.event_log.troubles.append(trouble)
        self.event_log.count(f"trouble: {trouble.kind.value}")
        self.event_log.fault_times.append(moment)
        self._schedule(trouble.ends_at, "right")

    async def _end_trouble(self, moment: datetime) -> None:
        await self._troubles.end()
        self.event_log.fault_times.append(moment)
        await self._settle(self._scenario.clock.now(), without_kill=True)

    async def _catch_up(self, moment: datetime) -> None:
        """Wait until the bots have handled, in order, what was written while none ran. The workspace cannot
        tell when they did; the record of each change does.
        """
        if not self._unheard_events:
            return
        while await self._scenario.database.read(pending_work.is_catching_up, moment):
            await asyncio.sleep(CATCH_UP_POLL_SECONDS)
            # The rate limit opens conversations one after the other, by this clock.
            self._scenario.clock.set(self._scenario.clock.now() + timedelta(seconds=1))
        now = self._scenario.clock.now()
        self.event_log.count("messages written while no bot ran", len(self._unheard_events))
        for event in self._unheard_events:
            recorded_at = await self._scenario.database.read(pending_work.recorded_at, event.marker)
            self._record(judge_event(replace(event, at=recorded_at or now), "", self._expected_plan))
        self._unheard_events = []
        self.event_log.fault_times.append(now)
        await self._settle(now, without_kill=True)

    async def _join(self, _moment: datetime) -> None:
        if self._can_scale() and len(self._replicas.events_urls) <= self._scenario.options.replicas:
            self.event_log.count("replicas joined")
            await self._forked_replicas.add()

    async def _leave(self, _moment: datetime) -> None:
        if self._can_scale() and len(self._replicas.events_urls) > 1:
            self.event_log.count("replicas left")
            await self._forked_replicas.remove()

    def _can_scale(self) -> bool:
        return (
            isinstance(self._replicas, ForkedReplicas)
            and self._down_until is None
            and self._troubles.may_restart
        )

    @property
    def _forked_replicas(self) -> ForkedReplicas:
        if not isinstance(self._replicas, ForkedReplicas):
            raise TypeError("only replicas in processes of their own join and leave")
        return self._replicas

    async def _drain(self) -> None:
        """Remove the faults, restart the bots and deliver all that falls due within a day, without events."""
        self._scenario.sandbox.faults.clear()
        self._scenario.connection_cutter.clear()
        self._scenario.clock.set(max(self._scenario.ends_at, self._scenario.clock.now()))
        await self._troubles.end()
        await self._end_outage(self._scenario.ends_at)
        await self._settle(self._scenario.ends_at, without_kill=True)
        end = self._scenario.ends_at + timedelta(days=DRAIN_DAYS)
        while (due := await self._next_due()) is not None and due < end:
            self._scenario.clock.set(max(due, self._scenario.clock.now()) + timedelta(seconds=1))
            await self._settle(self._scenario.clock.now(), without_kill=True)
        self._scenario.clock.set(end)
        await self._settle(end, without_kill=True)
        self.event_log.ended_at = end
        await asyncio.sleep(0)

    async def _next_due(self) -> datetime | None:
        return await self._scenario.database.read(pending_work.next_moment, self._scenario.clock.now())
