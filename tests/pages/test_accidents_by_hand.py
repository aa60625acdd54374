"""What happens to people at their screens: sessions end, networks go, two tabs, an impatient finger, mistakes.

Nothing is lost, and nothing is done twice.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from playwright.async_api import Browser, expect

from services.command.demo.fund import Fund
from services.command.demo.people import People, Refusal
from tests.pages.by_hand.ground import a_draft, a_wish, an_open_call
from tests.pages.by_hand.hands import what_has_focus
from tests.pages.by_hand.person import SIGNING, Person, comes
from tests.pages.by_hand.wire import wire_to
from tests.pages.street import PATIENCE_MS, PHONE
from tests.system.running import RunningHouse

SAVED = "Sparat"
AWAY = "Ingen kontakt just nu"
AGAIN_MS = 14_000
FILE_BYTES = 3_000_000
TRAIL_LOOKS = 60
LOOK_EVERY_S = 0.25


@pytest.fixture(scope="module")
async def call(house: RunningHouse) -> AsyncIterator[Fund]:
    async with an_open_call(house.url) as own:
        yield own


@pytest.fixture
async def draft(house: RunningHouse, call: Fund) -> str:
    return await a_draft(house.url, call, a_wish(call))


@pytest.fixture
async def writer(house: RunningHouse, browser: Browser, draft: str) -> AsyncIterator[Person]:
    """Somebody with a part of the form open."""
    person = await comes(browser, house.url, "applicant")
    await _open_part(person, draft)
    yield person
    await person.close()


async def _open_part(person: Person, draft: str) -> None:
    await person.open(f"{draft}/activity")
    await expect(person.page.locator("form[data-awake]")).to_have_count(1)


async def _shows(person: Person, text: str, within_ms: int = PATIENCE_MS) -> None:
    await expect(person.page.locator("[data-saved]")).to_contain_text(text, timeout=within_ms)


async def _write(person: Person, text: str) -> None:
    """The line that tells what is saved is emptied first: what stands there then is about this."""
    await person.page.locator("[data-saved]").evaluate("one => { one.textContent = '' }")
    await person.fill({"summary": text})


async def _kept_is(house: RunningHouse, browser: Browser, draft: str, text: str) -> None:
    """As another browser sees it, which has nothing but what the fund has kept."""
    other = await comes(browser, house.url, "applicant")
    await other.open(f"{draft}/activity")
    await expect(other.page.locator("#summary")).to_have_value(text)
    await other.close()


async def _times_sent_in(house: RunningHouse, draft: str) -> int:
    """As the trail has it, once it has come so far as to what follows upon that."""
    people = People(house.url)
    case = draft.rpartition("/")[2]
    types: list[str] = []
    try:
        for _ in range(TRAIL_LOOKS):
            if "case.received" in types:
                break
            await asyncio.sleep(LOOK_EVERY_S)
            with suppress(Refusal):  # the trail has not heard of the case yet
                trail = await people.get("auditor", f"/api/audit/cases/{case}/trail", limit=100)
                types = [json.loads(one["text"])["type"] for one in trail["items"]]
    finally:
        await people.close()
    return types.count("application.submitted")


# The session


async def test_a1_a_session_killed_while_one_writes_loses_nothing(
    house: RunningHouse, browser: Browser, draft: str, writer: Person
) -> None:
    elsewhere = await comes(browser, house.url, "applicant")
    await elsewhere.open("/me")
    await elsewhere.send("/sign-out/everywhere")
    await elsewhere.close()

    await _write(writer, "Skrivet när ingen var inloggad")
    await _shows(writer, "Du har blivit utloggad")
    await _kept_is(house, browser, draft, await _first_summary(house, browser, draft))
    async with writer.page.expect_navigation():
        await writer.page.get_by_role("link", name="Logga in igen").click()
    async with writer.page.expect_navigation():
        await writer.page.locator('button[name="person"][value="applicant"]').click()
    assert writer.path == f"{draft}/activity"
    await expect(writer.page.locator("#summary")).to_have_value("Skrivet när ingen var inloggad")
    await _shows(writer, SAVED)
    await _kept_is(house, browser, draft, "Skrivet när ingen var inloggad")


async def _first_summary(house: RunningHouse, browser: Browser, draft: str) -> str:
    """What the fund itself has kept: the words of the draft as it was made."""
    people = People(house.url)
    try:
        answers = (await people.get("applicant", f"/api/applications{draft}"))["answers"]
    finally:
        await people.close()
    assert "ingen var inloggad" not in answers["summary"]
    return str(answers["summary"])


# The network


async def test_a2_a_network_cut_while_one_writes_loses_nothing(
    house: RunningHouse, browser: Browser, draft: str, writer: Person
) -> None:
    await writer.tab.context.set_offline(True)
    await _write(writer, "Skrivet på tåget")
    await _shows(writer, AWAY)
    await writer.tab.context.set_offline(False)
    await _shows(writer, SAVED, AGAIN_MS)
    await _kept_is(house, browser, draft, "Skrivet på tåget")


async def test_a2_a_draft_is_never_shown_to_the_officer(
    house: RunningHouse, browser: Browser, draft: str, writer: Person
) -> None:
    await _write(writer, "Bara vårt")
    await _shows(writer, SAVED)
    officer = await comes(browser, house.url, "officer")
    for path in (draft, f"{draft}/activity", f"/cases/{draft.rpartition('/')[2]}"):
        answer = await officer.tab.open(path)
        assert answer.status in (403, 404)
    await officer.close()


async def test_a2_an_upload_cut_on_its_way_is_sent_once_when_there_is_contact_again(
    house: RunningHouse, browser: Browser, draft: str
) -> None:
    paper = {"name": "fullmakt.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" + b"x" * FILE_BYTES}
    async with wire_to(house.url) as wire:
        person = await comes(browser, wire.url, "applicant")
        await person.open(f"{draft}/files")
        await expect(person.page.locator("#mandate[data-awake]")).to_have_count(1)
        wire.cut_after(FILE_BYTES // 2)
        await person.attach("mandate", paper)
        row = person.page.locator("#mandate-files li")
        await expect(row).to_contain_text("Filen gick inte att skicka. Den finns kvar här.")
        assert wire.is_cut
        wire.mend()
        await row.get_by_role("button", name="Försök igen").click()
        await expect(row).to_contain_text("Skickad")
        await person.open(f"{draft}/files")
        await expect(row).to_have_count(1)
        await person.close()


# Devices, tabs, fingers


async def test_a3_what_was_begun_at_a_desk_is_gone_on_with_on_a_phone(
    house: RunningHouse, browser: Browser, draft: str, writer: Person
) -> None:
    await _write(writer, "Börjat vid skrivbordet")
    await _shows(writer, SAVED)
    phone = await comes(browser, house.url, "applicant", size=PHONE, has_touch=True)
    await phone.open("/my")
    await phone.follow(draft)
    await phone.follow(f"{draft}/activity")
    await expect(phone.page.locator("#summary")).to_have_value("Börjat vid skrivbordet")
    await expect(phone.page.locator("form[data-awake]")).to_have_count(1)
    await _write(phone, "Klart i soffan")
    await _shows(phone, SAVED)
    await phone.close()
    await writer.open(f"{draft}/activity")
    await expect(writer.page.locator("#summary")).to_have_value("Klart i soffan")


async def test_two_tabs_on_one_question_overwrite_nothing_and_the_writer_chooses(
    house: RunningHouse, browser: Browser, draft: str, writer: Person
) -> None:
    other = await comes(browser, house.url, "applicant")
    await _open_part(other, draft)
    await _write(other, "Från den ena fliken")
    await _shows(other, SAVED)
    await _write(writer, "Från den andra fliken")
    await _shows(writer, "Sidan har ändrats på ett annat ställe medan du skrev. Inget är överskrivet")
    await _kept_is(house, browser, draft, "Från den ena fliken")

    await writer.send(f"{draft}/activity", "next")
    await writer.sees("Which do you want to keep?")
    await writer.reads("Från den ena fliken")
    await writer.reads("Från den andra fliken")
    await writer.send("/choice")
    await _kept_is(house, browser, draft, "Från den andra fliken")
    await other.close()


async def test_the_back_button_after_sending_in_sends_nothing_twice(
    house: RunningHouse, draft: str, writer: Person
) -> None:
    await writer.open(f"{draft}/sign")
    await writer.sign()
    receipt = writer.path
    await writer.page.go_back()
    if await writer.page.locator(SIGNING).count():
        await writer.sign()
    await writer.open(f"{draft}/sign")
    assert writer.path == receipt
    assert await _times_sent_in(house, draft) == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_a_double_click_on_sign_sends_in_once(
    house: RunningHouse, browser: Browser, draft: str, scripts: bool
) -> None:
    person = await comes(browser, house.url, "applicant", java_script_enabled=scripts)
    await person.open(f"{draft}/sign")
    await person.page.locator(SIGNING).dblclick()
    # The second press cuts off the way that the first led: only where one arrives counts.
    await expect(person.page).to_have_url(re.compile("/my/cases/"), timeout=PATIENCE_MS)
    await person.sees("Your receipt")
    await person.close()
    assert await _times_sent_in(house, draft) == 1


# Mistakes


async def _mistake(person: Person, draft: str) -> None:
    await person.open(f"{draft}/money")
    await person.fill({"amount_applied_ore": "ungefär tjugo tusen", "budget_costs.0.note": "Fika till alla"})
    await person.send(f"{draft}/money", "next")


async def test_a5_what_is_wrong_is_listed_first_with_focus_and_nothing_of_it_is_lost(
    draft: str, writer: Person
) -> None:
    await _mistake(writer, draft)
    await expect(writer.page.locator(".govuk-error-summary")).to_be_focused()
    first = writer.page.locator(".govuk-error-summary__list a").first
    assert len(await first.inner_text()) > len("Fel")
    await expect(writer.page.locator("[id='amount_applied_ore-error']")).to_be_visible()
    await expect(writer.page.locator("[id='amount_applied_ore']")).to_have_value("ungefär tjugo tusen")
    await expect(writer.page.locator("[id='budget_costs.0.note']")).to_have_value("Fika till alla")
    await first.click()
    await expect(writer.page.locator("[id='amount_applied_ore']")).to_be_focused()


async def test_control_without_scripts_the_list_is_there_but_has_no_focus(
    house: RunningHouse, browser: Browser, draft: str
) -> None:
    person = await comes(browser, house.url, "applicant", java_script_enabled=False)
    await _mistake(person, draft)
    await expect(person.page.locator(".govuk-error-summary")).to_be_visible()
    await expect(person.page.locator("[id='amount_applied_ore']")).to_have_value("ungefär tjugo tusen")
    assert "govuk-error-summary" not in await what_has_focus(person.page)
    await person.close()


async def test_a6_one_reads_everything_through_before_sending_in_and_can_withdraw_after(
    call: Fund, draft: str, writer: Person
) -> None:
    await writer.open(draft)
    await writer.follow(f"{draft}/check")
    for group in call.rules["forms"]["application"]:
        await writer.reads(group["title"]["sv"])
    assert await writer.page.locator(SIGNING).count() == 0
    assert await _status(call, draft) is None
    await writer.follow(f"{draft}/sign")
    await writer.sign()
    await writer.follow("/withdrawal")
    assert await _status(call, draft) == "registered"
    await writer.send("/withdrawal")
    await writer.sees("The application is withdrawn.")
    assert await _status(call, draft) == "withdrawn"


async def _status(call: Fund, draft: str) -> str | None:
    """None where the fund has no such case."""
    try:
        shown = await call.people.get("officer", f"/api/applications/cases/{draft.rpartition('/')[2]}")
    except Refusal:
        return None
    return str(shown["status"])
