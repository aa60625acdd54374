"""A small fund as its trail tells it, everything in order: for a test to put one thing wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec

from services.audit.domain.questions.population import Fact, Population
from shared.catalogue import Event
from shared.catalogue.applications import ApplicationSubmitted, CaseRegistered, ProgrammePublished
from shared.catalogue.letters import LetterDue
from shared.catalogue.payouts import (
    BatchOrdered,
    GrantClosed,
    PayeeRegistered,
    PayeeVerified,
    PaymentAttestedOnce,
    PaymentAttestedTwice,
    PaymentExported,
    PaymentRequisitioned,
    PeriodSet,
    RecoveryDecided,
    RecoveryPaid,
    ReportApproved,
    ReportSubmitted,
    TermsAccepted,
    TermsAdopted,
)
from shared.catalogue.review import (
    AssessmentSubmitted,
    Authority,
    BudgetSet,
    DecisionMade,
    DecisionPublished,
    GuidelinesAdopted,
    InterestDeclared,
    MeetingCalled,
    MeetingEnded,
    MeetingOpened,
)
from shared.catalogue.signing import ApplicationSigned
from shared.deadlines import local_date
from shared.identity import FUND
from tests.unit.review.bench import RULES

NAMES = UUID("6269666c-6c00-4000-8000-000000000001")
BEGAN = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
DIGEST = "0" * 64
GRANTED, UNSPENT = 2_000_000, 150_000
CEILING = 5_000_000


def an_id(name: str) -> UUID:
    return uuid5(NAMES, name)


class Trail:
    """Facts a minute apart. What a test takes out or puts in keeps its place in time."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def tell(self, event: Event, subject: str, actor: str | None = None) -> Fact:
        cases = {getattr(event, "case", None), *getattr(event, "cases", ())} - {None}
        fact = Fact(
            source=event.source,
            position=len(self.facts) + 1,
            at=BEGAN + timedelta(minutes=len(self.facts)),
            subject=an_id(subject),
            actor=an_id(actor) if actor else FUND.id,
            is_fund=actor is None,
            event=event,
            concerned=frozenset({an_id(subject), *cases}),
        )
        self.facts.append(fact)
        return fact

    def change(self, kind: type[Event], subject: str, actor: str | None = None, **changes: Any) -> None:
        """The first fact of the kind about the subject says something else, or is somebody else's."""
        at = next(at for at, fact in enumerate(self.facts) if isinstance(fact.event, kind) and self._is(fact, subject))
        fact = self.facts[at]
        event = msgspec.structs.replace(fact.event, **changes)
        self.facts[at] = msgspec.structs.replace(fact, event=event, actor=an_id(actor) if actor else fact.actor)

    def drop(self, kind: type[Event], subject: str) -> None:
        self.facts = [fact for fact in self.facts if not (isinstance(fact.event, kind) and self._is(fact, subject))]

    def population(self) -> Population:
        return Population(reversed(self.facts))

    def _is(self, fact: Fact, subject: str) -> bool:
        return fact.subject == an_id(subject)


def a_fund() -> Trail:
    """Three cases: A is granted at a meeting, paid, reported and closed; B by delegation and paid; C is refused."""
    trail = Trail()
    trail.tell(ProgrammePublished(rules=RULES), "programme", "coordinator")
    trail.tell(GuidelinesAdopted(rules=RULES), "programme")
    trail.tell(TermsAdopted(rules=RULES), "programme")
    trail.tell(BudgetSet(programme=an_id("programme"), ceiling_ore=CEILING), "call")
    days: dict[str, Any] = {
        "activity_from": date(2026, 4, 1),
        "activity_to": date(2026, 12, 31),
    }
    trail.tell(PeriodSet(programme=an_id("programme"), report_due=date(2027, 2, 1), **days), "call")
    for running, case in enumerate("ABC", 1):
        register(trail, case, running, by_two=case == "C")
    trail.tell(InterestDeclared(person=an_id("panel-1"), conflict="own_association"), "A", "panel-1")
    trail.tell(InterestDeclared(person=an_id("panel-2")), "A", "panel-2")
    trail.tell(AssessmentSubmitted(assessor=an_id("panel-2"), scores={"C1": 3}, content=DIGEST), "A", "panel-2")
    cases = tuple(an_id(case) for case in "AC")
    trail.tell(MeetingCalled(programme=an_id("programme"), held_on=date(2026, 3, 2), cases=cases), "meeting", "panel-1")
    trail.tell(MeetingOpened(chair=an_id("chair")), "meeting", "chair")
    decide(trail, "A", GRANTED, Authority(meeting=an_id("meeting")))
    decide(trail, "C", 0, Authority(meeting=an_id("meeting")))
    trail.tell(MeetingEnded(), "meeting", "chair")
    decide(trail, "B", 1_000_000, Authority(delegation=RULES.authority.delegation_ref.sv))
    for case in ("A", "B", "C"):
        trail.tell(published(), case)
    for case, amount in (("A", GRANTED), ("B", 1_000_000)):
        pay(trail, case, amount)
    words: dict[str, Any] = {"spent_ore": GRANTED - UNSPENT, "unspent_ore": UNSPENT, "figures": {}, "content": DIGEST}
    trail.tell(ReportSubmitted(**words), "A", "signatory-A")
    trail.tell(ReportApproved(officer=an_id("officer"), unspent_ore=UNSPENT), "A", "officer")
    about = {"case": an_id("A")}
    trail.tell(RecoveryDecided(amount_ore=UNSPENT, decided_by=an_id("chair"), **about), "recovery-A", "chair")
    trail.tell(RecoveryPaid(amount_ore=UNSPENT, booked_on=date(2026, 3, 9), **about), "recovery-A", "finance")
    trail.tell(GrantClosed(paid_ore=GRANTED, returned_ore=UNSPENT), "A")
    return trail


