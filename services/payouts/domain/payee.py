"""An association's account: entered by one person, verified by another, and unverified again whenever it changes.

The account itself is content. What is known here is its salted digest: two are the same only for the same account.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from services.payouts.domain.account import Scheme
from shared.catalogue import Event
from shared.catalogue.payouts import PayeeRegistered, PayeeVerified
from shared.identity import Role
from shared.life import Changes, Circumstances, Command, Kind, Life, State
from shared.refused import Refused, Unknown, lets
from shared.words import Digest, Text


class Status(StrEnum):
    UNVERIFIED = "unverified"  # finance: see the bank's proof that the account is the association's
    VERIFIED = "verified"  # nobody


class Payee(State, frozen=True, kw_only=True):
    """`account` is the digest, `changed_by` who entered it. `changes` counts the accounts there have been."""

    scheme: str
    account: str
    changed_by: UUID
    verified_by: UUID | None = None
    changes: int = 1


class RegisterPayee(Command, frozen=True, kw_only=True):
    scheme: Scheme
    account: Digest


class VerifyPayee(Command, frozen=True, kw_only=True):
    proof: Digest


LIFE: Life = {
    (None, PayeeRegistered): Status.UNVERIFIED,
    (Status.UNVERIFIED, PayeeRegistered): Status.UNVERIFIED,
    (Status.UNVERIFIED, PayeeVerified): Status.VERIFIED,
    (Status.VERIFIED, PayeeRegistered): Status.UNVERIFIED,
}
MOVES: dict[StrEnum, Role | None] = {Status.UNVERIFIED: Role.FINANCE, Status.VERIFIED: None}
LABELS: dict[StrEnum, Text] = {
    Status.UNVERIFIED: Text("Kontot är inte kontrollerat", "The account is not verified"),
    Status.VERIFIED: Text("Kontot är kontrollerat", "The account is verified"),
}


def evolve(state: Payee | None, event: Event) -> Changes:
    match event:
        case PayeeRegistered():
            return {
                "scheme": event.scheme,
                "account": event.content,
                "changed_by": event.changed_by,
                "verified_by": None,
                "changes": state.changes + 1 if state else 1,
            }
        case PayeeVerified(verified_by=person):
            return {"verified_by": person}
        case _:
            return {}


def decide(state: Payee | None, command: Command, circumstances: Circumstances) -> Sequence[Event]:
    actor = circumstances.actor.id
    match command:
        case RegisterPayee(scheme=scheme, account=account):
            if state is not None and state.account == account:
                return []
            return [PayeeRegistered(scheme=scheme, changed_by=actor, content=account)]
        case VerifyPayee(proof=proof):
            return _verify(state, actor, proof)
        case _:
            return []


def _verify(state: Payee | None, actor: UUID, proof: str) -> Sequence[Event]:
    if state is None:
        raise Unknown
    if state.verified_by == actor:
        return []
    refuse_own_account(state, actor)
    return [PayeeVerified(verified_by=actor, content=proof)]


def refuse_own_account(state: Payee, person: UUID) -> None:
    """Raises Refused for whoever entered it."""
    if state.changed_by == person:
        raise Refused(
            "Du har själv lagt in kontot. Någon annan behöver kontrollera det.",
            "You entered the account yourself. Somebody else has to verify it.",
        )


def association(state: Payee | None, command: Command | None) -> UUID | None:
    """The payee of an association has the association's own id."""
    if state is not None:
        return state.id
    return command.subject if command is not None else None


def row(state: Payee) -> dict[str, object]:
    return {"scheme": state.scheme, "changes": state.changes}


PAYEE = Kind(
    name="payee",
    state=Payee,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(RegisterPayee, VerifyPayee),
    moves=MOVES,
    labels=LABELS,
    table="payee",
    columns={"scheme": "text", "changes": "integer"},
    row=row,
    association=association,
    offers={"register_payee": PayeeRegistered, "verify_payee": PayeeVerified},
    offers_to=lambda payee, actor, operation: operation != "verify_payee" or lets(refuse_own_account, payee, actor.id),
)
