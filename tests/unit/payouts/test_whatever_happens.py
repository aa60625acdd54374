"""Whatever people and the bank do, in whatever order: no krona is paid above the decision, twice or by one alone, and
nobody does what was not offered."""

from __future__ import annotations

from collections import Counter
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.payouts.domain.batch import RecordExport
from services.payouts.domain.grant import AcceptTerms, BarPerson, PublishGrant, QuashGrant
from services.payouts.domain.payee import RegisterPayee, VerifyPayee
from services.payouts.domain.payment import (
    AcceptPayment,
    AttestPayment,
    BarPayment,
    BookPayment,
    CancelPayment,
    RejectPayment,
    ReleasePayment,
    Requisition,
    ReturnPayment,
)
from shared.catalogue import Event
from shared.catalogue.payouts import (
    BatchOrdered,
    GrantOpened,
    PayeeRegistered,
    PayeeVerified,
    PaymentAttestedOnce,
    PaymentAttestedTwice,
    PaymentBooked,
    PaymentExported,
    PaymentPlanned,
    PaymentRejected,
    PaymentRequisitioned,
    PaymentReturned,
    PersonBarred,
)
from shared.identity import FUND, Actor, Post, Role
from shared.life import Command
from shared.refused import Refused
from tests.chance import examples
from tests.unit.offering import hold
from tests.unit.payouts.fund import BANK_DAY, Fund, digest

EVERY_ROLE = tuple(Post(role) for role in Role)
PEOPLE = [Actor(UUID(int=number), EVERY_ROLE) for number in range(1, 6)]
"""Five people with every role there is: only the rules of judgement keep them apart, not the policy."""

GRANTS_ORE = (1_000_000, 2_500_003)
ACTIONS = [
    *["everybody attests", "everybody exports", "requisition"] * 5,
    *["verify", "attest", "export", "accept", "reject", "book", "return", "release", "report"] * 2,
    "account", "bar", "cancel", "quash", "decide anew", "conflict", "publish", "terms",
]  # fmt: skip
STEPS = some.lists(
    some.tuples(some.sampled_from(ACTIONS), some.integers(0, 4), some.integers(0, 7)), min_size=20, max_size=90
)


class Watched(Fund):
    """Whatever comes of a command had been offered."""

    def do(self, command: Command, actor: Actor = FUND) -> list[Event]:
        before, told = dict(self.states), len(self.said)
        events = super().do(command, actor)
        hold(self.book, command, actor, before, [(subject, type(event)) for subject, event in self.said[told:]])
        return events


class Play:
    """One play: two cases of one association, and whatever is tried with them."""

    def __init__(self) -> None:
        self.fund = Watched()
        self.cases = [self.fund.grant(amount) for amount in GRANTS_ORE]
        self.refused = 0
        for case in self.cases:
            self.fund.do(PublishGrant(subject=case, appeal_last_day=date(2026, 12, 14)))
            self.fund.do(AcceptTerms(subject=case), PEOPLE[0])
        self.fund.do(RegisterPayee(subject=self.fund.association, scheme="bankgiro", account=digest("0")), PEOPLE[0])
        self.fund.do(VerifyPayee(subject=self.fund.association, proof=digest("proof")), PEOPLE[1])

    def step(self, action: str, who: int, which: int) -> None:
        case = self.cases[which % 2]
        payments = self.fund.states[case].payments
        payment = payments[which % len(payments)]
        try:
            self._try(action, PEOPLE[who], case, payment, which)
        except Refused:
            self.refused += 1

    def _try(self, action: str, actor: Actor, case: UUID, payment: UUID, which: int) -> None:
        fund, state = self.fund, self.fund.states[payment]
        reference = state.references[which % len(state.references)] if state.references else "EX-2026-09999-1"
        if action.startswith("everybody"):
            for somebody in range(len(PEOPLE)):
                self.step(action.removeprefix("everybody ").removesuffix("s"), somebody, which)
        elif action == "export":
            order = fund.order(payment)
            fund.do(order, actor)
            fund.do(RecordExport(subject=order.subject, sha256=digest(str(order.subject))))
        elif action == "decide anew":
            fund.grant(GRANTS_ORE[which % 2] + which * 100_000, case)
        elif action == "report":
            fund.reported(case, unspent_ore=which)
        else:
            fund.do(self._command(action, actor, case, payment, which, reference, state.amount_ore), actor)

    def _command(self, action, actor, case, payment, which, reference, amount_ore):
        said = {"subject": payment, "reference": reference}
        return {
            "requisition": lambda: Requisition(subject=payment),
            "attest": lambda: AttestPayment(subject=payment),
            "bar": lambda: BarPayment(subject=payment, reason="investigation"),
            "release": lambda: ReleasePayment(subject=payment),
            "cancel": lambda: CancelPayment(subject=payment),
            "account": lambda: RegisterPayee(
                subject=self.fund.association, scheme="bankgiro", account=digest(str(which))
            ),
            "verify": lambda: VerifyPayee(subject=self.fund.association, proof=digest("proof")),
            "accept": lambda: AcceptPayment(**said),
            "reject": lambda: RejectPayment(**said, reason="AC01"),
            "book": lambda: BookPayment(**said, amount_ore=amount_ore, booked_on=BANK_DAY, whole=which % 2 == 0),
            "return": lambda: ReturnPayment(**said, amount_ore=amount_ore, reason="AC04"),
            "quash": lambda: QuashGrant(subject=case),
            "conflict": lambda: BarPerson(subject=case, person=actor.id),
            "publish": lambda: PublishGrant(subject=case, appeal_last_day=date(2026, 12, 15)),
            "terms": lambda: AcceptTerms(subject=case),
        }[action]()


