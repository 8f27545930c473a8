"""What a simulation is asked to do."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Asked:
    """kill_rate: how likely a process is killed whenever the bot has work, from 0 to 1.

    replicas: how many processes share the database at the start; above 1 they also come and go.
    """

    plan: Path
    start: date
    weeks: int
    seed: int
    kill_rate: float = 0.0
    replicas: int = 1

    @property
    def in_one_process(self) -> bool:
        """Nobody is killed and nobody shares: the bot can run in the simulator's own process, much faster."""
        return self.kill_rate == 0 and self.replicas == 1
