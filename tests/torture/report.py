"""The report of one run: counts, never "works"."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from tests.torture.nemesis import Struck


@dataclass
class Report:
    seed: int
    kinds: list[str]
    struck: list[Struck] = field(default_factory=list)
    attempts: int = 0
    commands: int = 0
    acknowledged: int = 0
    lives: dict[str, int] = field(default_factory=dict)
    facts: int = 0
    lost: int = 0
    doubled: int = 0
    availability: float = 1.0
    slowest_s: float = 0.0
    restarts: int = 0
    drained_s: float = 0.0
    """From the last fault mended to the last life ended."""

    converged_s: float | None = None
    """From there until everybody had read everything; None if never."""

    released: int = 0
    rot_met: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.broken and self.lost == 0 and self.doubled == 0

    def __str__(self) -> str:
        strikes = "\n".join(f"  {one.at_s:6.1f} s  {one.what} ({one.took_s:.1f} s)" for one in self.struck)
        broken = "\n".join(f"  BROKEN: {one}" for one in self.broken)
        converged = "never" if self.converged_s is None else f"{self.converged_s:.1f} s"
        return (
            f"seed {self.seed}: {len(self.struck)} faults, {self.commands} commands in {self.attempts} attempts, "
            f"{self.acknowledged} acknowledged, {self.facts} facts\n"
            f"lost {self.lost}, doubled {self.doubled}, converged {converged} after the last command, "
            f"which came {self.drained_s:.0f} s after the last fault, "
            f"availability {self.availability:.1%}, slowest answer {self.slowest_s:.1f} s, "
            f"{self.restarts} restarts, {self.released} parked and released, "
            f"{self.rot_met} rotten messages met by reading all\n"
            f"lives: {self.lives}\n{strikes}\n{broken}"
        ).rstrip()

    def as_json(self) -> str:
        return json.dumps(asdict(self))
