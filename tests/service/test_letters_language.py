"""The language of letters is the recipient's: asked for when the association is registered, Swedish where it is not."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest

from services.command.demo import applying, bank, fund, paying
from services.command.demo.fund import Fund
from services.command.demo.people import People
from services.command.demo.round_file import Applied, Round
from shared.deadlines import bank_days_after
from tests.service.house import URL, TestedHouse, new_id
from tests.service.test_letters import accepted, applied, the_letter
from tests.service.web.browsing import browse

ENGLISH = Applied("Föreningen Engelskan (påhittad)", "8027000143", 20_000, "bifall", "Bokcirkel", 15_000)
RENAMED = Applied("Föreningen Omdöps (påhittad)", "8027005001", 20_000, "bifall", "Namnbyte", 15_000)
DAY = date(2027, 6, 14)


@pytest.fixture
async def people(house: TestedHouse) -> AsyncIterator[People]:
    people = People(URL, house.transport)
    yield people
    await people.close()


async def written_in(house: TestedHouse, letter: dict[str, Any]) -> str:
    """The language as the trail has it."""
    fact = await house.office("web").pool.fetchval(
        "select event from journal where subject_id = $1 and type = 'letter.written'", letter["id"]
    )
    told: str = json.loads(fact)["data"]["language"]
    return told


async def test_an_association_gets_its_letters_in_the_language_it_asked_for(house: TestedHouse, people: People) -> None:
    told = {
        "organisation_number": ENGLISH.orgnr,
        "name": ENGLISH.org,
        "town": "Falun",
        "email": "foreningen@example.se",
    }
    await people.put("applicant", f"/api/applications/associations/{new_id()}", {**told, "language": "en"})
    own, case = await accepted(people, ENGLISH)
    receipt = await the_letter(people, case.id, "kept")
    assert receipt["sheet"]["title"] == "We have received your application"
    assert await written_in(house, receipt) == "en"
    path = f"/api/web/letters/{receipt['id']}/pdf"
    papers = [await people.get_bytes(who, path) for who in ("officer", "applicant")]
    assert papers[0] == papers[1], "the same bytes when made again, whoever asks"

    due = await paying.requisition_due(own, case)
    await the_bank_refuses(own, due[0]["id"])
    refused = await the_letter(people, case.id, "kept", "payment_rejected")
    assert refused["sheet"]["title"] == "The bank could not pay you"
    assert "The bank says that the account's number is wrong." in refused["sheet"]["text"]
    applicant = await browse(house, "applicant")
    mine = await applicant.open(f"/my/cases/{case.id}")
    await applicant.close()
    assert "See that the account is right. If it is, you need not do anything." in mine.text

    await people.act("finance", f"/api/payouts/payments/{due[0]['id']}", "release")
    due = await paying.requisition_due(own, case)
    files = paying.Files()
    await paying.pay(own, due, files)
    await the_bank_sends_back(people, files, due[0]["amount_ore"])
    back = await the_letter(people, case.id, "kept", "payment_returned")
    assert back["sheet"]["title"] == "The money did not reach you"
    assert "The bank says that the account is closed." in back["sheet"]["text"]
    assert await written_in(house, back) == "en"


async def the_bank_refuses(own: Fund, payment: str) -> None:
    batch = f"/api/payouts/batches/{new_id()}"
    on = bank_days_after(own.today, 1)
    await own.people.put("finance", batch, {"programme": own.programme, "execute_on": on, "payments": [payment]})
    file = bank.read_payment_file(await own.people.get_bytes("finance", f"{batch}/file"))
    no = b"<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf>"
    answer = bank.answer(file, on).replace(b"<TxSts>ACCP</TxSts>", no)
    await paying.hand_in(own.people, "bank-answers", answer)


async def the_bank_sends_back(people: People, files: paying.Files, amount_ore: int) -> None:
    (content,) = files.written.values()
    file = bank.read_payment_file(content)
    sent = bank.Booked(file.payments[0].end_to_end_id, amount_ore, is_credit=False)
    statement = bank.statement(f"BACK-{file.message_id}", DAY, [sent])
    why = b"<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>"
    await paying.hand_in(people, "bank-statements", statement.replace(b"DBIT", b"CRDT").replace(b"</TxDtls>", why))


async def test_a_withdrawal_is_confirmed_in_swedish_to_whoever_has_not_chosen(
    house: TestedHouse, people: People
) -> None:
    case = await applied(people)
    await people.act("applicant", f"/api/applications/cases/{case.id}", "withdrawal")
    letter = await the_letter(people, case.id, "kept", "withdrawal")

    assert letter["sheet"]["title"] == "Ni har tagit tillbaka er ansökan"
    assert case.number in letter["sheet"]["text"]
    assert await written_in(house, letter) == "sv"


async def test_a_letter_is_previewed_in_the_language_it_will_be_sent_in(people: People) -> None:
    case = await applied(people)
    path, body = (
        f"/api/web/cases/{case.id}/letters/preview",
        {"kind": "completion_request", "words": "Stadgarna, tack."},
    )

    assert (await people.post("officer", path, body))["language"] == "sv"
    assert (await people.post("officer", path, {**body, "language": "en"}))["language"] == "en", "where somebody asks"


async def test_an_association_changes_how_it_is_reached_on_its_own_page(house: TestedHouse, people: People) -> None:
    case = await applying.apply(await fund.found(people, Round((RENAMED,))), RENAMED, 0)
    mine = (await people.get("applicant", f"/api/applications/cases/{case.id}"))["association"]
    path = f"/my/associations/{mine}"
    applicant = await browse(house, "applicant")
    assert any(address == path for address in (await applicant.open("/my")).links)
    page = await applicant.open(path)
    refused = await page.send(path, name="", language="en")
    assert "Write what the association is called." in refused.text
    saved = await refused.send(path, name="Föreningen Omdöpt (påhittad)", email="ny@example.se")
    assert "The changes are saved." in saved.text
    assert saved.heading == "Föreningen Omdöpt (påhittad)"
    await applicant.close()

    await people.act("applicant", f"/api/applications/cases/{case.id}", "withdrawal")
    letter = await the_letter(people, case.id, "kept", "withdrawal")
    assert await written_in(house, letter) == "en", "as they said since they applied"
