"""What a proposal or a decision may say: outcome, amount and reason that fit together and fit the application."""

from __future__ import annotations

from collections.abc import Iterator

from services.review.domain import score
from services.review.domain.case.state import Case
from shared.programme import Outcome, ProgrammeRules
from shared.refused import FieldError, Refused
from shared.words import Text

GRANTING = frozenset({Outcome.APPROVED, Outcome.PARTIALLY_APPROVED})
SAID = frozenset({*GRANTING, Outcome.REJECTED, Outcome.DISMISSED})
"""What a person may propose and decide. A case is struck off because the application is withdrawn, not by decision."""


def refuse_unfit(rules: ProgrammeRules, state: Case, outcome: str, granted_ore: int, reason: str | None) -> Outcome:
    """Raises Refused with everything that does not fit; otherwise the outcome."""
    said = next((one for one in rules.decision.outcomes if one == outcome and one in SAID), None)
    if said is None:
        raise _refused([_error("outcome", "Programmet har inget sådant utfall.", "The programme has no such outcome.")])
    applied = state.amount_applied_ore
    if errors := [*_amount(said, granted_ore, applied), *_reason(rules, said, reason), *_grantable(rules, state, said)]:
        raise _refused(errors)
    return said


def _amount(outcome: Outcome, granted_ore: int, applied: int) -> Iterator[FieldError]:
    if outcome not in GRANTING:
        if granted_ore != 0:
            yield _error("granted_ore", "Ett avslag beviljar inga pengar.", "A rejection grants no money.")
    elif granted_ore == 0:
        yield _error("granted_ore", "Ett bifall beviljar mer än noll kronor.", "An approval grants more than nothing.")
    elif granted_ore > applied:
        yield _error("granted_ore", "Ingen får mer än de har sökt.", "Nobody is granted more than they applied for.")
    elif outcome is Outcome.PARTIALLY_APPROVED and granted_ore == applied:
        yield _error(
            "granted_ore", "Delvis bifall är mindre än det sökta.", "A partial approval is less than applied for."
        )


def _reason(rules: ProgrammeRules, outcome: Outcome, reason: str | None) -> Iterator[FieldError]:
    codes = {one.code for one in rules.decision.rejection_reason_codes}
    if outcome in GRANTING:
        if reason is not None:
            yield _error(
                "reason", "Skäl för avslag hör inte till ett bifall.", "An approval has no reason for rejection."
            )
    elif reason is None:
        if outcome is Outcome.REJECTED:
            yield _error("reason", "Ange skälet för avslaget.", "Say the reason for the rejection.")
    elif reason not in codes:
        yield _error("reason", "Skälet finns inte i programmet.", "The programme has no such reason.")


def _grantable(rules: ProgrammeRules, state: Case, outcome: Outcome) -> Iterator[FieldError]:
    if outcome in GRANTING and state.assessment is None:
        yield _error("outcome", "Ärendet är inte bedömt.", "The case has not been assessed.")
    if outcome is Outcome.PARTIALLY_APPROVED and not rules.assessment.allocation.partial_award_allowed:
        yield _error("outcome", "Programmet ger inte delvis bifall.", "The programme has no partial approvals.")


def refuse_too_weak(rules: ProgrammeRules, state: Case, outcome: Outcome, granted_ore: int) -> None:
    """What the software will not carry forward as a proposal: points below what is asked for, or too small a part."""
    if outcome not in GRANTING:
        return
    mean = score.means(rules.assessment, list(state.scores.values()))
    errors = [
        _error("outcome", f"Kriterium {code} når inte lägsta poäng.", f"Criterion {code} is below its minimum.")
        for code in score.below_minimum(rules.assessment, mean)
    ]
    if score.below_threshold(rules.assessment, mean):
        least = rules.assessment.threshold
        errors.append(
            _error("outcome", f"Ansökan når inte {least} poäng.", f"The application is below {least} points.")
        )
    least = rules.assessment.allocation.partial_min_percent
    if outcome is Outcome.PARTIALLY_APPROVED and granted_ore * 100 < state.amount_applied_ore * least:
        errors.append(
            _error("granted_ore", f"Delvis bifall är minst {least} %.", f"A partial approval is at least {least} %.")
        )
    if errors:
        raise _refused(errors)


def _error(field: str, sv: str, en: str) -> FieldError:
    return FieldError(field, Text(sv, en))


def _refused(errors: list[FieldError]) -> Refused:
    return Refused(errors[0].message.sv, errors[0].message.en, tuple(errors))
