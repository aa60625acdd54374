"""Routes for whoever answers for a payment: what it rests on, side by side, and how all payments stand."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get

from services.payouts import figures, history, late, views
from services.payouts.api.payees import Proof, proof_item
from services.payouts.api.seeing import with_grant
from services.payouts.domain.account import Account
from services.payouts.domain.payee import Payee
from services.payouts.domain.payment import Payment, Status
from services.payouts.history import Step
from services.payouts.ordering import ACCOUNTS, account_item
from shared.http.visit import Visit

SHOWN_OF_EACH = 5
ON_THE_WAY = tuple(status for status in Status if status not in (Status.PLANNED, Status.RECONCILED, Status.CANCELLED))


class Grounds(msgspec.Struct, frozen=True):
    """The account as it stands now, with everything ever done about it and about the payment.

    `same_account` says that it is the very one the money was asked to; None where nobody has asked yet. `proof` is how
    it was verified.
    """

    id: UUID
    steps: list[Step]
    account: Account | None
    account_steps: list[Step]
    same_account: bool | None
    verified: bool
    proof: str | None


class Board(msgspec.Struct, frozen=True):
    payments: list[views.ListedPayment]


@get("/payments/{payment:uuid}/grounds", name="see_grounds")
async def see_grounds(payment: UUID, visit: Visit) -> Response[Any]:
    """What a payment rests on: who asked for it, to which account, who entered and who verified that account."""
    state, _ = await with_grant(visit, payment, Payment)
    found = await visit.office.book.read(visit.office.pool, state.association)
    payee = found if isinstance(found, Payee) else None
    steps = await history.steps(visit.office.pool, (state.id, state.association), visit.actor.id)
    account, proof = await _content(visit, payee) if payee else (None, None)
    shown = Grounds(
        id=state.id,
        steps=steps[state.id],
        account=account,
        account_steps=steps[state.association],
        same_account=payee is not None and payee.account == state.payee if state.payee else None,
        verified=payee is not None and payee.verified_by is not None,
        proof=proof,
    )
    return visit.shown(state, shown)


async def _content(visit: Visit, payee: Payee) -> tuple[Account | None, str | None]:
    account, proof = account_item(payee.changes), proof_item(payee.changes)
    wanted = {(payee.id, account), (payee.id, proof)}
    found = await visit.office.store.open_each(visit.office.pool, ACCOUNTS, wanted)
    kept, seen = found.get((payee.id, account)), found.get((payee.id, proof))
    return (
        msgspec.json.decode(kept, type=Account) if kept else None,
        msgspec.json.decode(seen, type=Proof).words if seen else None,
    )


@get("/figures", name="see_figures")
async def see_figures(visit: Visit) -> figures.Figures:
    """How many payments, recoveries, grants and accounts stand where, and how much money that is."""
    return await figures.figures(visit.office.pool, visit.actor.id)


@get("/board", name="see_board")
async def see_board(visit: Visit) -> Board:
    """The first payments of each status on the way from requisition to reconciled."""
    return Board(await views.board(visit.office.pool, visit.actor.id, ON_THE_WAY, SHOWN_OF_EACH))


@get("/late", name="see_late")
async def see_late(visit: Visit) -> late.AllLate:
    """What is past its date, and whom it waits for."""
    return await late.late(visit.office.pool, visit.actor.id)


ROUTES = (see_grounds, see_figures, see_board, see_late)
