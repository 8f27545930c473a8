"""The options of a simulation."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

# A token that is refused and renewed; the bot out of the board's channel and back; a full disk; a clock that
# is wrong for a minute; 120 people to link.
TROUBLES = ("token", "channel", "disk", "clock", "linking")


@dataclass(frozen=True)
class SimulationOptions:
    """plan: None is the sample plan, with dates around the start.

    kill_rate: how likely a process is killed whenever the bot has work, from 0 to 1.
    replicas: how many processes share the database at the start; above 1 they also come and go.
    troubles: of TROUBLES, those that come and last until they are put right, or throughout.
    """

    plan: Path | None
    start: date
    weeks: float
    seed: int
    kill_rate: float = 0.0
    replicas: int = 1
    troubles: tuple[str, ...] = ()

    @property
    def in_one_process(self) -> bool:
        """Whether one bot is never killed: it can run in the simulator's process, which is much faster."""
        return self.kill_rate == 0 and self.replicas == 1 and not {"disk", "clock"} & {*self.troubles}

    def random_for(self, name: str) -> Random:
        """The random stream of that name, which depends on the seed and on no other stream."""
        return Random(f"{name} {self.seed}")  # noqa: S311 - it chooses what people do, and protects nothing
