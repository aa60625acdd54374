"""Lists: grants, payments, bank files and recoveries, one statement each, without cases the reader is barred from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from shared.http.lists import Page, page, read_cursor

NOT_BARRED = "not exists (select from grants as held where held.id = {case} and held.barred ? $1)"
"""$1 is the reader: for whoever has a conflict of interest the case does not exist (H7)."""


class ListedGrant(msgspec.Struct, frozen=True):
    id: UUID
    version: int
    status: str
    programme: UUID
    call: UUID
    association: UUID
    association_name: str | None
    number: str
    granted_ore: int
    report_due: date | None


class ListedPayment(msgspec.Struct, frozen=True):
    id: UUID
    version: int
    status: str
    case: UUID
    programme: UUID
    association: UUID
    association_name: str | None
    number: str
    no: int
    amount_ore: int
    after: str
    batch: UUID | None
    reference: str | None
    booked_on: date | None


class ListedPayee(msgspec.Struct, frozen=True):
    """`changes` counts the accounts there have been. The account itself is content."""

    id: UUID
    version: int
    status: str
    association_name: str | None
    scheme: str
    changes: int


class ListedBatch(msgspec.Struct, frozen=True):
    id: UUID
    version: int
    status: str
    programme: UUID
    message_id: str
    execute_on: date
    sum_ore: int
    count: int


class ListedRecovery(msgspec.Struct, frozen=True):
    id: UUID
    version: int
    status: str
    case: UUID
    association: UUID
    association_name: str | None
    number: str
    amount_ore: int
    answer_by: date | None
    ocr: str | None
    due_on: date | None
    paid_ore: int
    answers: int


class Narrowing(msgspec.Struct, frozen=True):
    """Which rows a list is about; None is all. `own` are the associations whose money the person may see."""

    own: Collection[UUID] | None = None
    status: str | None = None
    case: UUID | None = None
    programme: UUID | None = None
    batch: UUID | None = None
    cases: Collection[UUID] | None = None


GRANTS = """
select grants.id, grants.version, grants.status, grants.programme, grants.call, grants.association,
    name.text as association_name, grants.number, grants.granted_ore, period.report_due
from grants
    left join period on period.id = grants.call
    left join clear as name on name.owner = grants.association and name.field = 'name'
where grants.number <> '' and not grants.barred ? $1
    and ($2::uuid[] is null or grants.association = any($2)) and ($3::text is null or grants.status = $3)
    and ($4::uuid is null or grants.id = $4) and ($5::uuid is null or grants.id > $5)
order by grants.id limit $6
"""

PAYMENTS = f"""
select payment.id, payment.version, payment.status, payment.case_id as case, grants.programme, payment.association,
    name.text as association_name, grants.number, payment.no, payment.amount_ore, payment.after, payment.batch,
    payment.reference, payment.booked_on
from payment
    join grants on grants.id = payment.case_id
    left join clear as name on name.owner = payment.association and name.field = 'name'
where {NOT_BARRED.format(case="payment.case_id")} and grants.number <> ''
    and ($2::uuid[] is null or payment.association = any($2)) and ($3::text is null or payment.status = $3)
    and ($4::uuid is null or payment.case_id = $4) and ($8::uuid is null or grants.programme = $8)
    and ($9::uuid is null or payment.batch = $9) and ($10::uuid[] is null or payment.case_id = any($10))
    and ($5::uuid is null or (payment.case_id, payment.no) > ($5, $6::bigint))
order by payment.case_id, payment.no limit $7
"""  # noqa: S608 - the condition is ours

BOARD = f"""
select wanted.status, first.*
from unnest($2::text[]) as wanted (status), lateral (
    select payment.id, payment.version, payment.case_id as case, grants.programme, payment.association,
        name.text as association_name, grants.number, payment.no, payment.amount_ore, payment.after, payment.batch,
        payment.reference, payment.booked_on
    from payment
        join grants on grants.id = payment.case_id
        left join clear as name on name.owner = payment.association and name.field = 'name'
    where payment.status = wanted.status and {NOT_BARRED.format(case="payment.case_id")}
    order by payment.case_id, payment.no limit $3
) as first
"""  # noqa: S608 - the condition is ours

RECOVERIES = f"""
select recovery.id, recovery.version, recovery.status, recovery.case_id as case, recovery.association,
    name.text as association_name, grants.number, recovery.amount_ore, recovery.answer_by, recovery.ocr,
    recovery.due_on, recovery.paid_ore, recovery.answers
from recovery
    join grants on grants.id = recovery.case_id
    left join clear as name on name.owner = recovery.association and name.field = 'name'
where {NOT_BARRED.format(case="recovery.case_id")} and grants.number <> ''
    and ($2::uuid[] is null or recovery.association = any($2)) and ($3::text is null or recovery.status = $3)
    and ($4::uuid is null or recovery.case_id = $4) and ($5::uuid is null or recovery.id > $5)
order by recovery.id limit $6
"""  # noqa: S608 - the condition is ours

TO_BE_PAID = f"""exists (
    select from payment where payment.association = payee.id
        and payment.status not in ('booked', 'reconciled', 'cancelled') and {NOT_BARRED.format(case="payment.case_id")}
)"""
"""Money is to go to the account. Most of those who applied with one were granted nothing."""

PAYEES = f"""
select payee.id, payee.version, payee.status, name.text as association_name, payee.scheme, payee.changes
from payee left join clear as name on name.owner = payee.id and name.field = 'name'
where ($2::text is null or payee.status = $2) and ($3::uuid is null or payee.id > $3)
    and (not $5 or {TO_BE_PAID}) and ($6::uuid[] is null or payee.id = any($6))
