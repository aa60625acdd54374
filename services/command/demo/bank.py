"""The demo's bank: reads a payment file, accepts every payment, books it, and reports what associations pay back.

It speaks as a real one does: pain.002 for its answer, camt.054 for what it has booked.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from defusedxml.ElementTree import fromstring

PAIN_002 = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"
CAMT_054 = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.02"
DEBTOR_ACCOUNT = "9912346"


@dataclass(frozen=True)
class Paid:
    """One line of a payment file."""

    end_to_end_id: str
    instruction_id: str
    amount_ore: int


@dataclass(frozen=True)
class PaymentFile:
    message_id: str
    payments: tuple[Paid, ...]

    @property
    def sum_ore(self) -> int:
        return sum(paid.amount_ore for paid in self.payments)


def read_payment_file(content: bytes) -> PaymentFile:
    root = fromstring(content, forbid_dtd=True)
    payments = tuple(
        Paid(
            _text(line, ".//{*}EndToEndId"),
            _text(line, ".//{*}InstrId"),
            int(Decimal(_text(line, ".//{*}InstdAmt")) * 100),
        )
        for line in root.findall(".//{*}CdtTrfTxInf")
    )
    return PaymentFile(_text(root, ".//{*}GrpHdr/{*}MsgId"), payments)


def _text(element: ET.Element, path: str) -> str:
    return element.findtext(path) or ""


def answer(file: PaymentFile, on: date) -> bytes:
    """pain.002: every payment accepted."""
    root = ET.Element("Document", xmlns=PAIN_002)
    report = ET.SubElement(root, "CstmrPmtStsRpt")
    header = ET.SubElement(report, "GrpHdr")
    _leaf(header, "MsgId", f"ANSWER-{file.message_id}"[:35])
    _leaf(header, "CreDtTm", f"{on.isoformat()}T06:00:00")
    group = ET.SubElement(report, "OrgnlGrpInfAndSts")
    _leaf(group, "OrgnlMsgId", file.message_id)
    _leaf(group, "OrgnlMsgNmId", "pain.001.001.03")
    _leaf(group, "GrpSts", "ACCP")
    payments = ET.SubElement(report, "OrgnlPmtInfAndSts")
    _leaf(payments, "OrgnlPmtInfId", file.message_id)
    for paid in file.payments:
        line = ET.SubElement(payments, "TxInfAndSts")
        _leaf(line, "OrgnlInstrId", paid.instruction_id or paid.end_to_end_id)
        _leaf(line, "OrgnlEndToEndId", paid.end_to_end_id)
        _leaf(line, "TxSts", "ACCP")
    return _written(root)


@dataclass(frozen=True)
class Booked:
    """One booked entry: money out under an EndToEndId, or money in under an OCR reference."""

    reference: str
    amount_ore: int
    is_credit: bool


def statement(statement_id: str, on: date, entries: Sequence[Booked]) -> bytes:
    """camt.054: what was booked that day."""
    root = ET.Element("Document", xmlns=CAMT_054)
    notice = ET.SubElement(root, "BkToCstmrDbtCdtNtfctn")
    header = ET.SubElement(notice, "GrpHdr")
    _leaf(header, "MsgId", statement_id[:35])
    _leaf(header, "CreDtTm", f"{on.isoformat()}T18:00:00")
    body = ET.SubElement(notice, "Ntfctn")
    _leaf(body, "Id", statement_id[:35])
    _leaf(body, "CreDtTm", f"{on.isoformat()}T18:00:00")
    account = ET.SubElement(ET.SubElement(ET.SubElement(body, "Acct"), "Id"), "Othr")
    _leaf(account, "Id", DEBTOR_ACCOUNT)
    for number, entry in enumerate(entries, start=1):
        _entry(body, statement_id, number, entry, on)
    return _written(root)


def _entry(body: ET.Element, statement_id: str, number: int, booked: Booked, on: date) -> None:
    entry = ET.SubElement(body, "Ntry")
    _leaf(entry, "NtryRef", f"{statement_id}-{number}"[:35])
    _amount(entry, booked)
    _leaf(entry, "CdtDbtInd", "CRDT" if booked.is_credit else "DBIT")
    _leaf(entry, "Sts", "BOOK")
    _leaf(ET.SubElement(entry, "BookgDt"), "Dt", on.isoformat())
    _leaf(ET.SubElement(ET.SubElement(entry, "BkTxCd"), "Prtry"), "Cd", "DEMO")
    details = ET.SubElement(ET.SubElement(entry, "NtryDtls"), "TxDtls")
    if booked.is_credit:
        amounts = ET.SubElement(ET.SubElement(details, "AmtDtls"), "TxAmt")
        _amount(amounts, booked)
        reference = ET.SubElement(ET.SubElement(ET.SubElement(details, "RmtInf"), "Strd"), "CdtrRefInf")
        kind = ET.SubElement(ET.SubElement(reference, "Tp"), "CdOrPrtry")
        _leaf(kind, "Cd", "SCOR")
        _leaf(reference, "Ref", booked.reference)
    else:
        _leaf(ET.SubElement(details, "Refs"), "EndToEndId", booked.reference)
        amounts = ET.SubElement(ET.SubElement(details, "AmtDtls"), "TxAmt")
        _amount(amounts, booked)


def _amount(parent: ET.Element, booked: Booked) -> None:
    amount = ET.SubElement(parent, "Amt", Ccy="SEK")
    amount.text = f"{booked.amount_ore // 100}.{booked.amount_ore % 100:02d}"


def _leaf(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _written(root: ET.Element) -> bytes:
    content: bytes = ET.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + content
