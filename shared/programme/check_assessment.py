"""Judgement of the assessment: weights that sum to 100, scores that have words, a panel that can reach its quorum."""

from __future__ import annotations

from collections.abc import Iterable

from shared.programme.assessment import Assessment, Panel, Scale, SeatRole
from shared.programme.problems import Problems, empty, problem, repeated

WEIGHT_SUM = 100


def check_assessment(assessment: Assessment) -> Problems:
    yield from _check_scale(assessment.scale)
    yield from _check_criteria(assessment)
    yield from _check_panel(assessment.panel)
    panel = assessment.panel
    yield from _on_scale("assessment.panel.reason_required_if_score_in", panel.reason_required_if_score_in, assessment)
    widest = assessment.scale.maximum - assessment.scale.minimum
    if (panel.disagreement_flag_if_range_at_least or 0) > widest:
        yield problem(
            "assessment.panel.disagreement_flag_if_range_at_least",
            f"Poängen kan skilja högst {widest}, så flaggan kan aldrig höjas.",
            f"Scores differ by at most {widest}, so the flag can never be raised.",
        )
    types = assessment.conflicts_of_interest.types
    yield from empty("assessment.conflicts_of_interest.types", types)
    yield from repeated("assessment.conflicts_of_interest.types", [one.key for one in types])
    yield from repeated("assessment.allocation.tie_break", assessment.allocation.tie_break)


def _check_scale(scale: Scale) -> Problems:
    if scale.minimum >= scale.maximum:
        yield problem("assessment.scale", "Skalan har inga steg.", "The scale has no steps.")
    if sorted(anchor.score for anchor in scale.anchors) != list(range(scale.minimum, scale.maximum + 1)):
        yield problem(
            "assessment.scale.anchors", "Varje poäng ska ha sin egen förklaring.", "Each score needs words of its own."
        )


def _check_criteria(assessment: Assessment) -> Problems:
    criteria = assessment.criteria
    yield from repeated("assessment.criteria", [criterion.code for criterion in criteria])
    yield from repeated("assessment.criteria", [criterion.key for criterion in criteria])
    total = sum(criterion.weight for criterion in criteria)
    if total != WEIGHT_SUM:
        yield problem(
            "assessment.criteria",
            f"Vikterna ska bli {WEIGHT_SUM} tillsammans, men blir {total}.",
            f"The weights should sum to {WEIGHT_SUM}, but sum to {total}.",
        )
    for criterion in criteria:
        path = f"assessment.criteria.{criterion.code}"
        if criterion.weight == 0:
            yield problem(
                path, "Ett kriterium utan vikt bedöms i onödan.", "A criterion without weight is scored in vain."
            )
        if criterion.minimum is not None:
            yield from _on_scale(f"{path}.minimum", [criterion.minimum], assessment)


def _on_scale(path: str, scores: Iterable[int], assessment: Assessment) -> Problems:
    scale = assessment.scale
    for score in scores:
        if not scale.minimum <= score <= scale.maximum:
            yield problem(
                path,
                f"{score} ligger utanför skalan {scale.minimum}–{scale.maximum} och kan aldrig nås.",
                f"{score} lies outside the scale {scale.minimum}–{scale.maximum} and can never be reached.",
            )


def _check_panel(panel: Panel) -> Problems:
    path = "assessment.panel"
    yield from repeated(f"{path}.seats", [seat.role for seat in panel.seats])
    if not 1 <= panel.quorum <= panel.size:
        yield problem(f"{path}.quorum", "Så många sitter inte i panelen.", "The panel has not that many members.")
    if sum(seat.minimum for seat in panel.seats) > panel.size:
        yield problem(f"{path}.seats", "Stolarna är fler än panelens storlek.", "The seats are more than the panel.")
    for seat in panel.seats:
        if seat.maximum is not None and seat.minimum > seat.maximum:
            yield problem(f"{path}.seats.{seat.role}", "Minst är större än högst.", "The least is above the most.")
    if min(panel.size, _most(panel, vote=True)) < panel.quorum:
        yield problem(
            f"{path}.quorum", "Det finns inte så många som får rösta.", "There are not that many members who may vote."
        )
    lived = min(panel.quorum, _most(panel, role=SeatRole.LIVED_EXPERIENCE))
    if panel.quorum_lived_experience > lived:
        yield problem(
            f"{path}.quorum_lived_experience",
            "Så många med egen erfarenhet får inte plats i beslutsförheten.",
            "The quorum has no room for that many members with lived experience.",
        )


def _most(panel: Panel, vote: bool | None = None, role: SeatRole | None = None) -> int:
    """How many members may at most sit in seats of a kind."""
    return sum(
        panel.size if seat.maximum is None else seat.maximum
        for seat in panel.seats
        if (vote is None or seat.vote == vote) and (role is None or seat.role == role)
    )
