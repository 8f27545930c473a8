"""The sandbox's clock: the machine's time, moved. Going forward does what falls due on the way."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.database import Database
from bot.jobs.rounds import Rounds, next_due
from bot.sandbox.time_travel import Step
from models.queries import actions as query
from models.queries import ledger as ledger_query
from models.queries import people as people_query
from models.queries import upcoming

FURTHEST = timedelta(days=120)
MOST_STEPS = 2000
MONDAY_NINE = 9


class SimulatedClock:
    """Runs on with the machine's time, some way from it. How far is kept in a file, if one is given."""

    def __init__(self, kept_in: Path | None = None) -> None:
        self._kept_in = kept_in
        self._offset = timedelta()
        if kept_in is not None and kept_in.exists():
            self._offset = timedelta(seconds=json.loads(kept_in.read_text())["offset_seconds"])

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def set(self, moment: datetime) -> None:
        self._offset = moment - datetime.now(UTC)
        if self._kept_in is not None:
            self._kept_in.parent.mkdir(parents=True, exist_ok=True)
            self._kept_in.write_text(json.dumps({"offset_seconds": self._offset.total_seconds()}))


class Journey:
    """Moves the clock forward, stopping wherever something comes due, so that it happens at its time."""

    def __init__(
        self,
        clock: SimulatedClock,
        database: Database,
        rounds: Rounds,
        timezone: str,
        start_again: Callable[[], Awaitable[None]],
    ) -> None:
        self._clock, self._database, self._rounds = clock, database, rounds
        self._zone, self._start_again = ZoneInfo(timezone), start_again

    def now(self) -> datetime:
        return self._clock.now()

    async def move(self, to: Step) -> str:
        before = await self._sent()
        if to == "next-prompt":
            await self._until_a_prompt(before)
        else:
            await self.travel(self._target(to))
        return self._told(before, await self._sent())

    def _target(self, to: Step) -> datetime:
        local = self._clock.now().astimezone(self._zone)
        if to == "day":
            return (local + timedelta(days=1)).astimezone(UTC)
        monday = local.replace(hour=MONDAY_NINE, minute=0, second=30, microsecond=0)
        monday += timedelta(days=-local.weekday() % 7)
        if monday <= local:
            monday += timedelta(days=7)
        return monday.astimezone(UTC)

    async def travel(self, target: datetime) -> None:
        """Go to `target`, doing everything due on the way at the moment it is due."""
        for _ in range(MOST_STEPS):
            due = await self._database.look(next_due)
            if due is None or due > target:
                break
            self._clock.set(max(due + timedelta(seconds=1), self._clock.now()))
            await self._rounds.go()
        self._clock.set(max(target, self._clock.now()))
        await self._rounds.go()

    async def _until_a_prompt(self, before: dict[str, int]) -> None:
        limit = self._clock.now() + FURTHEST
        for _ in range(MOST_STEPS):
            due = await self._database.look(query.next_prompt_at)
            if due is None or due > limit:
                return
            await self.travel(due + timedelta(seconds=1))
            if (await self._sent()).get("prompt", 0) > before.get("prompt", 0):
                return

    async def _sent(self) -> dict[str, int]:
        return await self._database.look(ledger_query.count_sent_by_kind)

    def _told(self, before: dict[str, int], after: dict[str, int]) -> str:
        local = self._clock.now().astimezone(self._zone)
        now = f"It is now {words_of(local)}."
        parts = [
            counted(after.get(kind, 0) - before.get(kind, 0), one, many)
            for kind, one, many in (("prompt", "prompt", "prompts"), ("digest", "digest", "digests"))
        ]
        sent = " and ".join(part for part in parts if part)
        return f"{now} On the way the bot sent {sent}." if sent else f"{now} Nothing was due on the way."

    async def upcoming(self) -> list[tuple[datetime, str]]:
        """What will happen by itself next, soonest first: at most the next digest and the next prompts."""
        found = await self._database.look(_upcoming)
        return sorted(found)

    async def start_again(self) -> None:
        await self._start_again()


def words_of(local: datetime) -> str:
    """As in: Monday 30 March 2026, 9:00am."""
    hour = local.strftime("%I").lstrip("0")
    return f"{local:%A} {local.day} {local:%B %Y}, {hour}:{local:%M}{local:%p}".replace("AM", "am").replace(
        "PM", "pm"
    )


def counted(count: int, one: str, many: str) -> str:
    if count <= 0:
        return ""
    return f"1 {one}" if count == 1 else f"{count} {many}"


def _upcoming(session: Session) -> list[tuple[datetime, str]]:
    found: list[tuple[datetime, str]] = []
    digest = people_query.next_digest_at(session)
    if digest is not None:
        found.append((digest, "weekly digest"))
    prompt = query.next_prompt_at(session)
    if prompt is not None:
        people = upcoming.people_asked_at(session, prompt)
        found.append((prompt, counted(people, "person to prompt", "people to prompt")))
    return found
