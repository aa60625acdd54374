"""Reads pain.002 (payment status report): what the bank says of a file, of a group in it, and of each payment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from services.payouts.bank.reading import LINES_MAX, UnreadableFile, children, every, read_document, text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MESSAGE = "CstmrPmtStsRpt"
NO_REASON = "NARR"
"""What ISO 20022 calls a reason told in words only: we keep no words."""
_REASON = re.compile(r"[A-Za-z0-9]{1,35}\Z")


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_YET = "not_yet"


VERDICTS = {
    **dict.fromkeys(("RCVD", "ACTC", "ACCP", "ACSP", "ACSC", "ACWC", "ACCC", "ACFC"), Verdict.ACCEPTED),
    "RJCT": Verdict.REJECTED,
    "PDNG": Verdict.NOT_YET,
    "PART": Verdict.NOT_YET,  # the lines say which
}


class Said(msgspec.Struct, frozen=True):
    """A verdict on whatever the reference names: a file, a group or a payment."""

    reference: str
    verdict: Verdict
    reason: str = NO_REASON


class BankAnswer(msgspec.Struct, frozen=True):
    """`files` and `groups` count only for payments that have no line of their own."""

    files: tuple[Said, ...]
    groups: tuple[Said, ...]
    lines: tuple[Said, ...]


def read_answer(content: bytes) -> BankAnswer:
    """Raises UnreadableFile."""
    report = read_document(content, MESSAGE)
    lines = tuple(_said(one, ("OrgnlEndToEndId", "OrgnlInstrId"), "TxSts") for one in every(report, "TxInfAndSts"))
    if len(lines) > LINES_MAX:
        raise UnreadableFile("den har för många rader.", "it has too many lines.")
    return BankAnswer(
        files=_clear(_said(one, ("OrgnlMsgId",), "GrpSts") for one in children(report, "OrgnlGrpInfAndSts")),
        groups=_clear(_said(one, ("OrgnlPmtInfId",), "PmtInfSts") for one in children(report, "OrgnlPmtInfAndSts")),
        lines=_clear(lines),
    )


def _said(element: Element, names: tuple[str, ...], status: str) -> Said | None:
    """None where the bank says nothing of it, or under no name."""
    reference = next((found for name in names if (found := text(element, name))), None)
    verdict = VERDICTS.get(text(element, status) or "")
    if reference is None or verdict is None:
        return None
    reason = text(element, "StsRsnInf", "Rsn", "Cd") or ""
    return Said(reference, verdict, reason if _REASON.match(reason) else NO_REASON)


def _clear(said: Iterable[Said | None]) -> tuple[Said, ...]:
    return tuple(one for one in said if one is not None)
