"""Whoever takes one step with a payment does not take the next: who may not attest it, or send it to the bank."""

from __future__ import annotations

from uuid import UUID

from services.payouts.domain.payment import Payment
from shared.refused import Refused


def refuse_attest(payment: Payment, person: UUID) -> None:
    """Raises Refused for whoever has attested already or asked for the money."""
    if person in payment.attested_by:
        raise Refused(
            "Du har redan attesterat. Den andra attesten ska göras av någon annan.",
            "You have attested already. The second attest is for somebody else.",
        )
    if person == payment.requisitioned_by:
        raise Refused(
            "Den som har rekvirerat pengarna kan inte attestera dem.",
            "Whoever asked for the money cannot attest it.",
        )


def refuse_sending(payment: Payment, person: UUID) -> None:
    """Raises Refused for whoever attested it."""
    if person in payment.attested_by:
        raise Refused(
            "Den som har attesterat en betalning kan inte skicka den till banken.",
            "Whoever attested a payment cannot send it to the bank.",
        )
