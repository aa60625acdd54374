"""Routes of payments: asked for by the association, attested by two, barred, released or cancelled by finance."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import QueryParameter

from services.payouts import views
from services.payouts.api.seeing import Case, Nothing, Status, done, narrowing, with_grant
from services.payouts.domain.payment import (
    AttestPayment,
    BarPayment,
    CancelPayment,
    Payment,
    ReconcilePayment,
    ReleasePayment,
    Requisition,
)
from services.payouts.domain.payment_rules import PAYMENT
from shared.http.body import Body
from shared.http.lists import PAGE_DEFAULT, After, Limit, OfCases, Page, read_ids
from shared.http.visit import Visit
from shared.identity import Role
from shared.words import Code

Programme = Annotated[UUID | None, QueryParameter(name="programme", required=False)]
InBatch = Annotated[UUID | None, QueryParameter(name="batch", required=False)]


class BarBody(Body, frozen=True, kw_only=True):
    reason: Code


class ShownPayment(msgspec.Struct, frozen=True):
    """`failed_for` and `barred_for` are codes: the bank's own, or finance's."""

    id: UUID
    version: int
    status: str
    next: Role | None
    case: UUID
    association: UUID
    number: str
    no: int
    amount_ore: int
    after: str
    attests: int
    batch: UUID | None
    reference: str | None
    failed_for: str | None
    barred_for: str | None
    booked_on: date | None


@get("/payments", name="list_payments")
async def list_payments(
    visit: Visit,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
    status: Status = None,
    case: Case = None,
    programme: Programme = None,
    batch: InBatch = None,
    cases: OfCases = None,
) -> Page[views.ListedPayment]:
    """Payments by case and number; `status` makes a work list of it."""
    narrowed = msgspec.structs.replace(
        narrowing(visit, status, case), programme=programme, batch=batch, cases=read_ids(cases)
    )
    return await views.list_payments(visit.office.pool, visit.actor.id, narrowed, after, limit)


@get("/payments/{payment:uuid}", name="see_payment")
async def see_payment(payment: UUID, visit: Visit) -> Response[Any]:
    """One instalment as it stands."""
    state, grant = await with_grant(visit, payment, Payment)
    shown = ShownPayment(
        id=state.id,
        version=state.version,
        status=state.status,
        next=PAYMENT.moves[state.status],
        case=state.case,
        association=state.association,
        number=grant.number,
        no=state.no,
        amount_ore=state.amount_ore,
        after=state.after,
        attests=len(state.attested_by),
        batch=state.batch,
        reference=state.reference,
        failed_for=state.failed_for,
        barred_for=state.barred_for,
        booked_on=state.booked_on,
    )
    return visit.shown(state, shown)


@post("/payments/{payment:uuid}/requisition", name="requisition", status_code=200)
async def requisition(payment: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """The association asks for the instalment, to its account as it stands."""
    return await done(visit, Payment, Requisition(subject=payment))


@post("/payments/{payment:uuid}/attest", name="attest", status_code=200)
async def attest(payment: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """One of two people answers for the payment."""
    return await done(visit, Payment, AttestPayment(subject=payment))


@post("/payments/{payment:uuid}/bar", name="bar_payment", status_code=200)
async def bar_payment(payment: UUID, data: BarBody, visit: Visit) -> Response[Any]:
    """Something stands in the way of paying it."""
    return await done(visit, Payment, BarPayment(subject=payment, reason=data.reason))


@post("/payments/{payment:uuid}/release", name="release_payment", status_code=200)
async def release_payment(payment: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """What was barred, refused or returned may be asked for again."""
    return await done(visit, Payment, ReleasePayment(subject=payment))


@post("/payments/{payment:uuid}/cancellation", name="cancel_payment", status_code=200)
async def cancel_payment(payment: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """It is never to be paid."""
    return await done(visit, Payment, CancelPayment(subject=payment))


@post("/payments/{payment:uuid}/reconciliation", name="reconcile_payment", status_code=200)
async def reconcile_payment(payment: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """A person has found the bank's entry and ours to agree."""
    return await done(visit, Payment, ReconcilePayment(subject=payment))


ROUTES = (
    list_payments,
    see_payment,
    requisition,
    attest,
    bar_payment,
    release_payment,
    cancel_payment,
    reconcile_payment,
)
