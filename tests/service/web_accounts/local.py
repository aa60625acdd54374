"""Local accounts as people come by them: invited by the administrator, opened with a password."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from tests.mailbox import Mailbox
from tests.service.house import TestedHouse
from tests.service.web.browsing import Browser, browse

PASSWORD = "correct horse battery staple"
NETWORK = b"a network"
NAMED = "http://localhost:8000"


async def invited(house: TestedHouse, mailbox: Mailbox, role: str = "panel") -> tuple[str, str]:
    """The address of somebody invited, and the link they were sent."""
    email = f"{uuid4().hex}@example.se"
    page = await (await browse(house, "administrator")).open("/administer/accounts/invite")
    sent = await page.send("/administer/accounts/invite", email=email, role=role, language="en")
    assert "The invitation is sent." in sent.text, sent.text
    return email, mailbox.link(email)


async def local_account(house: TestedHouse, mailbox: Mailbox, role: str = "panel") -> tuple[str, UUID, Browser]:
    email, link = await invited(house, mailbox, role)
    browser = await browse(house)
    page = await browser.open(link)
    arrived = await page.send(link.partition("?")[0], name="Nour Ek", password=PASSWORD)
    assert arrived.path == "/me", arrived.text
    return email, UUID((await browser.open("/me/data.json")).answer.json()["account"]), browser


async def signed_in_with(browser: Browser, email: str, password: str) -> Any:
    page = await browser.open("/sign-in/local?next=/me")
    return await page.send("/sign-in/local", email=email, password=password)
