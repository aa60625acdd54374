"""Money after the run, from the journals alone, to the öre: nothing granted beyond the budget, nothing paid twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from uuid import UUID

from shared.catalogue import Event
from shared.catalogue.payouts import (
    BatchOrdered,
    GrantClosed,
    GrantOpened,
    PaymentBooked,
    PaymentExported,
    RecoveryPaid,
)
from shared.catalogue.review import BudgetSet, CaseReopened, DecisionMade
from shared.envelope import event_of
from tests.torture.books import Book


def check_money(books: Mapping[str, Book]) -> list[str]:
    if "review" not in books or "payouts" not in books:
        return []
    granted = _granted(books["review"])
    return [*_budgets(books["review"]), *_grants(books["payouts"], granted), *_payments(books["payouts"])]


def _told(book: Book) -> Iterator[tuple[UUID, Event]]:
    for envelope in book.envelopes:
        yield envelope.subject, event_of(envelope)


def _granted(review: Book) -> dict[UUID, int]:
    """By case: what the last decision on it granted."""
    return {case: event.granted_ore for case, event in _told(review) if isinstance(event, DecisionMade)}


def _budgets(review: Book) -> Iterator[str]:
    """After every single decision."""
    ceilings: dict[UUID, int] = {}
    used: Counter[UUID] = Counter()
    for subject, event in _told(review):
        if isinstance(event, BudgetSet):
            ceilings[subject] = event.ceiling_ore
        elif isinstance(event, DecisionMade):
            used[event.call] += event.granted_ore
            if used[event.call] > ceilings[event.call]:
                yield f"call {event.call} has granted {used[event.call]} öre of {ceilings[event.call]}"
        elif isinstance(event, CaseReopened):
            used[event.call] -= event.released_ore


def _grants(payouts: Book, granted: Mapping[UUID, int]) -> Iterator[str]:
    """A grant is what was decided, its instalments add up to it, and what is paid never passes it."""
    opened: dict[UUID, int] = {}
    paid: Counter[UUID] = Counter()
    amounts: dict[UUID, int] = {}
    back: Counter[UUID] = Counter()
    for subject, event in _told(payouts):
        if isinstance(event, GrantOpened):
            opened[subject] = event.granted_ore
            planned = sum(instalment.amount_ore for instalment in event.instalments)
            if planned != event.granted_ore or granted.get(subject) != event.granted_ore:
                yield f"grant {subject}: {granted.get(subject)} decided, {event.granted_ore} granted, {planned} planned"
        elif isinstance(event, PaymentExported):
            amounts[subject] = event.amount_ore
        elif isinstance(event, PaymentBooked):
            paid[event.case] += amounts[subject]
            if paid[event.case] > opened[event.case]:
                yield f"grant {event.case}: {paid[event.case]} öre paid of {opened[event.case]}"
        elif isinstance(event, RecoveryPaid):
            back[event.case] += event.amount_ore
        elif isinstance(event, GrantClosed) and (event.paid_ore, event.returned_ore) != (paid[subject], back[subject]):
            yield f"grant {subject} closed with {event.paid_ore} paid and {event.returned_ore} returned"


def _payments(payouts: Book) -> Iterator[str]:
    """An instalment stands in one file, under one reference, and every file holds what was ordered."""
    files: dict[UUID, list[UUID]] = defaultdict(list)
    references: Counter[str] = Counter()
    batches: Counter[UUID] = Counter()
    ordered: dict[UUID, int] = {}
    for subject, event in _told(payouts):
        if isinstance(event, PaymentExported):
            files[subject].append(event.batch)
            references[event.end_to_end_id] += 1
            batches[event.batch] += event.amount_ore
        elif isinstance(event, BatchOrdered):
            ordered[subject] = event.sum_ore
    for payment, stands_in in files.items():
        if len(stands_in) > 1:
            yield f"payment {payment} stands in {len(stands_in)} bank files"
    for reference, count in references.items():
        if count > 1:
            yield f"the reference {reference} was used {count} times"
    for batch, sum_ore in ordered.items():
        if batches[batch] != sum_ore:
            yield f"batch {batch} was ordered for {sum_ore} öre and holds {batches[batch]}"
