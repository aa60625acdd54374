"""Writes pain.001.001.03 and .09 (customer credit transfer): one order is one file, today and in seven years."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from html import escape
from typing import TypeAlias

import msgspec

from services.payouts.bank.characters import NAME_MAX, TOWN_MAX, as_payment_text
from services.payouts.bank.profile import Debtor, Profile
from services.payouts.domain.account import Account, Scheme
from shared.refused import Refused

LINES_MAX = 500
CURRENCY = "SEK"
BANKGIRO_MEMBER = "9900"
BICS = {Scheme.BANKGIRO: "BGABSESS", Scheme.PLUSGIRO: "NDEASESS"}
INDENT = "  "

Node: TypeAlias = "tuple[str, str | Sequence[Node]]"
"""A name, with attributes if any, and its text or its children."""


class PaymentLine(msgspec.Struct, frozen=True, kw_only=True):
    """One payment. `reference` comes back in all that the bank says of it; `message` is what the association reads."""

    reference: str
    amount_ore: int
    account: Account
    message: str


class PaymentOrder(msgspec.Struct, frozen=True, kw_only=True):
    """All that a file says. `created_at` is local time, decided once: making the file again does not change it."""

    message_id: str
    created_at: datetime
    execute_on: date
    debtor: Debtor
    profile: Profile
    lines: tuple[PaymentLine, ...]


class Group(msgspec.Struct, frozen=True):
    """The lines drawn from one account, under one payment information id."""

    id: str
    lines: tuple[PaymentLine, ...]
    from_bankgiro: bool


def groups(order: PaymentOrder) -> tuple[Group, ...]:
    apart = order.profile.bankgiro_debits_bankgiro
    giro = tuple(line for line in order.lines if apart and line.account.scheme is Scheme.BANKGIRO)
    other = tuple(line for line in order.lines if not (apart and line.account.scheme is Scheme.BANKGIRO))
    filled = [(lines, from_bankgiro) for lines, from_bankgiro in ((giro, True), (other, False)) if lines]
    return tuple(Group(f"{order.message_id}-P{number}", *group) for number, group in enumerate(filled, start=1))


def write(order: PaymentOrder) -> bytes:
    """The file. Raises Refused where a payee lacks a name or a town that banks can read (H13)."""
    if not 1 <= len(order.lines) <= LINES_MAX:
        raise ValueError(f"A bank file has 1 to {LINES_MAX} payments, not {len(order.lines)}.")
    head: Node = ("GrpHdr", [
        ("MsgId", order.message_id),
        ("CreDtTm", order.created_at.replace(tzinfo=None).isoformat(timespec="seconds")),
        *_totals(order.lines),
        ("InitgPty", [("Nm", _name(order.debtor.name)), _organisation(order)]),
    ])  # fmt: skip
    body = [head, *(_payment_information(order, group) for group in groups(order))]
    namespace = f"urn:iso:std:iso:20022:tech:xsd:pain.001.001.{order.profile.version}"
    document: Node = (f'Document xmlns="{namespace}"', [("CstmrCdtTrfInitn", body)])
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *_written(document)]).encode()


def kronor(amount_ore: int) -> str:
    return f"{amount_ore // 100}.{amount_ore % 100:02d}"


def _totals(lines: Sequence[PaymentLine]) -> list[Node]:
    return [("NbOfTxs", str(len(lines))), ("CtrlSum", kronor(sum(line.amount_ore for line in lines)))]


def _payment_information(order: PaymentOrder, group: Group) -> Node:
    day = order.execute_on.isoformat()
    debtor, is_03 = order.debtor, order.profile.version == "03"
    return ("PmtInf", [
        ("PmtInfId", group.id),
        ("PmtMtd", "TRF"),
        ("BtchBookg", "true"),
        *_totals(group.lines),
        *_kind(order.profile),
        ("ReqdExctnDt", day if is_03 else [("Dt", day)]),
        ("Dbtr", [("Nm", _name(debtor.name)), _address(debtor.town, debtor.country), _organisation(order)]),
        ("DbtrAcct", [("Id", _from(debtor, group)), ("Ccy", CURRENCY)]),
        ("DbtrAgt", [("FinInstnId", [("BIC" if is_03 else "BICFI", debtor.bic)])]),
        ("ChrgBr", "SLEV"),
        *(_transaction(order.profile, line) for line in group.lines),
    ])  # fmt: skip


def _kind(profile: Profile) -> list[Node]:
    """Never SEPA for kronor, and never SALA or PENS, which would put a grant on the salary rail."""
    kind: list[Node] = []
    if profile.service_level:
        kind.append(("SvcLvl", [("Cd", profile.service_level)]))
    if profile.category_purpose:
        kind.append(("CtgyPurp", [("Cd", profile.category_purpose)]))
    return [("PmtTpInf", kind)] if kind else []


def _organisation(order: PaymentOrder) -> Node:
    number = order.profile.party_id.format(organisation_number=order.debtor.organisation_number)
    return ("Id", [("OrgId", [("Othr", [("Id", number)])])])


def _from(debtor: Debtor, group: Group) -> Sequence[Node]:
    if group.from_bankgiro and debtor.bankgiro:
        return [_other(debtor.bankgiro, ("Prtry", "BGNR"))]
    return [("IBAN", debtor.iban)]


def _transaction(profile: Profile, line: PaymentLine) -> Node:
    account = line.account
    return ("CdtTrfTxInf", [
        ("PmtId", [("InstrId", line.reference), ("EndToEndId", line.reference)]),
        ("Amt", [(f'InstdAmt Ccy="{CURRENCY}"', kronor(line.amount_ore))]),
        ("CdtrAgt", [("FinInstnId", [_agent(profile, account)])]),
        ("Cdtr", [("Nm", _name(account.name)), _address(account.town, account.country)]),
        ("CdtrAcct", [("Id", [_to(profile, account)])]),
        ("RmtInf", [("Ustrd", as_payment_text(line.message, profile.message_max) or line.reference)]),
    ])  # fmt: skip


def _agent(profile: Profile, account: Account) -> Node:
    if profile.creditor_agent == "bic" and account.scheme in BICS:
        return ("BIC" if profile.version == "03" else "BICFI", BICS[account.scheme])
    members = {Scheme.BANKGIRO: BANKGIRO_MEMBER, Scheme.PLUSGIRO: profile.plusgiro_member}
    member = members.get(account.scheme) or account.clearing or ""
    return ("ClrSysMmbId", [("ClrSysId", [("Cd", "SESBA")]), ("MmbId", member)])


def _to(profile: Profile, account: Account) -> Node:
    if account.scheme is Scheme.BANKGIRO:
        return _other(account.number, ("Prtry", "BGNR"))
    if account.scheme is Scheme.PLUSGIRO and profile.plusgiro_scheme == "PGNR":
        return _other(account.number, ("Prtry", "PGNR"))
    return _other(account.number, ("Cd", "BBAN"))


def _other(number: str, scheme: Node) -> Node:
    return ("Othr", [("Id", number), ("SchmeNm", [scheme])])


def _name(name: str) -> str:
    return _needed(as_payment_text(name, NAME_MAX))


def _address(town: str, country: str) -> Node:
    return ("PstlAdr", [("TwnNm", _needed(as_payment_text(town, TOWN_MAX))), ("Ctry", _needed(country))])


def _needed(text: str) -> str:
    if not text:
        raise Refused(
            "Mottagarens namn, ort och land behövs på varje betalning, skrivna så att banken kan läsa dem.",
            "The payee's name, town and country are needed on every payment, written so that the bank can read them.",
        )
    return text


def _written(node: Node, depth: int = 0) -> Iterator[str]:
    (opening, content), margin = node, INDENT * depth
    name = opening.partition(" ")[0]
    if isinstance(content, str):
        yield f"{margin}<{opening}>{escape(content, quote=False)}</{name}>"
        return
    yield f"{margin}<{opening}>"
    for child in content:
        yield from _written(child, depth + 1)
    yield f"{margin}</{name}>"
