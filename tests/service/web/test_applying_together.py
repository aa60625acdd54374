"""Two who sign an application together, each in a browser of their own and without scripts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.command.demo import applying, fund
from services.command.demo.fund import Fund
from services.command.demo.people import People
from services.command.demo.round_file import Applied, Round
from services.web.domain.account import GrantRole, OpenAccount, WithdrawRole
from services.web.signing_in import people as known
from shared.identity import Role
from shared.trail_package.verify import Package
from tests.service.house import URL, TestedHouse
from tests.service.mail_server import LOOK_AGAIN_S, MailServer, listening
from tests.service.signed_log import signed_size
from tests.service.test_trail_package import package_for
from tests.service.web.browsing import Browser, browse
from tests.service.web_fund import somebody_who_helps

TOGETHER, LATE, UNREACHED = (
    Applied(f"Föreningen {name} (påhittad)", number, 20_000, "bifall", "Kör", 20_000)
    for name, number in (("Parstämman", "8027000523"), ("Ensamrodden", "8027000531"), ("Trestämman", "8027001786"))
)
NOT_IN = "The application is not in until both have signed."


@dataclass
class Two:
    """A draft in order that it takes Robin (the demo's applicant) and Bo to send in."""

    house: TestedHouse
    draft: str
    association: UUID
    bo: UUID
    robins: Browser
    bos: Browser

    @property
    def case(self) -> str:
        return self.draft.replace("/drafts/", "/my/cases/")


@pytest.fixture(scope="module")
async def own(house: TestedHouse) -> AsyncIterator[Fund]:
    people = People(URL, house.transport)
    yield await fund.found(people, Round((TOGETHER, LATE, UNREACHED)))
    await people.close()


async def _two(house: TestedHouse, own: Fund, applied: Applied, at: int) -> Two:
    case = await applying.prepare(own, applied, at, signing_rule="two_together")
    bo = await _signatory(house, case.association, "Bo Ek", "bo@example.se")
    browsers = [await browse(house, one) for one in ("applicant", bo)]
    return Two(house, f"/drafts/{case.id}", case.association, bo, *browsers)


async def _signatory(house: TestedHouse, association: UUID, name: str, email: str) -> UUID:
    web, account = house.office("web"), uuid4()
    await web.act(OpenAccount(subject=account, demo=True), "test")
    for role in (Role.APPLICANT, Role.SIGNATORY):
        await web.act(GrantRole(subject=account, role=role, association=association), "test")
    await known.keep(web, account, known.Contact(name=name, email=email, language="en"))
    return account


@pytest.fixture
async def mail(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MailServer]:
    async with listening(MailServer()) as server:
        monkeypatch.setenv("BIFALL_SMTP_URL", server.url)
        yield server


async def test_one_signs_and_the_other_is_asked_to_and_with_both_it_is_sent_in(
    house: TestedHouse, own: Fund, mail: MailServer
) -> None:
    two = await _two(house, own, TOGETHER, 0)
    helper = await browse(house, await somebody_who_helps(house, await house.person("applicant"), two.draft[8:]))
    tab = await two.bos.open(f"{two.draft}/activity")

    check = await two.robins.open(f"{two.draft}/check")
    assert NOT_IN in check.text
    sign = await check.follow("Go on and sign")
    assert sign.heading == "Sign"
    assert "We write to Bo Ek" in sign.text
    signed = await sign.sign()

    assert signed.path == two.draft, signed.text
    assert "we have written to who has to sign too" in signed.text
    assert NOT_IN in signed.text
    assert "You signed" in signed.text
    assert "Bo Ek" in signed.text
    (letter,) = [one for one in mail.letters if one["To"] == "bo@example.se"]
    words = letter.get_content()
    assert "Robin Sjö has signed" in words
    assert f"{URL}{two.draft}" in words
    await _nobody_writes_meanwhile(two, tab)
    seen = await helper.open(two.draft)
    assert NOT_IN in seen.text
    assert "Robin" not in seen.text
    assert "Bo Ek" not in seen.text
    assert (await helper.open(f"{two.draft}/sign")).status in (403, 404)

    mine = await two.bos.open("/my")
    assert "Your signature is needed too." in mine.text
    assert "Read through and sign" in mine.text
    page = await two.bos.open(two.draft)
    assert "Robin Sjö signed" in page.text
    check = await two.bos.open(f"{two.draft}/check")
    assert (await check.follow("statutes.pdf")).answer.content.startswith(b"%PDF"), "who signs reads the papers, too"
    page = await check.follow("Go on and sign")
    assert page.heading == "Sign and send in"
    receipt = await page.sign()

    assert receipt.path == two.case, receipt.text
    assert "The application is signed and sent in" in receipt.text
    assert (await two.robins.open(two.draft)).path == two.case
    assert (await two.robins.open(f"{two.draft}/sign")).path == two.case
    assert len([one for one in mail.letters if one["Subject"] == "Your signature is needed"]) == 1
    await _both_signed_one_text(house, two)
    await _the_package_holds_both(house, two)


async def _the_package_holds_both(house: TestedHouse, two: Two) -> None:
    """The whole signing, with the one text that both signed; and nothing is missing."""
    await signed_size(house, "applications")
    signer = asyncio.create_task(_signs_on(house))
    package = Package(await package_for(house, "auditor", two.draft[8:]))
    signer.cancel()
    with suppress(asyncio.CancelledError):
        await signer
    assert package.findings == []
    told = [one for one in package.events if one["type"] in ("application.signed", "application.submitted")]
    assert [one["type"] for one in told] == ["application.signed", "application.submitted"]
    assert told[0]["data"]["content"] == told[1]["data"]["content"]
    assert told[1]["data"]["signed_by"] == [told[0]["authid"], str(two.bo)]


async def _signs_on(house: TestedHouse) -> None:
    """Whatever is told of the case meanwhile is signed, too, as by the signer beside it."""
    while True:
        for source in ("applications", "review", "web"):
            await signed_size(house, source)
        await asyncio.sleep(LOOK_AGAIN_S)


async def _nobody_writes_meanwhile(two: Two, tab: Any) -> None:
    """Not in a page that was open before; and what was typed there stands there still."""
    form = tab.form(f"{two.draft}/activity")
    kept = await two.bos.send(form, {"title": "Något helt annat", "go": "next"})
    assert kept.status == 423
    assert "The text is locked" in kept.text
    assert dict(kept.form(f"{two.draft}/activity").fields())["title"] == "Något helt annat"
    data = {**dict(form.fields()), "title": "Något helt annat"}
    headers = {"Origin": URL, "Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
    autosaved = await two.bos.client.post(f"{two.draft}/activity/autosave", data=data, headers=headers)
    assert autosaved.status_code == 423
    for place in ("activity", "files"):
        assert (await two.bos.open(f"{two.draft}/{place}")).path == f"{two.draft}/check"
    assert "Något helt annat" not in (await two.bos.open(f"{two.draft}/check")).text
    assert (await two.robins.open(f"{two.draft}/sign")).path == f"{two.draft}/check", "nobody signs twice"


async def _both_signed_one_text(house: TestedHouse, two: Two) -> None:
    web = house.office("web")
    rows = await web.pool.fetch("select signature from signature_of where case_id = $1", UUID(two.draft[8:]))
    texts = [await web.store.open(web.pool, row["signature"], "signature", "text") for row in rows]
    signed = [text.decode() for text, row in zip(texts, rows, strict=True) if await _is_signed(web, row["signature"])]
    assert len(signed) == 2
    assert signed[0] == signed[1]
    assert "Two of us sign together." in signed[0]


async def _is_signed(web: Any, signature: UUID) -> bool:
    return bool(await web.pool.fetchval("select exists (select from journal where subject_id = $1)", signature))


async def test_an_address_that_takes_no_letters_keeps_nobody_else_from_being_asked(
    house: TestedHouse, own: Fund, mail: MailServer
) -> None:
    two = await _two(house, own, UNREACHED, 2)
    for name in ("Ann Ek", "Cid Ek"):
        await _signatory(house, two.association, name, f"{name[:3].lower()}@gone.example")
    mail.answer = lambda to: "550 nobody" if to.endswith("@gone.example") else "250 OK"

    signed = await (await two.robins.open(f"{two.draft}/sign")).sign()

    asked = [one["To"] for one in mail.letters if one["Subject"] == "Your signature is needed"]
    assert asked == ["bo@example.se"]
    assert "ask one more of you to sign in and sign" in signed.text, "not all of them know of it"


async def test_either_takes_it_back_and_whoever_has_left_does_not_count_and_late_is_told_plainly(
    house: TestedHouse, own: Fund, mail: MailServer
) -> None:
    two = await _two(house, own, LATE, 1)
    mail.answer = lambda _: "451 not now"
    signed = await (await two.bos.open(f"{two.draft}/sign")).sign()
    assert "ask one more of you to sign in and sign" in signed.text, "no letter went out, and the page does not say so"

    await house.office("web").act(
        WithdrawRole(subject=two.bo, role=Role.SIGNATORY, association=two.association), "test"
    )
    left = await two.robins.open(two.draft)
    assert "Bo Ek signed" in left.text
    assert "may no longer sign for" in left.text
    assert (await two.robins.open(f"{two.draft}/sign")).path == f"{two.draft}/check"
    alone = await left.send(f"{two.draft}/take-back")
    assert "The signature is taken back" in alone.text
    assert "Nobody else can sign" in (await two.robins.open(f"{two.draft}/check")).text
    again = await two.robins.send(left.form(f"{two.draft}/take-back"), {})
    assert again.path == two.draft, "pressed twice, it leads back"

    group = await two.robins.open(f"{two.draft}/activity")
    saved = await two.robins.send(group.form(f"{two.draft}/activity"), {"title": "Kör för fler", "go": "list"})
    assert saved.path == two.draft
    await (await two.robins.open(f"{two.draft}/sign")).sign()
    await fund.close_call(own)

    late = await two.robins.open(two.draft)
    assert "The application did not come in" in late.text
    assert "Only one had signed when the time to apply was over." in late.text
    mine = await two.robins.open("/my")
    assert "Only one had signed when the time to apply was over." in mine.text
    assert "Go on and sign" not in (await two.robins.open(f"{two.draft}/check")).text
