"""Bank files over HTTP: made once, the same each time, answered once, and nothing an enemy sends does any harm."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import sepaxml
import xmlschema

from infra.embedded import Addresses
from services.command.demo import bank
from services.payouts import ordering, views
from shared.docket import Ticket
from shared.envelope import Because
from shared.uuid7 import uuid7
from tests.service.payouts_room import OTHER_BANKGIRO, Room, expect, opened

SCHEMA = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.03.xsd"
PATIENCE_S = 20.0
DAY = date(2026, 11, 25)


@pytest.fixture(scope="module")
async def room(addresses: Addresses) -> AsyncIterator[Room]:
    async with opened(addresses) as room:
        yield room


def rejection(content: bytes, reason: str = "AC04") -> bytes:
    answer = bank.answer(bank.read_payment_file(content), DAY)
    why = f"<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>".encode()
    return answer.replace(b"<TxSts>ACCP</TxSts>", why).replace(b"<GrpSts>ACCP</GrpSts>", b"<GrpSts>PART</GrpSts>")


async def test_the_file_is_the_same_each_time_and_is_what_the_journal_tells_of(room: Room):
    programme, call = await room.call()
    payments = [await room.attested(await room.active(programme, call, amount)) for amount in (500_000, 700_000)]
    batch, content = await room.exported(programme, *payments)
    xmlschema.XMLSchema(SCHEMA).validate(content.decode())
    again = await room.finance.get(f"/batches/{batch}/file")
    assert again.content == content
    assert again.headers["content-type"].startswith("application/xml")
    shown = await room.finance.sees(f"/batches/{batch}")
    assert shown["sha256"] == hashlib.sha256(content).hexdigest()
    assert shown["sum_ore"] == 1_200_000
    order = await ordering.read_order(room.office, batch)
    assert ordering.write(order) == content


async def test_ordering_the_same_file_again_gives_the_same_and_another_is_refused(room: Room):
    programme, call = await room.call()
    first, second = [await room.attested(await room.active(programme, call, 500_000)) for _ in range(2)]
    batch = uuid7()
    answer = expect(await room.order(programme, first, batch=batch))
    again = expect(await room.order(programme, first, batch=batch))
    assert (again["version"], again["facts"]) == (answer["version"], answer["facts"])
    expect(await room.order(programme, second, batch=batch), 422)
    expect(await room.order(programme, first), 409)


async def test_two_files_ordered_at_once_with_the_same_payment_are_one(room: Room):
    programme, call = await room.call()
    payment = await room.attested(await room.active(programme, call, 500_000))
    answers = await asyncio.gather(*(room.order(programme, payment) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]


async def test_a_crash_between_order_and_file_is_mended_by_the_fund_with_the_same_bytes(room: Room):
    programme, call = await room.call()
    payment = await room.attested(await room.active(programme, call, 500_000))
    batch, day = uuid7(), await room.bank_day()
    command, order = await ordering.order_of(room.office, batch, programme, day, [payment])
    assert order is not None
    sealed = await ordering.sealed_order(room.office, batch, order)
    expected = ordering.write(order)
    finance, because = room.finance.actor, Because(correlation="test")
    await room.office.desk.do(
        Ticket(
            operation="order_batch",
            command=command,
            actor=finance,
            because=because,
            started=time.monotonic(),
            sealed=sealed,
        )
    )
    async with asyncio.timeout(PATIENCE_S):
        while (await room.finance.sees(f"/batches/{batch}"))["status"] != "exported":
            await asyncio.sleep(0.05)
    assert (await room.finance.get(f"/batches/{batch}/file")).content == expected
    assert batch not in await views.batches_to_make(room.office.pool, 100)


async def test_a_real_programme_pays_from_nobodys_account_but_its_own(room: Room):
    programme, call = await room.call(practice=False)
    payment = await room.attested(await room.active(programme, call, 500_000))
    answer = expect(await room.order(programme, payment), 422)
    assert "own account" in answer["detail"]
    assert (await room.finance.sees(f"/payments/{payment}"))["status"] == "attested_twice"


async def test_a_changed_account_stops_the_file_and_the_payment_is_named(room: Room):
    programme, call = await room.call()
    payment = await room.attested(await room.active(programme, call, 500_000))
    await room.verified(OTHER_BANKGIRO)
    answer = expect(await room.order(programme, payment), 422)
    assert answer["errors"][0]["field"] == "payments[0]"
    assert "changed its account" in answer["errors"][0]["message"]


# Answers


async def test_the_same_answer_twice_changes_nothing(room: Room):
    programme, call = await room.call()
    payment = await room.attested(await room.active(programme, call, 500_000))
    batch, content = await room.exported(programme, payment)
    answer = bank.answer(bank.read_payment_file(content), DAY)
    first = expect(await room.finance.sends("/bank-answers", answer))
    versions = [(await room.finance.sees(path))["version"] for path in (f"/payments/{payment}", f"/batches/{batch}")]
    second = expect(await room.finance.sends("/bank-answers", answer))
    assert (first["changed"], first["known"]) == (1, 0)
    assert (second["changed"], second["known"]) == (0, 1)
    assert versions == [
        (await room.finance.sees(path))["version"] for path in (f"/payments/{payment}", f"/batches/{batch}")
    ]
    assert (await room.finance.sees(f"/batches/{batch}"))["accepted"] == 1


async def test_a_refused_payment_is_asked_for_anew_and_the_old_answer_no_longer_touches_it(room: Room):
    programme, call = await room.call()
    case = await room.active(programme, call, 500_000)
    payment = await room.attested(case)
    batch, content = await room.exported(programme, payment)
    refused = rejection(content)
    expect(await room.finance.sends("/bank-answers", refused))
    shown = await room.finance.sees(f"/payments/{payment}")
    assert (shown["status"], shown["failed_for"]) == ("rejected", "AC04")
    await room.finance.does(f"/payments/{payment}/release")
    await room.attested(case)
    _, again = await room.exported(programme, payment)
    assert b"-1R2<" in again
    late = expect(await room.finance.sends("/bank-answers", refused))
    assert (late["changed"], late["unmatched"]) == (0, [])
    assert (await room.finance.sees(f"/payments/{payment}"))["status"] == "exported"
    assert (await room.finance.sees(f"/batches/{batch}"))["rejected"] == 1


async def test_a_whole_file_refused_refuses_every_payment_in_it(room: Room):
    programme, call = await room.call()
    payments = [await room.attested(await room.active(programme, call, 500_000)) for _ in range(3)]
    batch, content = await room.exported(programme, *payments)
    message = bank.read_payment_file(content).message_id
    answer = (
        f'<Document xmlns="{bank.PAIN_002}"><CstmrPmtStsRpt><GrpHdr><MsgId>A</MsgId></GrpHdr><OrgnlGrpInfAndSts>'
        f"<OrgnlMsgId>{message}</OrgnlMsgId><GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>AM05</Cd></Rsn></StsRsnInf>"
        "</OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()
    assert expect(await room.finance.sends("/bank-answers", answer))["changed"] == 3
    shown = await room.finance.sees(f"/batches/{batch}")
    assert (shown["accepted"], shown["rejected"]) == (0, 3)
    for payment in payments:
        assert (await room.finance.sees(f"/payments/{payment}"))["failed_for"] == "AM05"


async def test_references_nobody_knows_are_listed_and_nothing_else_happens(room: Room):
    paid = bank.Paid("EX-1999-00001-1", "EX-1999-00001-1", 100)
    answer = bank.answer(bank.PaymentFile("NOT-OURS", (paid,)), DAY)
    taken = expect(await room.finance.sends("/bank-answers", answer))
    assert taken["unmatched"] == ["EX-1999-00001-1", "NOT-OURS"]
    entries = [bank.Booked("EX-1999-00001-1", 100, is_credit=False), bank.Booked("12351", 100, is_credit=True)]
    taken = expect(await room.finance.sends("/bank-statements", bank.statement("S", DAY, entries)))
    assert taken == {"changed": 0, "known": 0, "unmatched": ["12351", "EX-1999-00001-1"], "refused": []}


async def test_another_amount_is_listed_for_a_person_to_look_at(room: Room):
    programme, call = await room.call()
    payment = await room.attested(await room.active(programme, call, 500_000))
    _, content = await room.exported(programme, payment)
    reference = bank.read_payment_file(content).payments[0].end_to_end_id
    entries = [bank.Booked(reference, 499_999, is_credit=False)]
    taken = expect(await room.finance.sends("/bank-statements", bank.statement("S", DAY, entries)))
    assert [one["reference"] for one in taken["refused"]] == [reference]
    assert (await room.finance.sees(f"/payments/{payment}"))["status"] == "exported"


async def test_a_group_booked_as_one_sum_books_every_payment_in_it(room: Room):
    programme, call = await room.call()
    payments = [await room.attested(await room.active(programme, call, 500_000)) for _ in range(3)]
    _, content = await room.exported(programme, *payments)
    message = bank.read_payment_file(content).message_id

    def booked(amount: str) -> bytes:
        return (
            f'<Document xmlns="{bank.CAMT_054}"><BkToCstmrDbtCdtNtfctn><Ntfctn><Id>S</Id><Ntry><Amt Ccy="SEK">{amount}'
            "</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-25</Dt></BookgDt><NtryDtls><Btch>"
            f"<PmtInfId>{message}-P1</PmtInfId><NbOfTxs>3</NbOfTxs></Btch></NtryDtls></Ntry></Ntfctn>"
            "</BkToCstmrDbtCdtNtfctn></Document>"
        ).encode()

    other = expect(await room.finance.sends("/bank-statements", booked("14999.99")))
    assert other["unmatched"] == [f"{message}-P1"]
    assert expect(await room.finance.sends("/bank-statements", booked("15000.00")))["changed"] == 3
    for payment in payments:
        assert (await room.finance.sees(f"/payments/{payment}"))["status"] == "reconciled"


async def test_money_the_bank_returns_reopens_the_payment_but_sends_nothing_by_itself(room: Room):
    programme, call = await room.call()
    payment = await room.attested(await room.active(programme, call, 500_000))
    _, content = await room.exported(programme, payment)
    await room.booked(content)
    reference = bank.read_payment_file(content).payments[0].end_to_end_id
    returned = bank.statement("R", DAY, [bank.Booked(reference, 500_000, is_credit=False)])
    returned = returned.replace(b"DBIT", b"CRDT").replace(
        b"</TxDtls>", b"<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>"
    )
    assert expect(await room.finance.sends("/bank-statements", returned))["changed"] == 1
    assert expect(await room.finance.sends("/bank-statements", returned))["changed"] == 0
    shown = await room.finance.sees(f"/payments/{payment}")
    assert (shown["status"], shown["failed_for"], shown["next"]) == ("returned", "AC04", "finance")


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><Document>&b;</Document>'


@pytest.mark.parametrize("path", ["/bank-answers", "/bank-statements"])
@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (BOMB, "application/xml", 422),
        (b"<Document/>", "application/xml", 422),
        (b"", "application/xml", 422),
        (b"\xff\xfe\x00", "text/xml; charset=utf-8", 422),
        (b"{}", "application/json", 415),
        (b"<Document/>", "text/plain", 415),
        (b"<a>" * 3_000_000, "application/xml", 413),
    ],
)
async def test_what_is_no_file_from_a_bank_is_refused_kindly(room: Room, path, content, kind, status):
    answer = await room.finance.sends(path, content, kind)
    assert expect(answer, status)["detail"]


async def test_booked_is_exported_less_rejected_and_returned(room: Room):
    """The daily invariant of the books, on everything this room has played."""
    events = await room.office.pool.fetch("select type, event->'data'->>'amount_ore' as ore, subject_id from journal")
    counted: dict[str, int] = {}
    amounts = {row["subject_id"]: int(row["ore"]) for row in events if row["type"] == "payment.planned"}
    for row in events:
        if row["type"].startswith("payment."):
            counted[row["type"]] = counted.get(row["type"], 0) + amounts[row["subject_id"]]
    out = await room.office.pool.fetchval(
        "select coalesce(sum(amount_ore), 0) from payment where status in ('exported', 'accepted')"
    )
    booked = await room.office.pool.fetchval(
        "select coalesce(sum(amount_ore), 0) from payment where status in ('booked', 'reconciled')"
    )
    assert booked == (
        counted["payment.exported"] - counted["payment.rejected"] - counted["payment.returned"] - int(out)
    )
    again = "select count(*) - count(distinct ref) from payment, jsonb_array_elements(refs) as ref"
    assert await room.office.pool.fetchval(again) == 0
