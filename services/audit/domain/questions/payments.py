"""Was everything that was paid decided, asked for, attested by two, and sent to an account that was verified?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from services.audit.domain.questions.answer import Answer, Finding, answer, places
from services.audit.domain.questions.population import Case, Fact, Population
from shared.catalogue.payouts import (
    BatchOrdered,
    PayeeRegistered,
    PayeeVerified,
    PaymentAttestedOnce,
    PaymentAttestedTwice,
    PaymentExported,
    PaymentRejected,
    PaymentRequisitioned,
    PaymentReturned,
)
from shared.catalogue.review import DecisionMade
from shared.words import Text

ATTESTS = Text("Attesterades varje utbetalning av två personer?", "Was every payment attested by two people?")
DECIDED = Text("Fanns beslutet före varje utbetalning?", "Was there a decision before every payment?")
VERIFIED = Text("Var varje konto kontrollerat av en annan person?", "Was each account verified by somebody else?")
WITHIN = Text("Betalades aldrig mer än som beviljades?", "Was never more paid than was granted?")


def two_attested(population: Population, now: datetime) -> Answer:
    """Since the money was last asked for, by two people, neither of whom asked for it or sent it to the bank."""
    sent = list(_sent(population))
    orders = {fact.subject: event.ordered_by for fact, event in population.of(BatchOrdered)}
    found = [
        Finding(words, case.id, case.number, places(fact))
        for case, fact, event in sent
        for words in _attest_missing(case, fact, orders.get(event.batch))
    ]
    return answer("attests", ATTESTS, len(sent), found)


def _attest_missing(case: Case, sent: Fact, ordered_by: UUID | None) -> Iterator[Text]:
    before = [fact for fact in case.facts if fact.subject == sent.subject and fact.at <= sent.at]
    asked = [at for at, fact in enumerate(before) if isinstance(fact.event, PaymentRequisitioned)]
    if not asked:
        yield Text("Ingen hade rekvirerat pengarna.", "Nobody had asked for the money.")
        return
    since = before[asked[-1] :]
    attests = [fact.actor for fact in since if isinstance(fact.event, PaymentAttestedOnce | PaymentAttestedTwice)]
    if len(set(attests)) < 2:
        yield Text("Två personers attest saknas.", "The attest of two people is missing.")
    if since[0].actor in attests:
        yield Text("Den som rekvirerade har attesterat.", "Whoever asked for the money has attested it.")
    if ordered_by in attests:
        yield Text("Den som attesterade har skickat till banken.", "Whoever attested it has sent it to the bank.")


def none_before_decision(population: Population, now: datetime) -> Answer:
    sent = list(_sent(population))
    found = [
        Finding(
            Text("Pengarna skickades före beslutet.", "The money was sent before the decision."),
            case.id,
            case.number,
            places(fact),
        )
        for case, fact, _ in sent
        if not any(decided.at < fact.at for decided, event in case.of(DecisionMade) if event.granted_ore)
    ]
    return answer("decided", DECIDED, len(sent), found)


def accounts_were_verified(population: Population, now: datetime) -> Answer:
    """The account that money was sent to was seen by another person than the one who entered it."""
    entered: dict[UUID, list[Fact]] = defaultdict(list)
    for kind in (PayeeRegistered, PayeeVerified):
        for fact, _ in population.of(kind):
            entered[fact.subject].append(fact)
    sent = list(_sent(population))
    found = [
        Finding(words, case.id, case.number, places(fact))
        for case, fact, _ in sent
        if (words := _unverified(entered[case.event.association], fact)) is not None
    ]
    return answer("accounts", VERIFIED, len(sent), found)


def _unverified(entered: list[Fact], sent: Fact) -> Text | None:
    changed: PayeeRegistered | None = None
    verified_by: set[UUID] = set()
    for fact in sorted(entered, key=lambda fact: fact.position):
        if fact.at > sent.at:
            break
        if isinstance(fact.event, PayeeRegistered):
            changed, verified_by = fact.event, set()
        elif isinstance(fact.event, PayeeVerified):
            verified_by.add(fact.event.verified_by)
    if changed is None:
        return Text("Kontot finns inte i spåret.", "The account is not in the trail.")
    if not verified_by:
        return Text("Ingen hade kontrollerat kontot.", "Nobody had verified the account.")
    if verified_by == {changed.changed_by}:
        return Text("Samma person la in och kontrollerade.", "The same person entered and verified it.")
    return None


def none_above_the_grant(population: Population, now: datetime) -> Answer:
    """What was sent and neither refused nor returned by the bank, against what was decided."""
    found, paid, granted = [], 0, 0
    for case in population.cases:
        out = paid_out(case)
        sums = sum(event.amount_ore for _, event in out)
        limit = granted_to(case)
        paid, granted = paid + sums, granted + limit
        if sums > limit:
            words = Text("Mer skickades än som beviljades.", "More was sent than was granted.")
            found.append(Finding(words, case.id, case.number, places(*(fact for fact, _ in out))))
    return answer("paid", WITHIN, len(population.cases), found, {"granted_ore": granted, "paid_ore": paid})


def granted_to(case: Case) -> int:
    """In öre, by the latest decision; nothing while none is made."""
    decided = [event.granted_ore for _, event in case.of(DecisionMade)]
    return decided[-1] if decided else 0


def paid_out(case: Case) -> list[tuple[Fact, PaymentExported]]:
    """What was sent to the bank and neither refused nor returned by it."""
    out: dict[tuple[UUID, int], tuple[Fact, PaymentExported]] = {}
    for fact in case.facts:
        if isinstance(fact.event, PaymentExported):
            out[fact.subject, fact.position] = (fact, fact.event)
        elif isinstance(fact.event, PaymentRejected | PaymentReturned):
            latest = max((place for place in out if place[0] == fact.subject), default=None)
            if latest is not None:
                del out[latest]
    return list(out.values())


def _sent(population: Population) -> Iterator[tuple[Case, Fact, PaymentExported]]:
    for case in population.cases:
        for fact, event in case.of(PaymentExported):
            yield case, fact, event
