"""What the bank says is read in whichever version; what an enemy says is refused, and nothing else happens."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.payouts.bank.camt054 import read_statement
from services.payouts.bank.pain002 import VERDICTS, Verdict, read_answer
from services.payouts.bank.reading import DEPTH_MAX, FILE_MAX_BYTES, UnreadableFile, read_document
from shared.refused import Refused
from tests.chance import examples

PAIN = "urn:iso:std:iso:20022:tech:xsd:pain.002.001."
CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.05"


def answer(lines: str = "", version: str = "03", group: str = "", parts: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{PAIN}{version}"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>A1</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId>{group}</OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>M1-P1</OrgnlPmtInfId>{parts}{lines}</OrgnlPmtInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    ).encode()


def said(status: str, reference: str = "EX-2026-00001-1", reason: str = "") -> str:
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>" if reason else ""
    return (
        f"<TxInfAndSts><OrgnlInstrId>I-{reference}</OrgnlInstrId><OrgnlEndToEndId>{reference}</OrgnlEndToEndId>"
        f"<TxSts>{status}</TxSts>{why}</TxInfAndSts>"
    )


@pytest.mark.parametrize("version", ["03", "10", "12", "14"])
@pytest.mark.parametrize("status", list(VERDICTS))
def test_every_status_has_a_verdict_in_every_version(version, status):
    (line,) = read_answer(answer(said(status), version)).lines
    assert line.verdict is VERDICTS[status]
    assert line.reference == "EX-2026-00001-1"


@pytest.mark.parametrize("reason", ["AC01", "AC04", "AM05", "DT01", "BE04", "RC01"])
def test_a_refusal_says_why(reason):
    (line,) = read_answer(answer(said("RJCT", reason=reason))).lines
    assert (line.verdict, line.reason) == (Verdict.REJECTED, reason)


@pytest.mark.parametrize("reason", ["", "free words of a clerk", "&lt;b&gt;", "A" * 36])
def test_a_reason_in_words_is_not_kept(reason):
    (line,) = read_answer(answer(said("RJCT", reason=reason))).lines
    assert line.reason == "NARR"


def test_a_status_nobody_knows_says_nothing():
    assert read_answer(answer(said("XXXX") + said("ACCP", "EX-2026-00002-1"))).lines[0].reference == "EX-2026-00002-1"


def test_a_verdict_on_the_file_or_the_group_is_read_beside_the_lines():
    read = read_answer(answer(said("RJCT"), group="<GrpSts>ACCP</GrpSts>", parts="<PmtInfSts>PART</PmtInfSts>"))
    assert [(one.reference, one.verdict) for one in read.files] == [("M1", Verdict.ACCEPTED)]
    assert [(one.reference, one.verdict) for one in read.groups] == [("M1-P1", Verdict.NOT_YET)]
    assert len(read.lines) == 1


def test_without_an_end_to_end_id_the_instruction_id_names_the_payment():
    line = "<TxInfAndSts><OrgnlInstrId>EX-2026-00009-1</OrgnlInstrId><TxSts>ACSP</TxSts></TxInfAndSts>"
    assert read_answer(answer(line)).lines[0].reference == "EX-2026-00009-1"


# Statements


def entry(
    side: str = "DBIT", amount: str = "100.00", details: str = "", status: str = "<Sts>BOOK</Sts>", more: str = ""
):
    return (
        f'<Ntry><Amt Ccy="SEK">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{more}{status}'
        f"<BookgDt><Dt>2026-11-25</Dt></BookgDt><NtryDtls>{details}</NtryDtls></Ntry>"
    )


def paid(reference: str, amount: str | None = None, more: str = "") -> str:
    sum_ = f'<AmtDtls><TxAmt><Amt Ccy="SEK">{amount}</Amt></TxAmt></AmtDtls>' if amount else ""
    return f"<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs>{sum_}{more}</TxDtls>"


def statement(entries: str, kind: str = "4.001.02") -> bytes:
    message, body = ("BkToCstmrDbtCdtNtfctn", "Ntfctn") if kind.startswith("4") else ("BkToCstmrStmt", "Stmt")
    return (
        f'<Document xmlns="{CAMT}{kind}"><{message}><GrpHdr><MsgId>S1</MsgId></GrpHdr><{body}><Id>S1</Id>'
        f"{entries}</{body}></{message}></Document>"
    ).encode()


@pytest.mark.parametrize("kind", ["4.001.02", "4.001.08", "3.001.02", "3.001.08"])
@pytest.mark.parametrize("status", ["<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>"])
def test_a_booked_payment_is_read_from_notifications_and_statements_of_every_version(kind, status):
    (read,) = read_statement(statement(entry(details=paid("EX-2026-00001-1"), status=status), kind))
    assert (read.amount_ore, read.is_credit, read.booked_on) == (10_000, False, date(2026, 11, 25))
    assert read.lines[0].reference == "EX-2026-00001-1"
    assert read.adds_up


def test_what_is_only_announced_is_not_booked():
    assert read_statement(statement(entry(status="<Sts>PDNG</Sts>", details=paid("EX-1")))) == ()


@pytest.mark.parametrize(("second", "adds_up"), [("60.00", True), ("59.99", False)])
def test_an_entry_of_many_adds_up_or_not(second, adds_up):
    details = paid("EX-2026-00001-1", "40.00") + paid("EX-2026-00002-1", second)
    (read,) = read_statement(statement(entry(details=details)))
    assert read.adds_up is adds_up


def test_a_whole_group_may_be_booked_as_one_sum():
    details = "<Btch><PmtInfId>M1-P1</PmtInfId><NbOfTxs>3</NbOfTxs></Btch>"
    (read,) = read_statement(statement(entry(details=details)))
    assert (read.group, read.lines) == ("M1-P1", ())


def test_a_returned_payment_says_why():
    returned = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
    (read,) = read_statement(statement(entry("CRDT", details=paid("EX-2026-00001-1", more=returned))))
    assert read.lines[0].returned_for == "AC04"
    (read,) = read_statement(statement(entry("CRDT", details=paid("EX-2026-00001-1"), more="<RvslInd>true</RvslInd>")))
    assert read.lines[0].returned_for == "NARR"


def test_money_that_comes_back_carries_its_reference():
    reference = "<RmtInf><Strd><CdtrRefInf><Ref>202600017159</Ref></CdtrRefInf></Strd></RmtInf>"
    (read,) = read_statement(statement(entry("CRDT", details=paid("NOTPROVIDED", more=reference))))
    assert read.is_credit
    assert read.lines[0].paid_with == ("202600017159",)
    assert read.lines[0].reference is None


@pytest.mark.parametrize("amount", ["-1.00", "1,00", "1e3", "0x10", "", "1.001", "NaN", "99999999999999.00", "１.00"])
def test_an_amount_that_is_none_is_refused(amount):
    with pytest.raises(UnreadableFile):
        read_statement(statement(entry(amount=amount, details=paid("EX-1"))))


def test_another_currency_is_refused():
    with pytest.raises(UnreadableFile, match="kronor"):
        read_statement(statement(entry(details=paid("EX-1"))).replace(b'Ccy="SEK"', b'Ccy="EUR"'))


@pytest.mark.parametrize("day", ["", "2026-13-01", "tomorrow"])
def test_an_entry_without_a_day_is_refused(day):
    with pytest.raises(UnreadableFile, match="day of booking"):
        read_statement(statement(entry(details=paid("EX-1")).replace("2026-11-25", day)))


# Enemies

BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><Document><CstmrPmtStsRpt>&c;</CstmrPmtStsRpt></Document>"""
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document>&x;</Document>'
HOSTILE = {
    "billion laughs": BOMB,
    "a file from outside": OUTSIDE,
    "only a document type": b"<!DOCTYPE Document><Document><CstmrPmtStsRpt/></Document>",
    "a parameter entity": b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://localhost/x">%p;]><Document/>',
    "an undefined entity": b"<Document>&nowhere;</Document>",
    "not XML": b"HEJ",
    "nothing": b"",
    "NUL": b"\x00" * 100,
    "cut in the middle": answer(said("ACCP"))[:-40],
    "another message": b"<Document><CstmrCdtTrfInitn/></Document>",
    "another root": b"<CstmrPmtStsRpt/>",
    "an unknown encoding": b'<?xml version="1.0" encoding="klingon"?><Document/>',
    "wrong bytes for its encoding": b'<?xml version="1.0" encoding="UTF-8"?><Document>\xff\xfe</Document>',
    "a byte order that lies": b"\xff\xfe<\x00D\x00o\x00c",
    "very deep": b"<Document>" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</Document>",
    "very wide": b"<Document><CstmrPmtStsRpt>" + b"<a/>" * 450_000 + b"</CstmrPmtStsRpt></Document>",
    "many lines": answer(said("ACCP") * 10_001),
    "an attribute bomb": b"<Document " + b" ".join(b'a%d="x"' % at for at in range(2)) + b' a0="y"/>',
}


