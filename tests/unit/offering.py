"""Holding what is done against what was offered: what came of an operation had been offered, on that subject, to them.

A fund in memory plays commands, not operations, so here stands which command each operation gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from services.applications.domain import application_commands as application
from services.applications.domain import call_rules as call
from services.applications.domain import disposal, signing
from services.applications.domain.association import ChangeAssociation, RegisterAssociation
from services.applications.domain.programme import AdvanceClock, PublishProgramme
from services.payouts.domain import batch, grant, payee, payment, recovery
from services.review.domain import appeal, meeting
from services.review.domain.case import commands as case
from shared.catalogue import Event
from shared.identity import Actor
from shared.life import Command, State, several
from shared.life_book import LifeBook

OPERATIONS: Mapping[type[Command], str] = {
    PublishProgramme: "publish_programme",
    AdvanceClock: "advance_clock",
    call.DraftCall: "draft_call",
    call.DecideCall: "decide_call",
    call.PublishCall: "publish_call",
    call.StartPreparation: "start_preparation",
    call.CancelCall: "cancel_call",
    RegisterAssociation: "register_association",
    ChangeAssociation: "change_association",
    application.SubmitApplication: "submit",
    application.RegisterOnBehalf: "register_on_behalf",
    signing.SignFirst: "submit",
    signing.VoidSignature: "take_back_signature",
    application.CompleteApplication: "complete",
    application.WithdrawApplication: "withdraw",
    application.ProtectCase: "protect_case",
    application.LiftProtection: "lift_protection",
    disposal.ProposeDisposal: "propose_disposal",
    disposal.DecideDisposal: "decide_disposal",
    disposal.DeclineDisposal: "decline_disposal",
    case.StartCheck: "start_check",
    case.RequestCompletion: "request_completion",
    case.AnswerEligibility: "answer_eligibility",
    case.ReopenCheck: "reopen_check",
    case.DeclareInterest: "declare_interest",
    case.OpenAssessment: "open_assessment",
    case.Score: "score",
    case.CloseAssessment: "close_assessment",
    case.Propose: "propose",
    case.GiveStatement: "give_statement",
    case.MakeDecision: "decide",
    case.CloseCase: "close_case",
    meeting.CallMeeting: "call_meeting",
    meeting.OpenMeeting: "open_meeting",
    meeting.EndMeeting: "end_meeting",
    meeting.AdjustMinutes: "adjust_minutes",
    meeting.PostNotice: "post_notice",
    meeting.RemoveNotice: "remove_notice",
    appeal.ReceiveAppeal: "receive_appeal",
    appeal.ForwardAppeal: "forward_appeal",
    appeal.RecordJudgment: "record_judgment",
    grant.AcceptTerms: "accept_terms",
    grant.SubmitReport: "report",
    grant.StartReview: "review_report",
    grant.ApproveReport: "approve_report",
    grant.CloseGrant: "close_grant",
    payee.RegisterPayee: "register_payee",
    payee.VerifyPayee: "verify_payee",
    payment.Requisition: "requisition",
    payment.AttestPayment: "attest",
    payment.BarPayment: "bar_payment",
    payment.ReleasePayment: "release_payment",
    payment.CancelPayment: "cancel_payment",
    payment.ReconcilePayment: "reconcile_payment",
    payment.AcceptPayment: "take_bank_answer",
    payment.RejectPayment: "take_bank_answer",
    payment.BookPayment: "take_bank_statement",
    payment.ReturnPayment: "take_bank_statement",
    batch.OrderBatch: "order_batch",
    batch.CountAnswers: "take_bank_answer",
    recovery.ConsiderRecovery: "consider_recovery",
    recovery.NotifyRecovery: "notify_recovery",
    recovery.AnswerRecovery: "answer_recovery",
    recovery.DecideRecovery: "decide_recovery",
    recovery.InvoiceRecovery: "invoice_recovery",
    recovery.AgreePlan: "agree_plan",
    recovery.StartCollection: "start_collection",
    recovery.WriteOff: "write_off",
    recovery.PayRecovery: "take_bank_statement",
}
"""Every command that a person gives; the others are the fund's own, on others' news or on a date."""

DONE_ANEW = frozenset({"declare_interest", "score", "give_statement"})
"""Not offered again to whoever has done it, who may still do it over."""

Told = Iterable[tuple[UUID, type[Event]]]


def hold(book: LifeBook, command: Command, actor: Actor, before: Mapping[UUID, State], told: Told) -> None:
    """Raises AssertionError where a person's command led to what had not been offered on some subject it touched."""
    operation = OPERATIONS.get(type(command))
    if operation is None:
        return
    first: dict[UUID, type[Event]] = {}
    for subject, event in told:
        first.setdefault(subject, event)
    for subject, event in first.items():
        if (state := before.get(subject)) is not None:
            _hold(book, operation, actor, state, event, is_its_own=subject == command.subject)


def _hold(book: LifeBook, operation: str, actor: Actor, state: State, event: type[Event], is_its_own: bool) -> None:
    kind = book.kind_of(state)
    if operation not in kind.offers:
        assert not is_its_own, f"{operation} goes on with a {kind.name}, but no {kind.name} offers it"
        return
    assert operation in kind.offered(state), f"{operation} was done to a {kind.name} that was {state.status}"
    assert event in several(kind.offers[operation]), f"{operation} first led to {event.type}"
    if operation not in DONE_ANEW:
        assert kind.offers_to(state, actor, operation), f"{operation} was done by somebody it was not offered to"
