"""People who read their letters, and a house in which nobody has tried anything yet."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from argon2 import PasswordHasher

from services.web.signing_in.desk import SignInDesk, sign_in_desk
from tests.mailbox import Mailbox, mail_server
from tests.service.house import URL, TestedHouse
from tests.service.web.browsing import Browser, browse


@pytest.fixture
async def mailbox(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Mailbox]:
    box = Mailbox()
    async with mail_server(box) as url:
        monkeypatch.setenv("BIFALL_SMTP_URL", url)
        yield box


@pytest.fixture(autouse=True)
async def passwords_are_cheap_to_try(house: TestedHouse) -> AsyncIterator[None]:
    """Many are tried here; what one costs outside is the library's own choice, and has a test."""
    passwords = sign_in_desk(house.office("web"), URL).passwords
    before, passwords._hasher = passwords._hasher, PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    yield
    passwords._hasher = before


@pytest.fixture(autouse=True)
async def nobody_has_tried_yet(house: TestedHouse) -> None:
    """All tests come from one machine: what one tried is not counted against the next."""
    await house.office("web").pool.execute("delete from attempt")


@pytest.fixture
async def browser(house: TestedHouse) -> AsyncIterator[Browser]:
    opened = await browse(house)
    yield opened
    await opened.close()


@pytest.fixture
async def desk(house: TestedHouse) -> SignInDesk:
    return sign_in_desk(house.office("web"), URL)
