"""What a form owes those who fill it in, as far as a machine can tell: all of it seen beforehand, nothing asked twice,
nothing that hurries."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from services.command.demo.fund import Fund
from tests.pages.by_hand.applying import answers, begin, register
from tests.pages.by_hand.ground import a_draft, a_wish, an_open_call
from tests.pages.by_hand.person import Person, comes
from tests.system.running import RunningHouse

WEEKDAY_AND_DAYS = re.compile(
    r"(måndag|tisdag|onsdag|torsdag|fredag|lördag|söndag) \d{1,2}\s\w+.{0,40}?om\s\d+\sdagar", re.DOTALL
)
HARSH = re.compile(r"misslyck|ogiltig|felaktig|otillåt|snarast|du måste", re.IGNORECASE)
PASTED = """
one => one.dispatchEvent(
    new ClipboardEvent('paste', {bubbles: true, cancelable: true, clipboardData: new DataTransfer()})
)
"""
NO_PASTE = "document.addEventListener('paste', event => event.preventDefault())"


@pytest.fixture(scope="module")
async def call(house: RunningHouse) -> AsyncIterator[Fund]:
    async with an_open_call(house.url) as own:
        yield own


@pytest.fixture
async def applicant(house: RunningHouse, browser: Browser) -> AsyncIterator[Person]:
    person = await comes(browser, house.url, "applicant")
    yield person
    await person.close()


async def test_a4_one_group_to_a_page_with_progress_and_every_question_seen_beforehand(
    house: RunningHouse, call: Fund, applicant: Person
) -> None:
    wish = a_wish(call)
    await applicant.open(f"/calls/{call.call}/form")
    whole = await applicant.page.locator("main").inner_text()
    groups = call.rules["forms"]["application"]
    missing = [field["key"] for group in groups for field in group["fields"] if field["label"]["sv"] not in whole]
    assert missing == []

    await register(applicant, call.call, wish)
    await applicant.sees(
        "It takes about %(minutes)s minutes in all. "
        "You can stop and come back as often as you like. Everything is saved."
    )
    draft = await begin(applicant, call.call, wish)
    await applicant.sees("%(done)s of %(count)s parts are done.")
    for group, filled in answers(wish).items():
        await applicant.open(f"{draft}/{group}")
        names = await applicant.page.locator("main [name]").evaluate_all(
            "all => all.map(one => one.name.split('.')[0])"
        )
        others = {name.split(".")[0] for other, asked in answers(wish).items() if other != group for name in asked}
        assert not others & set(names)
        assert {name.split(".")[0] for name in filled} <= set(names)
        await expect(applicant.page.locator("h1")).to_have_count(1)


async def test_a7_what_an_association_has_told_once_is_filled_in_the_next_time(
    house: RunningHouse, browser: Browser, call: Fund
) -> None:
    wish = a_wish(call)
    draft = await a_draft(house.url, call, wish)
    applicant = await comes(browser, house.url, "applicant")
    await applicant.open(f"{draft}/sign")
    await applicant.sign()
    async with an_open_call(house.url) as another:
        await applicant.open(f"/apply/{another.call}")
        again = await begin(applicant, another.call, wish)
        await applicant.open(f"{again}/organisation")
        for name, known in {
            "organisation_name": wish.name,
            "post_address.street": "Exempelgatan 1",
            "post_address.town": "Falun",
            "organisation_email": "foreningen@example.se",
        }.items():
            await expect(applicant.page.locator(f"[name='{name}']")).to_have_value(known)
        await applicant.open(f"{again}/declarations")
        await expect(applicant.page.locator("[name='declaration.true']")).not_to_be_checked()
    await applicant.close()


@pytest.mark.parametrize("forbidden", [False, True], ids=["as it is", "control"])
async def test_a7_one_may_paste_and_let_a_password_manager_fill_in_on_the_way_in(
    house: RunningHouse, browser: Browser, forbidden: bool
) -> None:
    visitor = await comes(browser, house.url, None)
    if forbidden:
        await visitor.tab.context.add_init_script(NO_PASTE)
    await visitor.open("/sign-in")
    links = await visitor.page.locator("main a[href^='/sign-in/']").evaluate_all("all => all.map(one => one.pathname)")
    allowed = []
    for path in links or ["/sign-in"]:
        await visitor.open(path)
        for field in await visitor.page.locator("main input:not([type=hidden])").all():
            allowed.append(await field.evaluate(PASTED))
            if await field.get_attribute("type") in ("email", "password"):
                assert await field.get_attribute("autocomplete") not in (None, "off")
    await visitor.close()
    assert allowed
    assert all(allowed) is not forbidden


async def test_a13_nothing_hurries_and_nothing_scolds(house: RunningHouse, call: Fund, applicant: Person) -> None:
    draft = await a_draft(house.url, call, a_wish(call))
    for path in ("/my", f"/apply/{call.call}", draft, f"{draft}/activity", f"{draft}/files", f"{draft}/check"):
        await applicant.open(path)
        text = await applicant.page.locator("main").inner_text()
        assert HARSH.findall(text) == [], path
        assert await applicant.page.locator("meta[http-equiv=refresh], .govuk-error-message, [role=timer]").count() == 0
    await applicant.open(draft)
    assert WEEKDAY_AND_DAYS.search(await applicant.page.locator("main").inner_text())
    assert HARSH.search("Det misslyckades")
