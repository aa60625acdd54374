"""A small fund in memory: the very lives, rules and docket of payouts, without database or broker."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from services.command.example import read_example
from services.payouts.domain.batch import Line, OrderBatch, RecordExport
from services.payouts.domain.grant import (
    AcceptTerms,
    ApproveReport,
    Grant,
    OpenGrant,
    PublishGrant,
    StartReview,
    SubmitReport,
)
from services.payouts.domain.instalments import payment_id
from services.payouts.domain.kinds import KINDS
from services.payouts.domain.payee import RegisterPayee, VerifyPayee
from services.payouts.domain.payment import AttestPayment, Payment, Requisition
from services.payouts.domain.reference import end_to_end_id
from services.payouts.domain.terms import AdoptTerms
from shared.catalogue import Event
from shared.docket import Docket, Ticket
from shared.envelope import Because, event_of, unseal
from shared.identity import FUND, Actor, Post, Role
from shared.life import Command, State
from shared.life_book import LifeBook
from shared.tallies import Tallies

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday morning."""
BANK_DAY = date(2026, 11, 25)
RULES, _ = read_example()


def digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def person(role: Role) -> Actor:
    return Actor(uuid4(), (Post(role),))


class Fund:
    """`said` are all events in order, as anybody who listens would decode them."""

    def __init__(self, rules=RULES) -> None:
        self.book = LifeBook(KINDS)
        self.states: dict[UUID, State] = {}
        self.said: list[tuple[UUID, Event]] = []
        self.at = NOW
        self.programme, self.association = uuid4(), uuid4()
        self.signatory, self.finance, self.officer = (
            person(Role.SIGNATORY),
            person(Role.FINANCE),
            person(Role.OFFICER),
        )
        self.attesters = (person(Role.ATTESTER), person(Role.ATTESTER))
        self.numbers = 0
        self.do(AdoptTerms(subject=self.programme, rules=rules, practice=True))

    def do(self, command: Command, actor: Actor = FUND) -> list[Event]:
        """Decides on the command and keeps what it led to; returns the new events. Raises Refused."""
        ticket = Ticket(
            operation="test", command=command, actor=actor, because=Because("test"), started=time.monotonic()
        )
        kind = self.book.kind_of(command)
        state = self.states.get(command.subject)
        ticket.refuse_if(state, kind)
        seen = {command.subject, *kind.needs(state, command)}
        docket = Docket(
            self.book, {key: self.states[key] for key in seen & self.states.keys()}, Tallies(), ticket, self.at
        )
        docket.decide(kind, state)
        self.states.update(docket.changed)
        new = [(fact.subject, event_of(unseal(fact.text))) for fact in docket.facts]
        self.said += new
        return [event for _, event in new]

    def later(self, days: int) -> None:
        self.at += timedelta(days=days)

    def grant(self, granted_ore: int = 2_500_000, case: UUID | None = None) -> UUID:
        """A case with a decision."""
        case = case or uuid4()
        self.numbers += 1
        self.do(
            OpenGrant(
                subject=case,
                programme=self.programme,
                call=uuid4(),
                association=self.association,
                number=f"EX 2026/{self.numbers:05}",
                granted_ore=granted_ore,
            )
        )
        return case

    def active(self, granted_ore: int = 2_500_000) -> UUID:
        """A case whose decision is posted and terms accepted, of an association with a verified account."""
        case = self.grant(granted_ore)
        self.do(PublishGrant(subject=case, appeal_last_day=date(2026, 12, 14)))
        self.do(AcceptTerms(subject=case), self.signatory)
        if self.association not in self.states:
            self.payee()
        return case

    def payee(self, account: str = "5050-1055", verified: bool = True) -> None:
        self.do(RegisterPayee(subject=self.association, scheme="bankgiro", account=digest(account)), self.signatory)
        if verified:
            self.do(VerifyPayee(subject=self.association, proof=digest("proof")), self.finance)

    def payments(self, case: UUID) -> list[Payment]:
        return [self.states[one] for one in self.states[case].payments]

    def first(self, case: UUID) -> Payment:
        return self.states[payment_id(case, 1)]

    def requisitioned(self, case: UUID, no: int = 1) -> UUID:
        self.do(Requisition(subject=payment_id(case, no)), self.signatory)
        return payment_id(case, no)

    def attested(self, case: UUID, no: int = 1) -> UUID:
        payment = self.requisitioned(case, no)
        for attester in self.attesters:
            self.do(AttestPayment(subject=payment), attester)
        return payment

    def line(self, payment: UUID) -> Line:
        state = self.states[payment]
        number = self.states[state.case].number
        reference = end_to_end_id(number, state.no, len(state.references) + 1)
        return Line(payment, state.case, state.association, reference, state.payee)

    def order(self, *payments: UUID, batch: UUID | None = None, execute_on: date = BANK_DAY) -> OrderBatch:
        lines = tuple(self.line(payment) for payment in payments)
        return OrderBatch(subject=batch or uuid4(), programme=self.programme, execute_on=execute_on, lines=lines)

    def exported(self, case: UUID, no: int = 1) -> UUID:
        payment = self.attested(case, no)
        order = self.order(payment)
        self.do(order, self.finance)
        self.do(RecordExport(subject=order.subject, sha256=digest("file")))
        return payment

    def reported(self, case: UUID, unspent_ore: int = 0) -> None:
        """The report, read and approved."""
        grant = self.states[case]
        assert isinstance(grant, Grant)
        report = SubmitReport(
            subject=case,
            spent_ore=grant.granted_ore - unspent_ore,
            unspent_ore=unspent_ore,
            figures={"I1": 12},
            content=digest("report"),
        )
        self.do(report, self.signatory)
        self.do(StartReview(subject=case), self.officer)
        self.do(ApproveReport(subject=case), self.officer)


def rules_with(hold: bool = False, reserves_recovery: bool = True):
    """The example programme, changed where a test needs it."""
    decision = RULES.decision
    conditions = tuple(
        msgspec.structs.replace(one, reserves_recovery=one.reserves_recovery and reserves_recovery)
        for one in decision.standard_conditions
    )
    payout = msgspec.structs.replace(decision.payout, hold_until_appeal_period_over=hold)
    decided = msgspec.structs.replace(decision, payout=payout, standard_conditions=conditions)
    return msgspec.structs.replace(RULES, decision=decided)
