"""A mail server that keeps what it is sent, for tests in which people read their letters."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP

LINK = re.compile(r"http://[a-z0-9.]+:\d+(/\S+)")
OF_A_CASE = re.compile(r"<[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}@")
CODE = re.compile(r"\b(\d{4} \d{4})\b")


class Mailbox:
    """Every letter, newest last."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's own name
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        assert [one.addr_spec for one in letter["To"].addresses] == envelope.rcpt_tos
        self.letters.append(letter)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"].addresses[0].addr_spec == address]

    @property
    def asked_for(self) -> list[EmailMessage]:
        """All but the letters that the house itself has on the way, about cases: their Message-ID is their own id."""
        return [letter for letter in self.letters if not OF_A_CASE.match(str(letter["Message-ID"]))]

    def code(self, address: str) -> str:
        found = CODE.search(self.to(address)[-1].get_content())
        assert found
        return found[1]

    def link(self, address: str) -> str:
        found = LINK.search(self.to(address)[-1].get_content())
        assert found
        return found[1]


@asynccontextmanager
async def mail_server(box: Mailbox) -> AsyncIterator[str]:
    """Its BIFALL_SMTP_URL."""
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(box), "127.0.0.1", 0)
    try:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await server.wait_closed()
