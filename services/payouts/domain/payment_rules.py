"""What may be decided about a payment: nobody pays alone, nothing is paid too early, nor to another account."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from services.payouts.domain.grant import Grant
from services.payouts.domain.instalments import REPORT_APPROVED
from services.payouts.domain.payee import Payee
from services.payouts.domain.payment import (
    BY_THE_BANK,
    COMMANDS,
    LABELS,
    LIFE,
    MOVES,
    AcceptPayment,
    AttestPayment,
    BarPayment,
    BookPayment,
    CancelPayment,
    Payment,
    ReconcilePayment,
    RejectPayment,
    ReleasePayment,
    Requisition,
    ReturnPayment,
    evolve,
)
from services.payouts.domain.separation import refuse_attest, refuse_sending
from shared.catalogue import Event
from shared.catalogue.payouts import (
    PaymentAccepted,
    PaymentAttestedOnce,
    PaymentAttestedTwice,
    PaymentBarred,
    PaymentBooked,
    PaymentCancelled,
    PaymentExported,
    PaymentReconciled,
    PaymentRejected,
    PaymentReleased,
    PaymentRequisitioned,
    PaymentReturned,
)
from shared.identity import Actor
from shared.life import Circumstances, Command, Kind, Offers
from shared.refused import Refused, Unknown, lets


def decide(state: Payment | None, command: Command, circumstances: Circumstances) -> list[Event]:
    if state is None:
        raise Unknown
    if isinstance(command, BY_THE_BANK):
        return _told_by_the_bank(state, command)
    grant = circumstances.also.get(state.case)
    if not isinstance(grant, Grant) or circumstances.actor.id in grant.barred:
        raise Unknown
    payee = circumstances.also.get(state.association)
    account = payee if isinstance(payee, Payee) else None
    return _asked(state, command, circumstances.actor.id, grant, account)


def _asked(state: Payment, command: Command, person: UUID, grant: Grant, payee: Payee | None) -> list[Event]:
    match command:
        case Requisition():
            return _requisition(state, person, grant, payee)
        case AttestPayment():
            return _attest(state, person, payee)
        case BarPayment(reason=reason):
            return [] if state.barred_for == reason else [PaymentBarred(case=state.case, reason=reason)]
        case ReleasePayment():
            return [PaymentReleased(case=state.case)]
        case CancelPayment():
            return [] if state.cancelled else [PaymentCancelled(case=state.case)]
        case ReconcilePayment():
            return [] if state.reconciled else [PaymentReconciled(case=state.case)]
        case _:
            return []


def _requisition(state: Payment, person: UUID, grant: Grant, payee: Payee | None) -> list[Event]:
    may_be_paid_now(state, grant)
    if payee is None:
        raise Refused(
            "Lägg in kontot som pengarna ska till först.",
            "Enter the account that the money is to go to first.",
        )
    if state.payee == payee.account:
        return []
    return [PaymentRequisitioned(case=state.case, requisitioned_by=person, payee=payee.account)]


def may_be_paid_now(state: Payment, grant: Grant) -> None:
    """Raises Refused where the decision, the terms or the report are not there yet."""
    if not grant.holds:
        raise Refused("Beslutet gäller inte längre.", "The decision is no longer in force.")
    if not grant.published:
        raise Refused(
            "Pengarna kan rekvireras när beslutet är anslaget.",
            "The money can be asked for once the decision is on the notice board.",
        )
    if grant.accepted_by is None:
        raise Refused("Godkänn villkoren i beslutet först.", "Accept the terms of the decision first.")
    if grant.hold_until_final and not grant.final:
        raise Refused(
            "Fonden betalar ut när tiden för att överklaga har gått ut.",
            "The fund pays when the time to appeal is over.",
        )
    if state.after == REPORT_APPROVED and not grant.report_approved:
        raise Refused(
            "Den här delen betalas ut när redovisningen är godkänd.",
            "This instalment is paid once the report is approved.",
        )


def _attest(state: Payment, person: UUID, payee: Payee | None) -> list[Event]:
    refuse_attest(state, person)
    if payee is not None and person in (payee.changed_by, payee.verified_by):
        raise Refused(
            "Den som har lagt in eller kontrollerat kontot kan inte attestera.",
            "Whoever entered or verified the account cannot attest.",
        )
    if state.requisitioned_by is not None:
        the_account_holds(state, payee)
    attest = PaymentAttestedTwice if state.attested_by else PaymentAttestedOnce
    return [attest(case=state.case, attested_by=person)]


def the_account_holds(state: Payment, payee: Payee | None) -> None:
    """Raises Refused unless the account is the very one that was asked for, and somebody has verified it."""
    if payee is None or payee.account != state.payee:
        raise Refused(
            "Föreningen har bytt konto sedan pengarna rekvirerades. De behöver rekvireras på nytt.",
            "The association has changed its account since the money was asked for. It has to be asked for anew.",
        )
    if payee.verified_by is None:
        raise Refused(
            "Ingen har kontrollerat att kontot är föreningens.",
            "Nobody has verified that the account is the association's.",
        )


def _told_by_the_bank(state: Payment, command: Command) -> list[Event]:
    """What the bank says, once. Of a reference that is no longer this payment's, nothing more is to be done."""
    if getattr(command, "reference", None) != state.reference:
        return []
    match command:
        case AcceptPayment():
            done = state.accepted or state.failed_for is not None or state.booked_on is not None
            return [] if done else [PaymentAccepted(case=state.case)]
        case RejectPayment(reason=reason):
            return [] if state.failed_for is not None else [PaymentRejected(case=state.case, reason=reason)]
        case BookPayment():
            return _booked(state, command)
        case ReturnPayment(amount_ore=amount_ore, reason=reason):
            _same_amount(state, amount_ore)
            return [] if state.failed_for is not None else [PaymentReturned(case=state.case, reason=reason)]
        case _:
            return []


