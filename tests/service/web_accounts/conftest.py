"""A mail server that keeps what it is sent, and people who read their letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller

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
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=0)
    server.start()
    try:
        port = server.server.sockets[0].getsockname()[1]
        monkeypatch.setenv("BIFALL_SMTP_URL", f"smtp://127.0.0.1:{port}")
        yield box
    finally:
        server.stop()
