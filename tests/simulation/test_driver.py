"""The driver's clock never goes back, as no clock of a council does."""

from datetime import date, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import update

from bot.config import Settings
from bot.simulation.driver import Driver
from bot.simulation.options import SimulationOptions
from bot.simulation.scenario import Scenario, open_scenario
from models import Action, ActionOwner, Board
from tests.fixtures.databases import fresh_url


class SlowReplicas:
    """Bots that catch up for hours each time. seen: when they began, and ended."""

    events_urls: list[str] = []  # noqa: RUF012 - never changed: nobody speaks to them

    def __init__(self, scenario: Scenario) -> None:
        self._clock = scenario.clock
        self.seen: list[datetime] = []

    async def settle(self) -> bool:
        self.seen.append(self._clock.now())
        self._clock.set(self._clock.now() + timedelta(hours=9))
        self.seen.append(self._clock.now())
        return False


async def test_what_was_planned_for_while_bots_caught_up_comes_afterwards(tmp_path: Path) -> None:
    settings = Settings(database_url=SecretStr(fresh_url("sqlite", tmp_path)), data_dir=tmp_path)
    options = SimulationOptions(None, date(2027, 3, 17), weeks=0.5, seed=4)
    async with open_scenario(options, settings, tmp_path) as scenario:
        with scenario.database.transaction() as session:
            session.execute(update(ActionOwner).values(prompt_at=None))
            session.execute(update(Action).values(escalate_at=None))
            session.execute(update(Board).values(next_digest_at=None))
        replicas = SlowReplicas(scenario)
        await Driver(scenario, replicas).run()
        assert len(replicas.seen) > 6
        assert replicas.seen == sorted(replicas.seen)
