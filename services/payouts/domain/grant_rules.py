"""What may be decided about a grant: opened, accepted, reported, approved, closed. What is heard never fails."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec

from services.payouts.domain.grant import (
    BLANK,
    COMMANDS,
    LABELS,
    LIFE,
    MOVES,
    AcceptTerms,
    ApproveReport,
    BarPerson,
    CloseGrant,
    GiveLegalForce,
    Grant,
    OpenGrant,
    PublishGrant,
    QuashGrant,
    StartReview,
    SubmitReport,
    evolve,
)
from services.payouts.domain.instalments import instalments
from services.payouts.domain.payment import Payment
from services.payouts.domain.recovery import UNSPENT, Recovery, recovery_id
from services.payouts.domain.terms import terms_of
from shared.catalogue import Event
from shared.catalogue.payouts import (
    GrantClosed,
    GrantFinal,
    GrantOpened,
    GrantPublished,
    GrantQuashed,
    PaymentCancelled,
    PaymentPlanned,
    PersonBarred,
    RecoveryConsidered,
    ReportApproved,
    ReportReviewStarted,
    ReportSubmitted,
    TermsAccepted,
)
from shared.life import About, Circumstances, Command, Decided, Kind
from shared.refused import FieldError, Refused, Unknown
from shared.words import Text


def decide(state: Grant | None, command: Command, circumstances: Circumstances) -> Decided:
    match command:
        case BarPerson(person=person):
            return [] if state is not None and person in state.barred else [PersonBarred(person=person)]
        case OpenGrant():
            return [] if state is not None and state.holds else _open(state, command, circumstances)
    if state is None or not state.number:
        return _nothing_there(command)
    match command:
        case PublishGrant() | GiveLegalForce() | QuashGrant():
            return _heard(state, command, circumstances) if state.holds else []
        case _:
            return _asked(state, command, circumstances)


def _nothing_there(command: Command) -> Decided:
    """Most cases that review tells of have no grant, and that is no failure; for a person there is nothing to see."""
    if isinstance(command, (PublishGrant, GiveLegalForce, QuashGrant)):
        return []
    raise Unknown


def _open(state: Grant | None, command: OpenGrant, circumstances: Circumstances) -> Decided:
    terms = terms_of(circumstances, command.programme)
    if terms is None:
        raise LookupError(f"The programme {command.programme} of a decision is not known here.")
    decision = terms.rules.decision
    paid_before_ore, earlier = (state.paid_before_ore, len(state.payments)) if state else (0, 0)
    to_pay_ore = max(command.granted_ore - paid_before_ore, 0)
    planned = instalments(terms.rules, command.subject, to_pay_ore, earlier + 1) if to_pay_ore else ()
    opened = GrantOpened(
        programme=command.programme,
        call=command.call,
        association=command.association,
        number=command.number,
        granted_ore=command.granted_ore,
        instalments=planned,
        conditions=tuple(condition.key for condition in decision.standard_conditions),
        reserves_recovery=any(condition.reserves_recovery for condition in decision.standard_conditions),
        hold_until_final=decision.payout.hold_until_appeal_period_over,
    )
    return [
        opened,
        *(
            About(
                one.payment,
                PaymentPlanned(
                    case=command.subject,
                    association=command.association,
                    no=one.no,
                    amount_ore=one.amount_ore,
                    after=one.after,
                ),
            )
            for one in planned
        ),
    ]


def _heard(state: Grant, command: Command, circumstances: Circumstances) -> Decided:
    match command:
        case PublishGrant(appeal_last_day=day) if day != state.appeal_last_day:
            return [GrantPublished(appeal_last_day=day)]
        case GiveLegalForce() if not state.final:
            return [GrantFinal()]
        case QuashGrant():
            payments = _payments(state, circumstances)
            paid_ore = sum(payment.amount_ore for payment in payments if payment.at_the_bank)
            stopped = [About(one.id, PaymentCancelled(case=state.id)) for one in payments if one.may_be_stopped]
            return [GrantQuashed(paid_ore=paid_ore), *stopped]
        case _:
            return []


def _asked(state: Grant, command: Command, circumstances: Circumstances) -> Decided:
    actor = circumstances.actor.id
    match command:
        case AcceptTerms():
            return [] if state.accepted_by else [TermsAccepted(accepted_by=actor)]
        case SubmitReport():
            return _report(state, command)
        case StartReview():
            return [] if state.officer == actor else [ReportReviewStarted(officer=actor)]
        case ApproveReport():
            return [] if state.report_approved else _approve(state, circumstances)
        case CloseGrant():
            return [] if state.paid_ore is not None else [_closed(state, circumstances)]
        case _:
            return []


def _report(state: Grant, command: SubmitReport) -> list[Event]:
    if command.spent_ore + command.unspent_ore != state.granted_ore:
        message = Text(
            "Det som använts och det som är kvar ska tillsammans bli hela bidraget.",
            "What was spent and what is left must together be the whole grant.",
        )
        errors = (FieldError("spent_ore", message), FieldError("unspent_ore", message))
        raise Refused(message.sv, message.en, errors)
    event = ReportSubmitted(
        spent_ore=command.spent_ore,
        unspent_ore=command.unspent_ore,
        figures=command.figures,
        content=command.content,
        attachments=command.attachments,
    )
    return [] if state.report and msgspec.structs.replace(state.report, attachments=()) == event else [event]


def _approve(state: Grant, circumstances: Circumstances) -> Decided:
    """What was not used is asked back (H14), from the moment the report is approved."""
    unspent_ore = state.report.unspent_ore if state.report else 0
    approved = ReportApproved(officer=circumstances.actor.id, unspent_ore=unspent_ore)
    recovery = recovery_id(state.id)
    if not unspent_ore or state.association is None or recovery in circumstances.also:
        return [approved]
    considered = RecoveryConsidered(
        case=state.id,
        association=state.association,
        amount_ore=unspent_ore,
        ground=UNSPENT,
        programme=state.programme,
    )
    return [approved, About(recovery, considered)]


def _closed(state: Grant, circumstances: Circumstances) -> GrantClosed:
    payments = _payments(state, circumstances)
    recovery = circumstances.also.get(recovery_id(state.id))
    if not all(payment.settled for payment in payments):
        raise Refused(
            "Alla utbetalningar är inte avstämda än. Stäm av eller ställ in dem först.",
            "Not all payments are reconciled yet. Reconcile or cancel them first.",
        )
    if isinstance(recovery, Recovery) and not recovery.settled:
        raise Refused(
            "Återkravet är inte uppgjort än.",
            "The recovery is not settled yet.",
        )
    return GrantClosed(
        paid_ore=sum(payment.amount_ore for payment in payments if payment.reconciled),
        returned_ore=recovery.paid_ore if isinstance(recovery, Recovery) else 0,
    )


def _payments(state: Grant, circumstances: Circumstances) -> list[Payment]:
    found = (circumstances.also[payment] for payment in state.payments)
    return [payment for payment in found if isinstance(payment, Payment)]


def needs(state: Grant | None, command: Command) -> Iterable[UUID]:
    match command:
        case OpenGrant(programme=programme):
            return (programme,)
        case QuashGrant():
            return state.payments if state else ()
        case ApproveReport() | CloseGrant():
            return (*(state.payments if state else ()), recovery_id(command.subject))
        case _:
            return ()


def row(state: Grant) -> dict[str, object]:
    return {**_whole_row(state), **(BLANK if state.blanked else {})}


def _whole_row(state: Grant) -> dict[str, object]:
    return {
        "programme": state.programme,
        "call": state.call,
        "association": state.association,
        "number": state.number,
        "granted_ore": state.granted_ore,
        "accepted": state.accepted_by is not None,
        "appeal_last_day": state.appeal_last_day,
        "final": state.final,
        "barred": "[" + ",".join(f'"{person}"' for person in sorted(state.barred)) + "]",
    }


GRANT = Kind(
    name="grant",
    state=Grant,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=COMMANDS,
    moves=MOVES,
    labels=LABELS,
    table="grants",
    columns={
        "programme": "uuid",
        "call": "uuid",
        "association": "uuid",
        "number": "text",
        "granted_ore": "bigint",
        "accepted": "boolean",
        "appeal_last_day": "date",
        "final": "boolean",
        "barred": "jsonb",
    },
    row=row,
    needs=needs,
    barred=lambda state: state.barred,
    association=lambda state, _: state.association if state is not None else None,
    facts=lambda state: {"number": state.number, "granted_ore": state.granted_ore},
    offers={
        "accept_terms": TermsAccepted,
        "attach_to_report": ReportSubmitted,
        "detach_from_report": ReportSubmitted,
        "report": ReportSubmitted,
        "review_report": ReportReviewStarted,
        "approve_report": ReportApproved,
        "close_grant": GrantClosed,
    },
)
