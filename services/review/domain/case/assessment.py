"""The panel's assessment: each scores alone, nobody sees another's points before it is closed, and points are exact."""

from __future__ import annotations

from uuid import UUID

from services.review.domain import score
from services.review.domain.case.commands import Score
from services.review.domain.case.interests import refuse_undeclared
from services.review.domain.case.state import Case
from services.review.domain.guidelines import guidelines
from shared.catalogue.review import AssessmentClosed, AssessmentOpened, AssessmentSubmitted
from shared.life import Circumstances, Decided
from shared.programme import Assessment, OnFail, ProgrammeRules
from shared.refused import FieldError, Refused
from shared.words import Text

STOPS = frozenset({OnFail.DISMISS, OnFail.REJECT, OnFail.COMPLETE})
"""Unmet conditions that leave nothing to assess; the others are for the panel and the decision maker to weigh."""


def open_(state: Case, circumstances: Circumstances) -> Decided:
    refuse_closed(state)
    rules = guidelines(circumstances, state.programme).rules
    if unmet := stopping(rules, state):
        raise Refused(
            f"Villkoret {unmet[0]} är inte uppfyllt, så det finns inget att bedöma. Lägg fram ett förslag till beslut.",
            f"Condition {unmet[0]} is not met, so there is nothing to assess. Propose a decision.",
        )
    return [AssessmentOpened()]


def refuse_closed(state: Case) -> None:
    """Closed once, an assessment is opened again only because an assessor turned out to have a conflict of interest."""
    if state.assessment is not None and not state.tainted:
        raise Refused("Bedömningen är redan avslutad.", "The assessment is already closed.")


def stopping(rules: ProgrammeRules, state: Case) -> list[str]:
    unmet = {one.condition for one in state.answers if not one.met}
    return [rule.code for rule in rules.eligibility if rule.code in unmet and rule.on_fail in STOPS]


def submit(state: Case, command: Score, circumstances: Circumstances) -> Decided:
    """One assessor's points; given anew, they replace the earlier ones until the assessment is closed."""
    person = circumstances.actor.id
    refuse_undeclared(state, person)
    refuse_whoever_decided(state, person)
    rules = guidelines(circumstances, state.programme).rules.assessment
    if errors := _errors(rules, command):
        raise Refused(errors[0].message.sv, errors[0].message.en, tuple(errors))
    return [AssessmentSubmitted(assessor=person, scores=command.scores, content=command.content)]


def refuse_whoever_decided(state: Case, person: UUID) -> None:
    """Nobody is ever both, not even when a court has sent the case back."""
    if person in state.has_decided:
        raise Refused(
            "Den som har beslutat i ärendet kan inte också bedöma det.",
            "Whoever has decided the case cannot also assess it.",
        )


def _errors(rules: Assessment, command: Score) -> list[FieldError]:
    criteria = {criterion.code for criterion in rules.criteria}
    low, high = rules.scale.minimum, rules.scale.maximum
    missing = Text("Sätt poäng på kriteriet.", "Give points for the criterion.")
    unknown = Text("Kriteriet finns inte.", "There is no such criterion.")
    outside = Text(f"Poängen ska vara {low}–{high}.", f"Points are {low} to {high}.")
    reason = Text("Skriv varför, för den poängen.", "Say why, for those points.")
    errors = [FieldError(f"scores.{code}", missing) for code in sorted(criteria - command.scores.keys())]
    errors += [FieldError(f"scores.{code}", unknown) for code in sorted(command.scores.keys() - criteria)]
    errors += [FieldError(f"reasons.{code}", unknown) for code in sorted(command.reasoned - criteria)]
    for code, points in sorted(command.scores.items()):
        if not low <= points <= high:
            errors.append(FieldError(f"scores.{code}", outside))
        elif points in rules.panel.reason_required_if_score_in and code not in command.reasoned:
            errors.append(FieldError(f"reasons.{code}", reason))
    return errors


def close(state: Case, circumstances: Circumstances) -> Decided:
    """Raises Refused below quorum: somebody with a conflict of interest does not count."""
    rules = guidelines(circumstances, state.programme).rules.assessment
    everyones = list(state.scores.values())
    least = max(1, rules.panel.quorum)
    if len(everyones) < least:
        raise Refused(
            f"Panelen är inte beslutför: {len(everyones)} av minst {least} har satt poäng.",
            f"The panel is not quorate: {len(everyones)} of at least {least} have scored.",
        )
    points = score.weighted(rules, score.means(rules, everyones))
    return [
        AssessmentClosed(
            assessors=tuple(sorted(state.scores)),
            points_milli=score.milli(points),
            disagreement=score.differ(rules, everyones),
        )
    ]