def a_reminder(case: str) -> LetterDue:
    return LetterDue(
        kind="report_overdue",
        case=an_id(case),
        cause="x-1",
        recipient="association",
        due_at=BEGAN + timedelta(days=400),
    )


def register(trail: Trail, case: str, running: int, by_two: bool = False) -> None:
    common: dict[str, Any] = {
        "programme": an_id("programme"),
        "call": an_id("call"),
        "association": an_id(f"association-{case}"),
        "amount_applied_ore": GRANTED,
        "received_at": BEGAN,
    }
    signatories = [f"signatory-{case}"]
    if by_two:
        signatories.insert(0, f"treasurer-{case}")
        first = ApplicationSigned(
            draft=an_id(case),
            revision=3,
            call=an_id("call"),
            association=an_id(f"association-{case}"),
            signed_by=an_id(signatories[0]),
            signed_at=BEGAN,
            content=DIGEST,
        )
        trail.tell(first, f"signing-{case}", signatories[0])
    signed_by = tuple(an_id(one) for one in signatories)
    signed = ApplicationSubmitted(signed_by=signed_by, signatures=len(signed_by), content=DIGEST, **common)
    trail.tell(signed, case, signatories[-1])
    number: dict[str, Any] = {"number": f"EX 2026/0000{running}", "series": "EX", "year": 2026, "running": running}
    trail.tell(CaseRegistered(**number, **common), case)


def decide(trail: Trail, case: str, granted: int, authority: Authority) -> None:
    decision = DecisionMade(
        programme=an_id("programme"),
        call=an_id("call"),
        association=an_id(f"association-{case}"),
        number=case,
        outcome="approved" if granted else "rejected",
        granted_ore=granted,
        reason=None if granted else "R01",
        decided_by=an_id("chair"),
        authority=authority,
        content=DIGEST,
    )
    trail.tell(decision, case, "chair")


def published() -> DecisionPublished:
    """With the minutes of the meeting, which tell of what was decided by delegation too."""
    day = local_date(BEGAN)
    return DecisionPublished(meeting=an_id("meeting"), posted_on=day, appeal_last_day=day + timedelta(days=21))


def pay(trail: Trail, case: str, amount: int) -> None:
    signatory, payment = f"signatory-{case}", f"payment-{case}"
    about = {"case": an_id(case)}
    trail.tell(TermsAccepted(accepted_by=an_id(signatory)), case, signatory)
    account: dict[str, Any] = {"scheme": "bankgiro", "content": DIGEST}
    trail.tell(PayeeRegistered(changed_by=an_id(signatory), **account), f"association-{case}", signatory)
    trail.tell(PayeeVerified(verified_by=an_id("finance"), content=DIGEST), f"association-{case}", "finance")
    asked = PaymentRequisitioned(requisitioned_by=an_id(signatory), payee=DIGEST, **about)
    trail.tell(asked, payment, signatory)
    trail.tell(PaymentAttestedOnce(attested_by=an_id("attester-1"), **about), payment, "attester-1")
    trail.tell(PaymentAttestedTwice(attested_by=an_id("attester-2"), **about), payment, "attester-2")
    batch = BatchOrdered(
        programme=an_id("programme"),
        message_id="M",
        execute_on=date(2026, 3, 5),
        payments=(an_id(payment),),
        cases=(an_id(case),),
        sum_ore=amount,
        ordered_by=an_id("finance"),
    )
    trail.tell(batch, f"batch-{case}", "finance")
    sent = PaymentExported(batch=an_id(f"batch-{case}"), end_to_end_id=case, amount_ore=amount, **about)
    trail.tell(sent, payment)
