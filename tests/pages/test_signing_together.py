"""Two who sign an application together, each in a browser of their own: one signs with scripts, one without."""

from __future__ import annotations

from playwright.async_api import Browser

from services.command.demo import applying, fund
from services.command.demo.people import People
from services.command.demo.round_file import Applied, Round
from tests.pages.findings import findings
from tests.pages.street import PHONE, Tab, tab
from tests.system.running import RunningHouse

PAIR = Applied("Föreningen Tvåstämman (påhittad)", "8027000549", 20_000, "bifall", "Duetter", 15_000)
SIGN = 'main form[action^="/sign/"] button'
SECOND = "coordinator"
"""Somebody else of the demo's people, let in to sign for the association."""


async def _prepared(people: People) -> str:
    """A draft in order that it takes two to send in: its path."""
    own = await fund.found(people, Round((PAIR,)))
    case = await applying.prepare(own, PAIR, 0, signing_rule="two_together")
    account = (await people.get(SECOND, "/api/web/me"))["id"]
    for role in ("applicant", "signatory"):
        role_of = f"/api/web/accounts/{account}/roles/{role}"
        await people.put("administrator", role_of, {}, association=case.association)
        await people.put("chair", f"{role_of}/confirmation", {}, association=case.association)
    return f"/drafts/{case.id}"


async def _seen(visitor: Tab, path: str, *words: str) -> list[str]:
    """What is wrong with the page, once it has said what it should."""
    await visitor.open(path)
    text = await visitor.page.locator("main").inner_text()
    return [f"{path} does not say {one!r}" for one in words if one not in text] + [
        f"{path}: {one}" for one in await findings(visitor)
    ]


async def _signs(visitor: Tab, path: str) -> None:
    await visitor.open(path)
    async with visitor.page.expect_navigation():
        await visitor.page.locator(SIGN).click()


async def test_a8_two_sign_together_in_two_browsers(house: RunningHouse, browser: Browser) -> None:
    people = People(house.url)
    draft = await _prepared(people)
    first = await tab(browser, house.url, "applicant")
    second = await tab(browser, house.url, SECOND, size=PHONE)
    without_scripts = await tab(browser, house.url, SECOND, size=PHONE, java_script_enabled=False)
    not_in = "Ansökan är inte inne förrän båda har skrivit under."

    wrong = await _seen(first, f"{draft}/check", not_in)
    wrong += await _seen(first, f"{draft}/sign", not_in, "Vi är två som skriver under tillsammans.")
    await _signs(first, f"{draft}/sign")
    assert first.path == draft
    wrong += await _seen(first, draft, not_in, "Du skrev under", "Kim Lindström", "Ta tillbaka din underskrift")
    wrong += await _seen(first, f"{draft}/check", not_in)
    wrong += await _seen(second, "/my", "Din underskrift behövs också.", not_in)
    wrong += await _seen(second, draft, "Robin Sjö skrev under", not_in, "Ta tillbaka underskriften")
    wrong += await _seen(second, f"{draft}/check", "Robin Sjö skrev under", not_in)
    wrong += await _seen(second, f"{draft}/sign", "När du också skriver under skickas den in.")
    await _signs(without_scripts, f"{draft}/sign")

    case = draft.replace("/drafts/", "/my/cases/")
    assert without_scripts.path == case
    await first.open(draft)
    assert first.path == case
    for visitor in (first, second, without_scripts):
        await visitor.close()
    await people.close()
    assert wrong == []
