"""Points, exactly: fractions all the way, and a rounded number only to show.

weighted = 100 · Σ(weight · share of the scale that the mean reaches) / Σ weight. What lies a hair under the threshold
is under it: comparisons are made before rounding.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from shared.programme import Assessment

Points = Mapping[str, int]
"""One assessor's points, criterion → whole points."""

MILLI = 1_000


def means(rules: Assessment, everyones: Collection[Points]) -> dict[str, Fraction]:
    """The mean of each criterion over those who scored. Raises ZeroDivisionError where nobody did."""
    return {
        criterion.code: Fraction(sum(points[criterion.code] for points in everyones), len(everyones))
        for criterion in rules.criteria
    }


def weighted(rules: Assessment, mean: Mapping[str, Fraction]) -> Fraction:
    """0–100: how much of all there was to reach the application reached, by weight."""
    lowest, span = rules.scale.minimum, rules.scale.maximum - rules.scale.minimum
    reached = sum(criterion.weight * (mean[criterion.code] - lowest) for criterion in rules.criteria)
    return Fraction(100 * reached, span * sum(criterion.weight for criterion in rules.criteria))


def milli(points: Fraction) -> int:
    """Thousandths, halves upwards: for showing, never for comparing."""
    return int(points * MILLI + Fraction(1, 2))


def differ(rules: Assessment, everyones: Collection[Points]) -> bool:
    """Whether the assessors are so far apart on a criterion that the panel should talk about it."""
    least = rules.panel.disagreement_flag_if_range_at_least
    if least is None:
        return False
    given = [[points[criterion.code] for points in everyones] for criterion in rules.criteria]
    return any(max(one) - min(one) >= least for one in given)


def below_minimum(rules: Assessment, mean: Mapping[str, Fraction]) -> list[str]:
    """The criteria whose mean is under the least that is asked for, whatever the total."""
    return [
        criterion.code
        for criterion in rules.criteria
        if criterion.minimum is not None and mean[criterion.code] < criterion.minimum
    ]


def below_threshold(rules: Assessment, mean: Mapping[str, Fraction]) -> bool:
    return weighted(rules, mean) < rules.threshold