class Auditor:
    """Reads only what was told, and keeps books of its own."""

    def __init__(self) -> None:
        self.granted: dict[UUID, int] = {}
        self.ever_granted: Counter = Counter()
        self.amount: dict[UUID, int] = {}
        self.case: dict[UUID, UUID] = {}
        self.account: str | None = None
        self.changed_by = self.verified_by = None
        self.asked: dict[UUID, PaymentRequisitioned] = {}
        self.attests: dict[UUID, list[UUID]] = {}
        self.references: list[str] = []
        self.exported_ore = self.rejected_ore = self.returned_ore = 0
        self.out: dict[UUID, int] = {}
        self.booked: dict[UUID, int] = {}
        self.barred: set[tuple[UUID, UUID]] = set()
        self.exporter: dict[UUID, UUID] = {}

    def hear(self, subject: UUID, event) -> None:
        match event:
            case GrantOpened(granted_ore=amount):
                self.granted[subject] = amount
                self.ever_granted[subject] = max(self.ever_granted[subject], amount)
            case PersonBarred(person=person):
                self.barred.add((subject, person))
            case PaymentPlanned(case=case, amount_ore=amount):
                self.amount[subject], self.case[subject] = amount, case
            case PayeeRegistered(content=account, changed_by=person):
                self.account, self.changed_by, self.verified_by = account, person, None
            case PayeeVerified(verified_by=person):
                assert person != self.changed_by
                self.verified_by = person
            case PaymentRequisitioned():
                assert event.payee == self.account
                self.asked[subject], self.attests[subject] = event, []
            case PaymentAttestedOnce(attested_by=person) | PaymentAttestedTwice(attested_by=person):
                assert (event.case, person) not in self.barred
                assert person not in {self.asked[subject].requisitioned_by, self.changed_by, self.verified_by}
                self.attests[subject].append(person)
            case BatchOrdered(payments=payments, ordered_by=person):
                self.exporter.update(dict.fromkeys(payments, person))
            case PaymentExported():
                self._exported(subject, event)
            case PaymentRejected():
                self.rejected_ore += self.out.pop(subject)
            case PaymentBooked():
                self.booked[subject] = self.out.pop(subject)
            case PaymentReturned():
                self.returned_ore += self.booked.pop(subject, 0) or self.out.pop(subject)

    def _exported(self, payment: UUID, event: PaymentExported) -> None:
        assert payment not in self.out, "the same instalment is with the bank already"
        assert payment not in self.booked, "the same instalment is paid already"
        assert len(set(self.attests[payment])) == 2
        assert self.exporter[payment] not in self.attests[payment]
        assert (event.case, self.exporter[payment]) not in self.barred
        assert self.verified_by is not None
        assert self.asked[payment].payee == self.account
        assert event.amount_ore == self.amount[payment]
        self.references.append(event.end_to_end_id)
        self.out[payment] = event.amount_ore
        self.exported_ore += event.amount_ore

    def check(self) -> None:
        assert len(self.references) == len(set(self.references)), "no two orders share an EndToEndId"
        booked_ore, out_ore = sum(self.booked.values()), sum(self.out.values())
        assert booked_ore == self.exported_ore - self.rejected_ore - self.returned_ore - out_ore
        paid: Counter = Counter()
        for payment, amount in [*self.booked.items(), *self.out.items()]:
            paid[self.case[payment]] += amount
        assert all(paid[case] <= self.ever_granted[case] for case in paid), "paid is at most granted"


@examples(150)
@given(steps=STEPS)
def test_money_is_conserved_and_nobody_pays_alone_whatever_happens(steps):
    play, auditor, heard = Play(), Auditor(), 0
    for step in steps:
        play.step(*step)
        for subject, event in play.fund.said[heard:]:
            auditor.hear(subject, event)
        heard = len(play.fund.said)
        auditor.check()


def test_the_play_does_reach_the_bank_and_back():
    """The control: without it, a play in which everything is refused would prove nothing."""
    play, auditor = Play(), Auditor()
    for step in [
        ("requisition", 0, 0), ("attest", 2, 0), ("attest", 3, 0), ("export", 1, 0), ("reject", 1, 0),
        ("release", 1, 0), ("requisition", 0, 0), ("attest", 2, 0), ("attest", 3, 0), ("export", 1, 0),
        ("book", 1, 1), ("return", 1, 1),
    ]:  # fmt: skip
        play.step(*step)
    for subject, event in play.fund.said:
        auditor.hear(subject, event)
    auditor.check()
    assert auditor.references == ["EX-2026-00001-1", "EX-2026-00001-1R2"]
    assert auditor.rejected_ore == 1_000_000


def test_the_auditor_notices_a_payment_sent_twice():
    """The negative control of the books themselves."""
    auditor = Auditor()
    payment, case = UUID(int=1), UUID(int=2)
    auditor.amount[payment], auditor.case[payment] = 100, case
    auditor.out[payment] = 100
    event = PaymentExported(case=case, batch=UUID(int=3), end_to_end_id="EX-2026-00001-1", amount_ore=100)
    with pytest.raises(AssertionError, match="with the bank already"):
        auditor.hear(payment, event)
