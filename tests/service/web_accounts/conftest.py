"""A mail server that keeps what it is sent, and people who read their letters."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from argon2 import PasswordHasher

from services.web.signing_in.desk import sign_in_desk
from tests.service.house import URL, TestedHouse

LINK = re.compile(r"http://127\.0\.0\.1:8000(/\S+)")
CODE = re.compile(r"\b(\d{4} \d{4})\b")


class Mailbox:
    """Every letter, newest last."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's own name
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        assert [str(letter["To"])] == envelope.rcpt_tos
        self.letters.append(letter)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if str(letter["To"]) == address]

    def code(self, address: str) -> str:
        found = CODE.search(self.to(address)[-1].get_content())
        assert found
        return found[1]

    def link(self, address: str) -> str:
        found = LINK.search(self.to(address)[-1].get_content())
        assert found
        return found[1]


@pytest.fixture
async def mailbox(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Mailbox]:
    box = Mailbox()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(box), "127.0.0.1", 0)
    monkeypatch.setenv("BIFALL_SMTP_URL", f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    yield box
    server.close()
    await server.wait_closed()


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
