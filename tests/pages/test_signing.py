"""The pages on which something binding is signed: terms, requisition and attest, each looked at and then signed."""

from __future__ import annotations

from playwright.async_api import Browser

from services.command.demo import paying
from services.command.demo.people import People
from services.command.demo.round_file import Applied
from tests.granted import granted
from tests.pages.findings import findings
from tests.pages.street import Tab, tab
from tests.system.running import RunningHouse

GRANTED = Applied("Föreningen Pennan (påhittad)", "8027000150", 20_000, "bifall", "Skrivarkvällar", 15_000)
SIGN = 'main form[action^="/sign/"] button'


async def seen_and_signed(visitor: Tab, path: str) -> list[str]:
    """What is wrong with the page; then it is signed."""
    await visitor.open(path)
    assert visitor.path == path
    wrong = [f"{path}: {one}" for one in await findings(visitor)]
    async with visitor.page.expect_navigation():
        await visitor.page.locator(SIGN).click()
    assert not visitor.path.startswith(("/sign", path))
    return wrong


async def test_a8_whatever_is_signed_can_be_read_by_everybody(house: RunningHouse, browser: Browser) -> None:
    people = People(house.url)
    own, case = await granted(people, GRANTED)
    applicant, attester = await tab(browser, house.url, "applicant"), await tab(browser, house.url, "attester-1")
    await people.get("applicant", f"/api/payouts/grants/{case.id}")  # payouts has heard of it, too
    wrong = await seen_and_signed(applicant, f"/my/cases/{case.id}/terms")
    await paying.accept(own, case)  # already done: only the account is verified
    wrong += await seen_and_signed(applicant, f"/my/cases/{case.id}/money")
    payment = (await people.get("finance", f"/api/payouts/grants/{case.id}"))["payments"][0]["id"]
    wrong += await seen_and_signed(attester, f"/money/payments/{payment}/attest")
    for visitor in (applicant, attester):
        await visitor.close()
    await people.close()

    assert wrong == []