def _booked(state: Payment, command: BookPayment) -> list[Event]:
    _same_amount(state, command.amount_ore)
    events: list[Event] = []
    if state.booked_on is None:
        events.append(PaymentBooked(case=state.case, booked_on=command.booked_on))
    if command.whole and not state.reconciled:
        events.append(PaymentReconciled(case=state.case))
    return events


def _same_amount(state: Payment, amount_ore: int) -> None:
    if amount_ore != state.amount_ore:
        raise Refused(
            "Bankens belopp är ett annat än vårt. Ekonomi behöver titta på betalningen.",
            "The bank's amount is not ours. Finance has to look at the payment.",
        )


def needs(state: Payment | None, command: Command) -> Iterable[UUID]:
    return () if state is None or isinstance(command, BY_THE_BANK) else (state.case, state.association)


def row(state: Payment) -> dict[str, object]:
    return {
        "case_id": state.case,
        "association": state.association,
        "no": state.no,
        "amount_ore": state.amount_ore,
        "after": state.after,
        "batch": state.batch,
        "reference": state.reference,
        "refs": "[" + ",".join(f'"{reference}"' for reference in state.references) + "]",
        "booked_on": state.booked_on,
    }


OFFERS: Offers = {
    "requisition": PaymentRequisitioned,
    "attest": (PaymentAttestedOnce, PaymentAttestedTwice),
    "bar_payment": PaymentBarred,
    "release_payment": PaymentReleased,
    "cancel_payment": PaymentCancelled,
    "reconcile_payment": PaymentReconciled,
    "order_batch": PaymentExported,
    "take_bank_answer": (PaymentAccepted, PaymentRejected),
    "take_bank_statement": (PaymentBooked, PaymentReconciled, PaymentReturned),
}


def offers_to(state: Payment, actor: Actor, operation: str) -> bool:
    match operation:
        case "attest":
            return lets(refuse_attest, state, actor.id)
        case "order_batch":
            return lets(refuse_sending, state, actor.id)
    return True


PAYMENT = Kind(
    name="payment",
    state=Payment,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=COMMANDS,
    moves=MOVES,
    labels=LABELS,
    table="payment",
    columns={
        "case_id": "uuid",
        "association": "uuid",
        "no": "integer",
        "amount_ore": "bigint",
        "after": "text",
        "batch": "uuid",
        "reference": "text",
        "refs": "jsonb",
        "booked_on": "date",
    },
    row=row,
    needs=needs,
    association=lambda state, _: state.association if state is not None else None,
    facts=lambda state: {"amount_ore": state.amount_ore, "reference": state.reference},
    offers=OFFERS,
    offers_to=offers_to,
)
