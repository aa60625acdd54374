"""Accounts in a real browser: invited, a password, a passkey of the browser's own, and in again with that alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.mailbox import Mailbox, mail_server
from tests.pages.findings import findings
from tests.pages.street import Tab, tab
from tests.system.running import RunningHouse

EMAIL = "nour.ek@example.se"
PASSWORD = "correct horse battery staple"
PHONE_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
async def posting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[RunningHouse, Mailbox]]:
    """A house that sends its letters."""
    box = Mailbox()
    async with mail_server(box) as url:
        monkeypatch.setenv("BIFALL_SMTP_URL", url)
        house = RunningHouse(tmp_path / "data", "--demo")
        yield house, box
        assert house.stop() == 0


async def holds_nothing_wrong(visitor: Tab) -> None:
    assert await findings(visitor) == []


async def test_somebody_invited_makes_a_passkey_and_signs_in_with_it(
    posting: tuple[RunningHouse, Mailbox], browser: Browser
) -> None:
    house, box = posting
    named = house.url.replace("127.0.0.1", "localhost")  # browsers keep no passkeys for numbers
    administrator = await tab(browser, named, "administrator", language="en")
    await administrator.open("/administer/accounts/invite")
    page = administrator.page
    await page.get_by_label("E-mail").fill(EMAIL)
    await page.get_by_label("Panel member").check()
    await page.get_by_role("button", name="Send the invitation").click()
    await expect(page.get_by_text("The invitation is sent.")).to_be_visible()
    await holds_nothing_wrong(administrator)
    await administrator.close()

    invited = await tab(browser, named, language="en")
    page = invited.page
    devtools = await invited.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE_KEY})
    await invited.open(box.link(EMAIL))
    await holds_nothing_wrong(invited)
    await page.get_by_label("Your name").fill("Nour Ek")
    await page.get_by_label("New password").fill(PASSWORD)
    await page.get_by_role("button", name="Accept the invitation").click()
    await expect(page.get_by_text("panel member")).to_be_visible()

    await invited.open("/me/passkeys")
    await holds_nothing_wrong(invited)
    await page.get_by_role("button", name="Make a passkey here").click()
    await expect(page.get_by_text("The passkey is a way in to your account now.")).to_be_visible()
    await holds_nothing_wrong(invited)

    async with page.expect_navigation():
        await page.get_by_role("button", name="Sign out", exact=True).click()
    await invited.open("/sign-in/local?next=/me")
    await holds_nothing_wrong(invited)
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_role("heading", name="My account")).to_be_visible()
    assert invited.complaints == []
    assert invited.strangers == []
    await invited.close()


async def test_a_code_by_e_mail_is_asked_for_and_written_without_scripts(
    posting: tuple[RunningHouse, Mailbox], browser: Browser
) -> None:
    house, box = posting
    visitor = await tab(browser, house.url, language="sv", java_script_enabled=False)
    page = visitor.page
    await visitor.open("/sign-in?next=/me")
    await page.get_by_role("link", name="Få en kod med e-post").click()
    await page.get_by_label("E-post").fill(EMAIL)
    await page.get_by_role("button", name="Skicka en kod till mig").click()
    await page.get_by_label("Koden i brevet").fill("0000 0001")
    await page.get_by_role("button", name="Fortsätt").click()
    await expect(page.get_by_role("link", name="Koden stämmer inte")).to_be_visible()
    await page.get_by_label("Koden i brevet").fill(box.code(EMAIL))
    await page.get_by_role("button", name="Fortsätt").click()

    await expect(page.get_by_role("heading", name="Mitt konto")).to_be_visible()
    assert "Din kod" in str(box.to(EMAIL)[0]["Subject"])
    await visitor.close()