SLOW = {"very wide"}


@pytest.mark.parametrize("what", [pytest.param(one, marks=[pytest.mark.slow] * (one in SLOW)) for one in HOSTILE])
@pytest.mark.parametrize("read", [read_answer, read_statement])
def test_a_hostile_file_is_refused_kindly(what, read):
    with pytest.raises(Refused) as refused:
        read(HOSTILE[what])
    assert refused.value.status == 422
    assert refused.value.detail.sv.startswith("Filen går inte att läsa")


def test_a_file_above_the_limit_is_refused_unread():
    with pytest.raises(UnreadableFile, match="too large"):
        read_document(b" " * (FILE_MAX_BYTES + 1), "CstmrPmtStsRpt")


def test_the_limit_of_depth_is_above_what_banks_use():
    inner = "<a>" * (DEPTH_MAX - 2) + "</a>" * (DEPTH_MAX - 2)
    content = f"<Document><CstmrPmtStsRpt>{inner}</CstmrPmtStsRpt></Document>"
    with pytest.raises(UnreadableFile, match="too deep"):
        read_answer(content.replace("<CstmrPmtStsRpt>", "<CstmrPmtStsRpt><a>").replace("</Cst", "</a></Cst").encode())
    assert read_answer(content.encode()).lines == ()


@examples(300)
@given(some.binary(max_size=400))
def test_no_bytes_whatever_do_anything_but_be_refused(content):
    for read in (read_answer, read_statement):
        with pytest.raises(Refused):
            read(content)


@examples(200)
@given(some.data())
def test_a_damaged_file_is_read_or_refused_and_never_anything_else(data):
    content = bytearray(statement(entry(details=paid("EX-2026-00001-1", "100.00"))))
    for _ in range(data.draw(some.integers(1, 4))):
        content[data.draw(some.integers(0, len(content) - 1))] = data.draw(some.integers(0, 255))
    with suppress(Refused):
        read_statement(bytes(content))
