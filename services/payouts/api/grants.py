"""Routes of grants: seen with their payments and recovery, accepted by the association, closed by the fund."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from services.payouts import views
from services.payouts.api.seeing import Case, Nothing, Status, narrowing, seen
from services.payouts.domain.grant import BLANK, AcceptTerms, CloseGrant, Grant
from services.payouts.domain.grant_rules import GRANT
from services.payouts.domain.payment import Payment
from services.payouts.domain.payment_rules import PAYMENT
from services.payouts.domain.period import Period
from services.payouts.domain.recovery import Recovery, recovery_id
from services.payouts.domain.recovery_rules import RECOVERY
from services.payouts.domain.terms import Terms
from shared.catalogue.payouts import (
    ClockFollowed,
    GrantClosed,
    PaymentRejected,
    PaymentRequisitioned,
    PaymentReturned,
    RecoveryAnswered,
    RecoveryCollected,
    RecoveryDecided,
    RecoveryInvoiced,
    RecoveryNotified,
    RecoveryPaid,
    RecoveryPlanAgreed,
    RecoveryWaived,
    RecoveryWrittenOff,
    ReportApproved,
    ReportSubmitted,
    TermsAccepted,
)
from shared.happened import Happened, happened
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page
from shared.http.visit import At, Visit
from shared.identity import Role
from shared.life import State
from shared.programme import StandardCondition
from shared.refused import Unknown

TOLD = (
    TermsAccepted, PaymentRequisitioned, PaymentRejected, PaymentReturned, ReportSubmitted, ReportApproved,
    RecoveryNotified, RecoveryAnswered, RecoveryDecided, RecoveryWaived, RecoveryInvoiced, RecoveryPlanAgreed,
    RecoveryCollected, RecoveryPaid, RecoveryWrittenOff, GrantClosed,
)  # fmt: skip
"""What its association is told has happened with the money. That it was paid, its payments tell themselves."""


class PaymentOfGrant(msgspec.Struct, frozen=True):
    id: UUID
    version: int
    status: str
    next: Role | None
    no: int
    amount_ore: int
    after: str
    reference: str | None
    booked_on: date | None


class RecoveryOfGrant(msgspec.Struct, frozen=True):
    id: UUID
    version: int
    status: str
    next: Role | None
    amount_ore: int
    ground: str
    ocr: str | None


class ShownReport(msgspec.Struct, frozen=True):
    spent_ore: int
    unspent_ore: int
    approved: bool


class ShownGrant(msgspec.Struct, frozen=True):
    """`conditions` are what the association accepts; `payable` says that nothing stands in the way of a requisition."""

    id: UUID
    version: int
    status: str
    next: Role | None
    programme: UUID | None
    call: UUID | None
    association: UUID | None
    number: str
    granted_ore: int
    conditions: list[StandardCondition]
    accepted: bool
    appeal_last_day: date | None
    final: bool
    payable: bool
    activity_from: date | None
    activity_to: date | None
    report_due: date | None
    report: ShownReport | None
    paid_ore: int | None
    returned_ore: int | None
    payments: list[PaymentOfGrant]
    recoveries: list[RecoveryOfGrant]


@get("/grants", name="list_grants")
async def list_grants(
    visit: Visit, after: After = None, limit: Limit = PAGE_DEFAULT, status: Status = None, case: Case = None
) -> Page[views.ListedGrant]:
    """Grants, in the order the cases were begun."""
    return await views.list_grants(visit.office.pool, visit.actor.id, narrowing(visit, status, case), after, limit)


@get("/grants/{case:uuid}", name="see_grant")
async def see_grant(case: UUID, visit: Visit, at: At = None) -> Response[Any]:
    """A grant with its payments and what is to come back of it."""
    visit.as_of(at)
    grant = await seen_grant(visit, case)
    wanted = [*grant.payments, recovery_id(case), *(one for one in (grant.programme, grant.call) if one)]
    shown = _shown(grant, await visit.beside(wanted))
    return visit.shown(grant, msgspec.structs.replace(shown, **BLANK) if grant.blanked else shown)


@get("/grants/{case:uuid}/happened", name="see_happened")
async def see_happened(case: UUID, visit: Visit) -> Happened:
    """What its association is told has happened with the money and the report, each with its day."""
    grant = await seen_grant(visit, case)
    if grant.blanked:
        return Happened([])
    subjects = (case, *grant.payments, recovery_id(case))
    return await happened(visit.office.pool, subjects, TOLD, grant.programme, ClockFollowed)


async def seen_grant(visit: Visit, case: UUID) -> Grant:
    """Raises Unknown before there is a decision with money in it."""
    grant = await seen(visit, case, Grant)
    if not grant.number:
        raise Unknown
    return grant


@post("/grants/{case:uuid}/acceptance", name="accept_terms", status_code=200)
async def accept_terms(case: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """The association accepts the terms of the decision."""
    return await visit.do(AcceptTerms(subject=case))


@post("/grants/{case:uuid}/closing", name="close_grant", status_code=200)
async def close_grant(case: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """Everything is paid, reported and settled."""
    return await visit.do(CloseGrant(subject=case))


def _shown(grant: Grant, beside: dict[UUID, State]) -> ShownGrant:
    terms, period = beside.get(grant.programme or grant.id), beside.get(grant.call or grant.id)
    payments = [state for state in (beside.get(one) for one in grant.payments) if isinstance(state, Payment)]
    recovery = beside.get(recovery_id(grant.id))
    return ShownGrant(
        id=grant.id,
        version=grant.version,
        status=grant.status,
        next=GRANT.moves[grant.status],
        programme=grant.programme,
        call=grant.call,
        association=grant.association,
        number=grant.number,
        granted_ore=grant.granted_ore,
        conditions=_conditions(grant, terms) if isinstance(terms, Terms) else [],
        accepted=grant.accepted_by is not None,
        appeal_last_day=grant.appeal_last_day,
        final=grant.final,
        payable=grant.holds and grant.published and grant.accepted_by is not None and _waited(grant),
        activity_from=period.activity_from if isinstance(period, Period) else None,
        activity_to=period.activity_to if isinstance(period, Period) else None,
        report_due=period.report_due if isinstance(period, Period) else None,
        report=_report(grant),
        paid_ore=grant.paid_ore,
        returned_ore=grant.returned_ore,
        payments=[_payment(payment) for payment in payments],
        recoveries=[_recovery(recovery)] if isinstance(recovery, Recovery) else [],
    )


def _waited(grant: Grant) -> bool:
    return grant.final or not grant.hold_until_final


def _conditions(grant: Grant, terms: Terms) -> list[StandardCondition]:
    return [one for one in terms.rules.decision.standard_conditions if one.key in grant.conditions]


def _report(grant: Grant) -> ShownReport | None:
    if grant.report is None:
        return None
    return ShownReport(grant.report.spent_ore, grant.report.unspent_ore, grant.report_approved)


def _payment(state: Payment) -> PaymentOfGrant:
    return PaymentOfGrant(
        id=state.id,
        version=state.version,
        status=state.status,
        next=PAYMENT.moves[state.status],
        no=state.no,
        amount_ore=state.amount_ore,
        after=state.after,
        reference=state.reference,
        booked_on=state.booked_on,
    )


def _recovery(state: Recovery) -> RecoveryOfGrant:
    return RecoveryOfGrant(
        id=state.id,
        version=state.version,
        status=state.status,
        next=RECOVERY.moves[state.status],
        amount_ore=state.amount_ore,
        ground=state.ground,
        ocr=state.ocr,
    )


ROUTES = (list_grants, see_grant, see_happened, accept_terms, close_grant)
