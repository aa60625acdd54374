"""The frame of every benchmark: a floor and a row measured in turn in the same run, medians, and a reach to hold.

The machine may be busy, so no figure means anything alone: what counts is the ratio of two taken side by side.
"""

from __future__ import annotations

import statistics
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

Measure = Callable[[], Awaitable[float]]


@dataclass(frozen=True)
class Size:
    """How much is measured: `rounds` of floor and row, and `share` of the full number of things in each."""

    rounds: int
    share: float

    def of(self, full: int) -> int:
        return max(1, int(full * self.share))


FULL = Size(rounds=5, share=1.0)
QUICK = Size(rounds=3, share=0.2)


@dataclass(frozen=True)
class Reach:
    """What a figure is to be: `figure` is `ratio`, or a name among the row's own figures."""

    figure: str = "ratio"
    at_least: float | None = None
    at_most: float | None = None

    def holds(self, value: float) -> bool:
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)

    def __str__(self) -> str:
        sign, bound = ("≥", self.at_least) if self.at_least is not None else ("≤", self.at_most)
        return f"{self.figure} {sign} {bound:g}"


@dataclass
class Measured:
    """Each round's floor and row, in the row's unit, and what else was seen on the way."""

    floors: list[float] = field(default_factory=list)
    rows: list[float] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """The median of each round's own ratio: what one round suffered, both its halves did."""
        return statistics.median(row / floor for floor, row in zip(self.floors, self.rows, strict=True))

    def value(self, figure: str) -> float:
        return self.ratio if figure == "ratio" else self.figures[figure]


@dataclass(frozen=True)
class Row:
    """One line of the table. `measure` starts what it needs, and stops it."""

    name: str
    what: str
    floor: str
    unit: str
    reaches: tuple[Reach, ...]
    measure: Callable[[Size], Coroutine[Any, Any, Measured]]


async def in_turn(rounds: int, floor: Measure, row: Measure) -> Measured:
    """Floor and row side by side, `rounds` times, after one of each that does not count; who goes first takes turns."""
    await floor()
    await row()
    measured = Measured()
    for number in range(rounds):
        if number % 2 == 0:
            measured.floors.append(await floor())
            measured.rows.append(await row())
        else:
            measured.rows.append(await row())
            measured.floors.append(await floor())
    return measured


def percentile(values: list[float], percent: int) -> float:
    """Of at least two values; 50 is the median."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def as_json(row: Row, measured: Measured) -> dict[str, Any]:
    return {
        "row": row.name,
        "what": row.what,
        "floor_is": row.floor,
        "unit": row.unit,
        "ratio": round(measured.ratio, 3),
        "median": round(statistics.median(measured.rows), 3),
        "floor_median": round(statistics.median(measured.floors), 3),
        "rounds": [round(value, 3) for value in measured.rows],
        "floor_rounds": [round(value, 3) for value in measured.floors],
        "figures": {name: round(value, 3) for name, value in measured.figures.items()},
        "reaches": [
            {
                "reach": str(reach),
                "value": round(measured.value(reach.figure), 3),
                "holds": reach.holds(measured.value(reach.figure)),
            }
            for reach in row.reaches
        ],
    }
