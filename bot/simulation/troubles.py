"""Trouble that stands for days: the bot's token is revoked, or it is taken out of the board's channel."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from bot.sandbox.deliveries import BotDelivery
from bot.simulation.event_log import EventLog
from bot.simulation.scenario import BOARD_CHANNEL_ID, Scenario

TroubleStep = Literal["revoke token", "renew token", "remove bot", "invite bot"]
# The steps that begin and end each trouble.
STEPS: dict[str, tuple[TroubleStep, TroubleStep]] = {
    "token": ("revoke token", "renew token"),
    "channel": ("remove bot", "invite bot"),
}
TIME_BETWEEN = timedelta(weeks=2)
# Between Sunday morning and Monday morning, so that the digest and the prompts of Monday fall into most.
SUNDAY, BEGINS_WITHIN = 6, timedelta(hours=24)
SHORTEST, LONGEST = timedelta(hours=6), timedelta(days=3)


class StandingTroubles:
    """Begins and ends the troubles of the scenario's options at moments drawn from the seed."""

    def __init__(self, scenario: Scenario, event_log: EventLog, rng: Random) -> None:
        self._scenario, self._event_log, self._rng = scenario, event_log, rng
        self._standing: set[str] = set()

    def plan_steps(self) -> Iterator[tuple[datetime, TroubleStep]]:
        """The moment of each step until the end of the simulation. A trouble ends before it begins again."""
        for trouble, (begin, end) in STEPS.items():
            if trouble not in self._scenario.options.troubles:
                continue
            period = self._scenario.starts_at
            while period < self._scenario.ends_at:
                sunday = period + timedelta(days=(SUNDAY - period.weekday()) % 7)
                starts_at = sunday + self._rng.uniform(0, 1) * BEGINS_WITHIN
                yield starts_at, begin
                yield starts_at + self._rng.uniform(0, 1) * (LONGEST - SHORTEST) + SHORTEST, end
                period += TIME_BETWEEN

    def apply(self, step: TroubleStep, moment: datetime) -> BotDelivery | None:
        """Carry out a step. Returns the event that the bot is to get, if it gets one."""
        conditions = self._scenario.sandbox.conditions
        self._event_log.count(f"trouble: {step}")
        self._event_log.fault_times.append(moment)
        match step:
            case "revoke token":
                self._standing.add("token")
                conditions.revoke_token()
            case "renew token":
                self._standing.discard("token")
                conditions.renew_token()
            case "remove bot":
                self._standing.add("channel")
                conditions.remove_bot(BOARD_CHANNEL_ID)
            case "invite bot":
                self._standing.discard("channel")
                return conditions.join_bot(BOARD_CHANNEL_ID)
        return None

    def note(self, moment: datetime) -> None:
        """Whatever happens while a trouble stands happens under a fault."""
        if self._standing:
            self._event_log.fault_times.append(moment)

    def end_all(self, moment: datetime) -> list[BotDelivery]:
        """End what still stands. Returns the events that the bot is to get."""
        ending = [end for trouble, (_, end) in STEPS.items() if trouble in self._standing]
        return [delivery for step in ending if (delivery := self.apply(step, moment)) is not None]
