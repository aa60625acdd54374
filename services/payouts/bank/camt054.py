"""Reads camt.054 (and camt.053): what the bank has booked, out and in, with the references it was booked under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from services.payouts.bank.pain002 import NO_REASON
from services.payouts.bank.reading import (
    LINES_MAX,
    UnreadableFile,
    amount_ore,
    child,
    children,
    every,
    read_document,
    text,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NOTIFICATION, STATEMENT = "BkToCstmrDbtCdtNtfctn", "BkToCstmrStmt"
BODIES = {NOTIFICATION: "Ntfctn", STATEMENT: "Stmt"}
BOOKED = "BOOK"
NOT_PROVIDED = "NOTPROVIDED"
"""What banks write where the payer gave no EndToEndId."""
_REASON = re.compile(r"[A-Za-z0-9]{1,35}\Z")


class EntryLine(msgspec.Struct, frozen=True):
    """One payment of an entry. `paid_with` are the references an association gave when it paid us."""

    amount_ore: int
    reference: str | None = None
    paid_with: tuple[str, ...] = ()
    returned_for: str | None = None


class Entry(msgspec.Struct, frozen=True):
    """One booked entry. `group` is the payment information id, where the bank books a whole group as one sum."""

    amount_ore: int
    is_credit: bool
    booked_on: date
    lines: tuple[EntryLine, ...]
    group: str | None = None

    @property
    def adds_up(self) -> bool:
        return sum(line.amount_ore for line in self.lines) == self.amount_ore


def read_statement(content: bytes) -> tuple[Entry, ...]:
    """The booked entries. Raises UnreadableFile."""
    entries = tuple(_entries(content))
    if sum(max(len(entry.lines), 1) for entry in entries) > LINES_MAX:
        raise UnreadableFile("den har för många rader.", "it has too many lines.")
    return entries


def _entries(content: bytes) -> Iterator[Entry]:
    name = NOTIFICATION if NOTIFICATION.encode() in content or STATEMENT.encode() not in content else STATEMENT
    for body in children(read_document(content, name), BODIES[name]):
        for entry in children(body, "Ntry"):
            if BOOKED in (text(entry, "Sts"), text(entry, "Sts", "Cd")):
                yield _entry(entry)


def _entry(entry: Element) -> Entry:
    amount = amount_ore(child(entry, "Amt"))
    side = text(entry, "CdtDbtInd")
    if amount is None or side not in ("CRDT", "DBIT"):
        raise UnreadableFile("en post saknar belopp eller sida.", "an entry has no amount or side.")
    reversed_ = text(entry, "RvslInd") == "true"
    details = [details for group in children(entry, "NtryDtls") for details in children(group, "TxDtls")]
    group = next((found for one in children(entry, "NtryDtls") if (found := text(one, "Btch", "PmtInfId"))), None)
    return Entry(
        amount_ore=amount,
        is_credit=side == "CRDT",
        booked_on=_day(entry),
        lines=tuple(_line(one, amount if len(details) == 1 else None, reversed_) for one in details),
        group=group,
    )


def _line(details: Element, whole_ore: int | None, reversed_: bool) -> EntryLine:
    told = child(details, "AmtDtls", "TxAmt", "Amt")
    amount = amount_ore(told if told is not None else child(details, "Amt"))
    if amount is None:
        amount = whole_ore
    if amount is None:
        raise UnreadableFile("en rad saknar belopp.", "a line has no amount.")
    reference = text(details, "Refs", "EndToEndId")
    paid_with = tuple(found for one in every(details, "CdtrRefInf") if (found := text(one, "Ref")))
    return EntryLine(
        amount_ore=amount,
        reference=None if reference == NOT_PROVIDED else reference,
        paid_with=paid_with,
        returned_for=_returned_for(details, reversed_),
    )


def _returned_for(details: Element, reversed_: bool) -> str | None:
    returned = child(details, "RtrInf")
    if returned is None and not reversed_:
        return None
    reason = text(returned, "Rsn", "Cd") or ""
    return reason if _REASON.match(reason) else NO_REASON


def _day(entry: Element) -> date:
    written = text(entry, "BookgDt", "Dt") or text(entry, "BookgDt", "DtTm") or ""
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        raise UnreadableFile("en post saknar bokföringsdag.", "an entry has no day of booking.") from None
