"""A real mail server for tests, in the test's own loop: keeps what it takes, and refuses what it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as RULES
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

TAKEN = "250 OK"
WAIT_S = 20.0
LOOK_AGAIN_S = 0.05


class MailServer:
    """`answer(recipient)` is what it says to RCPT; `came` are the messages it took, byte for byte."""

    def __init__(self) -> None:
        self.port = 0
        self.came: list[bytes] = []
        self.answer: Callable[[str], str] = lambda _: TAKEN
        self.after_data = TAKEN

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def letters(self) -> list[EmailMessage]:
        return [message_from_bytes(one, policy=RULES) for one in self.came]  # type: ignore[misc]

    async def handle_RCPT(self, _: Any, __: Any, envelope: Envelope, to: str, ___: Any) -> str:  # noqa: N802 - the library's
        said = self.answer(to)
        if said.startswith("2"):
            envelope.rcpt_tos.append(to)
        return said

    async def handle_DATA(self, _: Any, __: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.after_data.startswith("2"):
            self.came.append(bytes(envelope.content or b""))
        return self.after_data

    async def until(self, count: int) -> list[EmailMessage]:
        """What has come, once it is so many. Raises TimeoutError."""
        async with asyncio.timeout(WAIT_S):
            while len(self.came) < count:
                await asyncio.sleep(LOOK_AGAIN_S)
        return self.letters


@asynccontextmanager
async def listening(server: MailServer, port: int = 0) -> AsyncIterator[MailServer]:
    """The server answers on its port for as long as this lasts; on the same port again, if it is given."""
    loop = asyncio.get_running_loop()
    opened = await loop.create_server(lambda: SMTP(server, hostname="mail.test"), "127.0.0.1", port)
    server.port = opened.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        opened.close()
        await opened.wait_closed()
