"""How a grant is divided: by the programme's percentages, to the öre, what rounding leaves over on the last one."""

from __future__ import annotations

from uuid import UUID, uuid5

from shared.catalogue.payouts import Instalment
from shared.programme import PayAfter, ProgrammeRules, due_instalments

WHOLE_PERCENT = 100

AFTER = {
    PayAfter.DECISION_PUBLISHED_AND_REQUISITION_SIGNED: "decision_published",
    PayAfter.REPORT_APPROVED: "report_approved",
}
DECISION_PUBLISHED, REPORT_APPROVED = AFTER.values()


def payment_id(case: UUID, no: int) -> UUID:
    """The same for everybody who knows the case and the number: nothing can plan one instalment twice."""
    return uuid5(case, f"payment {no}")


def instalments(rules: ProgrammeRules, case: UUID, granted_ore: int, first_no: int = 1) -> tuple[Instalment, ...]:
    """The instalments of a grant of this size; none is of nothing, and their sum is the grant."""
    due = due_instalments(rules.decision.payout.instalments, granted_ore)
    parts = [(granted_ore * one.percent // WHOLE_PERCENT, AFTER[one.after]) for one in due]
    if not parts:
        raise ValueError(f"The programme {rules.code} has no instalment for a grant of {granted_ore} öre.")
    *before, (_, last_after) = parts
    parts = [*before, (granted_ore - sum(amount for amount, _ in before), last_after)]
    return tuple(
        Instalment(payment=payment_id(case, no), no=no, amount_ore=amount, after=after)
        for no, (amount, after) in enumerate((part for part in parts if part[0] > 0), start=first_no)
    )
