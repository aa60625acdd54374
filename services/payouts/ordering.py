"""Making bank files: what the order says is sealed with the intent, and the file with the outcome.

After a crash between the two the file is made again from the sealed order: the same message id, the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
import structlog

from services.payouts import views
from services.payouts.bank.pain001 import PaymentLine, PaymentOrder, write
from services.payouts.bank.profile import PRACTICE, FundAccount
from services.payouts.domain.account import Account
from services.payouts.domain.batch import Batch, Line, OrderBatch, RecordExport
from services.payouts.domain.grant import Grant
from services.payouts.domain.payment import Payment
from services.payouts.domain.reference import end_to_end_id, message_id
from services.payouts.domain.terms import Terms
from shared.clock import by_the_programme
from shared.deadlines import STOCKHOLM
from shared.desk import Receipt
from shared.http.visit import as_bytes
from shared.life import State
from shared.office import Office
from shared.refused import Refused, Unknown
from shared.store import Altered, Sealed

BANK = "bank"
"""Where the office keeps the fund's own account, if the operator has given one."""
SCOPE = "batch"
ACCOUNTS = "association"
ORDER, FILE = "order", "file"
MADE_TOGETHER_MAX = 20

log = structlog.get_logger()


def account_item(number: int) -> str:
    """Where an association's account lies in its content: each change of it is a new one."""
    return f"account-{number}"


class Wanted(msgspec.Struct, frozen=True):
    """One payment of the order, with the grant it belongs to."""

    payment: Payment
    grant: Grant

    @property
    def line(self) -> Line:
        attempt = len(self.payment.references) + 1
        reference = end_to_end_id(self.grant.number, self.payment.no, attempt)
        return Line(self.payment.id, self.payment.case, self.payment.association, reference, self.payment.payee)


async def order_of(
    office: Office, batch: UUID, programme: UUID, execute_on: date, payments: Sequence[UUID]
) -> tuple[OrderBatch, PaymentOrder | None]:
    """The command, and what the file will say; None of that where a payment has not even been asked for."""
    at, states = await office.book.load(office.pool, [programme, *payments])
    terms = states.get(programme)
    if not isinstance(terms, Terms):
        raise Unknown
    wanted = await _wanted(office, states, payments)
    command = OrderBatch(
        subject=batch, programme=programme, execute_on=execute_on, lines=tuple(one.line for one in wanted)
    )
    if not wanted or any(one.payment.payee is None for one in wanted):
        return command, None
    fund = _fund_account(office, terms)
    return command, PaymentOrder(
        message_id=message_id(batch),
        created_at=_local(by_the_programme(at, terms.offset_s)),
        execute_on=execute_on,
        debtor=fund.debtor,
        profile=fund.rules,
        lines=await _lines(office, wanted, terms),
    )


async def _wanted(office: Office, states: dict[UUID, State], payments: Sequence[UUID]) -> list[Wanted]:
    found = [state for state in map(states.get, payments) if isinstance(state, Payment)]
    if len(found) != len(payments):
        raise Unknown
    _, grants = await office.book.load(office.pool, {payment.case for payment in found})
    pairs = [(payment, grants.get(payment.case)) for payment in found]
    return [Wanted(payment, grant) for payment, grant in pairs if isinstance(grant, Grant)]


def _fund_account(office: Office, terms: Terms) -> FundAccount:
    given = office.extra.get(BANK)
    if isinstance(given, FundAccount):
        return given
    if terms.practice:
        return PRACTICE
    raise Refused(
        "Fondens eget konto är inte inlagt. Den som driver systemet lägger in det i BIFALL_BANK_FILE.",
        "The fund's own account is not set up. Whoever runs the system gives it in BIFALL_BANK_FILE.",
    )


def _local(moment: datetime) -> datetime:
    return moment.astimezone(STOCKHOLM).replace(tzinfo=None, microsecond=0)


async def _lines(office: Office, wanted: Sequence[Wanted], terms: Terms) -> tuple[PaymentLine, ...]:
    accounts = [(one.payment.association, one.payment.payee or "") for one in wanted]
    items = await views.account_items(office.pool, ACCOUNTS, accounts)
    contents = await office.store.open_each(
        office.pool, ACCOUNTS, {(account[0], item) for account, item in items.items()}
    )
    lines = []
    for one, account in zip(wanted, accounts, strict=True):
        content = contents.get((account[0], items.get(account, "")))
        if content is None:
            raise LookupError(f"The account of payment {one.payment.id} is not in the store.")
        lines.append(
            PaymentLine(
                reference=one.line.reference,
                amount_ore=one.payment.amount_ore,
                account=msgspec.json.decode(content, type=Account),
                message=f"{one.grant.number} {terms.rules.title.sv}",
            )
        )
    return tuple(lines)


async def sealed_order(office: Office, batch: UUID, order: PaymentOrder) -> tuple[Sealed, ...]:
    """The order, tried first: a file that cannot be written is refused before anything is ordered."""
    write(order)
    return tuple(await office.store.seal(batch, SCOPE, {ORDER: as_bytes(order)}))


async def read_order(office: Office, batch: UUID) -> PaymentOrder:
    content = await office.store.open(office.pool, batch, SCOPE, ORDER)
    if content is None:
        raise LookupError(f"The order of batch {batch} is not in the store.")
    return msgspec.json.decode(content, type=PaymentOrder)


async def made(office: Office, batch: UUID) -> tuple[RecordExport, tuple[Sealed, ...]]:
    """The file, made from the sealed order, and the command that records it. It is the same file each time."""
    content = write(await read_order(office, batch))
    command = RecordExport(subject=batch, sha256=hashlib.sha256(content).hexdigest())
    return command, tuple(await office.store.seal(batch, SCOPE, {FILE: content}))


async def make(office: Office, batch: UUID) -> Receipt:
    """The fund itself makes a file whose order stands: a crash had cut it off."""
    command, sealed = await made(office, batch)
    return await office.act(command, "due", sealed)


async def file_of(office: Office, batch: Batch) -> bytes:
    """The file as it was made. Raises Altered where its bytes are no longer those the journal tells of."""
    if batch.sha256 is None:
        await make(office, batch.id)
    content = await office.store.open(office.pool, batch.id, SCOPE, FILE)
    if content is None:
        raise LookupError(f"The file of batch {batch.id} is not in the store.")
    if batch.sha256 not in (None, hashlib.sha256(content).hexdigest()):
        log.error("batch.altered", batch=str(batch.id))
        raise Altered
    return content


async def make_ordered_files(office: Office) -> None:
    """Files whose order stands but whose making a crash cut off."""
    for batch in await views.batches_to_make(office.worker_pool, MADE_TOGETHER_MAX):
        receipt = await make(office, batch)
        if receipt.position is not None:
            log.info("batch.made", batch=str(batch))