order by payee.id limit $4
"""  # noqa: S608 - the condition is ours

BATCHES = """
select id, version, status, programme, message_id, execute_on, sum_ore, count from batch
where not batch.cases ?| array(select held.id::text from grants as held where held.barred ? $1)
    and ($2::date is null or (execute_on, id) < ($2, $3))
order by execute_on desc, id desc limit $4
"""


def _narrowed(reader: UUID, narrowing: Narrowing) -> tuple[object, ...]:
    own = None if narrowing.own is None else list(narrowing.own)
    return str(reader), own, narrowing.status, narrowing.case


async def list_grants(
    pool: Any, reader: UUID, narrowing: Narrowing, after: str | None, limit: int
) -> Page[ListedGrant]:
    """In the order the cases were begun."""
    (seen,) = read_cursor(after, tuple[UUID]) or (None,)
    rows = await pool.fetch(GRANTS, *_narrowed(reader, narrowing), seen, limit + 1)
    return page(rows, limit, lambda row: ListedGrant(**row), lambda row: (row["id"],))


async def list_payments(
    pool: Any, reader: UUID, narrowing: Narrowing, after: str | None, limit: int
) -> Page[ListedPayment]:
    """By case and number."""
    case, no = read_cursor(after, tuple[UUID, int]) or (None, None)
    also = (narrowing.programme, narrowing.batch, narrowing.cases)
    rows = await pool.fetch(PAYMENTS, *_narrowed(reader, narrowing), case, no, limit + 1, *also)
    return page(rows, limit, lambda row: ListedPayment(**row), lambda row: (row["case"], row["no"]))


async def board(pool: Any, reader: UUID, statuses: Sequence[str], each: int) -> list[ListedPayment]:
    """The first few of each status, in one statement."""
    return [ListedPayment(**row) for row in await pool.fetch(BOARD, str(reader), list(statuses), each)]


async def list_recoveries(
    pool: Any, reader: UUID, narrowing: Narrowing, after: str | None, limit: int
) -> Page[ListedRecovery]:
    (seen,) = read_cursor(after, tuple[UUID]) or (None,)
    rows = await pool.fetch(RECOVERIES, *_narrowed(reader, narrowing), seen, limit + 1)
    return page(rows, limit, lambda row: ListedRecovery(**row), lambda row: (row["id"],))


class OfPayees(msgspec.Struct, frozen=True):
    """Which accounts: those in a status, those that money is to go to, those of some associations; or all."""

    status: str | None = None
    to_be_paid: bool = False
    ids: Collection[UUID] | None = None


async def list_payees(pool: Any, reader: UUID, of: OfPayees, after: str | None, limit: int) -> Page[ListedPayee]:
    (seen,) = read_cursor(after, tuple[UUID]) or (None,)
    rows = await pool.fetch(PAYEES, str(reader), of.status, seen, limit + 1, of.to_be_paid, of.ids)
    return page(rows, limit, lambda row: ListedPayee(**row), lambda row: (row["id"],))


async def list_batches(pool: Any, reader: UUID, after: str | None, limit: int) -> Page[ListedBatch]:
    """The latest day of payment first."""
    execute_on, seen = read_cursor(after, tuple[date, UUID]) or (None, None)
    rows = await pool.fetch(BATCHES, str(reader), execute_on, seen, limit + 1)
    return page(rows, limit, lambda row: ListedBatch(**row), lambda row: (row["execute_on"], row["id"]))


PAYMENTS_BY_REFERENCE = """
select payment.id, wanted.reference
from unnest($1::text[]) as wanted (reference) join payment on payment.refs ? wanted.reference
"""
RECOVERIES_BY_OCR = "select id, ocr from recovery where ocr = any($1)"
BATCHES_BY_MESSAGE = "select id, message_id from batch where message_id = any($1)"
BATCHES_TO_MAKE = "select id from batch where status = 'ordered' order by id limit $1"
BARRED_FROM_ANY = "select exists (select from grants where id = any($1) and barred ? $2)"
ACCOUNT_ITEMS = """
select wanted.owner, wanted.digest, store.item
from unnest($1::uuid[], $2::text[]) as wanted (owner, digest)
    join store on store.owner = wanted.owner and store.scope = $3 and store.digest = wanted.digest
"""


async def payments_by_reference(pool: Any, references: Sequence[str]) -> dict[str, UUID]:
    """Every reference a payment ever had leads to it."""
    rows = await pool.fetch(PAYMENTS_BY_REFERENCE, list(set(references)))
    return {row["reference"]: row["id"] for row in rows}


async def recoveries_by_ocr(pool: Any, references: Sequence[str]) -> dict[str, UUID]:
    return {row["ocr"]: row["id"] for row in await pool.fetch(RECOVERIES_BY_OCR, list(set(references)))}


async def batches_by_message(pool: Any, messages: Sequence[str]) -> dict[str, UUID]:
    return {row["message_id"]: row["id"] for row in await pool.fetch(BATCHES_BY_MESSAGE, list(set(messages)))}


async def batches_to_make(pool: Any, limit: int) -> list[UUID]:
    return [row["id"] for row in await pool.fetch(BATCHES_TO_MAKE, limit)]


async def is_barred_from_any(pool: Any, person: UUID, cases: Sequence[UUID]) -> bool:
    return bool(await pool.fetchval(BARRED_FROM_ANY, list(cases), str(person)))


async def account_items(pool: Any, scope: str, accounts: Sequence[tuple[UUID, str]]) -> dict[tuple[UUID, str], str]:
    """(association, digest) → the name under which the store keeps that account."""
    owners, digests = [owner for owner, _ in accounts], [digest for _, digest in accounts]
    rows = await pool.fetch(ACCOUNT_ITEMS, owners, digests, scope)
    return {(row["owner"], row["digest"]): row["item"] for row in rows}
