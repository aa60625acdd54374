"""The mail server: one way out for every e-mail of the house. Says whether it was taken, not now, or never.

`BIFALL_SMTP_URL` is smtp://[user:password@]host[:port], or smtps:// for TLS from the first byte; a server that offers
STARTTLS is spoken to in TLS. `BIFALL_MAIL_FROM` is the address that mail comes from. Without a server, nothing is sent
and nothing is lost: letters are kept in the outbox.
"""

from __future__ import annotations

import os
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from shared.settings import read

SEND_TIMEOUT_S = 8.0
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(hours=6)
DOUBLINGS_MAX = 10
SMTP_PORT, SMTPS_PORT = 25, 465
FROM = "bifall@localhost.invalid"
FOR_GOOD = 500
MISCONFIGURED = (aiosmtplib.SMTPAuthenticationError, aiosmtplib.SMTPSenderRefused)
"""These are about us and not about the recipient: somebody mends it, and then the letter goes."""


class NoPost(Exception):
    """No mail server is set: BIFALL_SMTP_URL."""


class NotTaken(Exception):
    """The server refuses this recipient or this message for good. `code` is its answer."""

    def __init__(self, code: int) -> None:
        super().__init__(f"The mail server answered {code}.")
        self.code = code


class NotNow(Exception):
    """It was not taken this time. `reason` is a code; `is_server` says that another letter would fare no better."""

    def __init__(self, reason: str, *, is_server: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_server = is_server


def smtp_url() -> str | None:
    return read(os.environ, "SMTP_URL") or None


def mail_from() -> str:
    return read(os.environ, "MAIL_FROM") or FROM


def is_open() -> bool:
    """Whether there is a mail server to send with."""
    return smtp_url() is not None


def delay_after(tries: int) -> timedelta:
    """How long what is no letter of the fund's waits, once it was not taken after `tries` before."""
    return min(FIRST_DELAY * (1 << min(tries, DOUBLINGS_MAX)), LONGEST_DELAY)


async def send(message: EmailMessage) -> None:
    """Hands the message over. Raises NoPost, NotTaken and NotNow; after NotNow nobody knows whether it was taken, so it
    is tried again under the same Message-ID."""
    url = smtp_url()
    if url is None:
        raise NoPost("Set BIFALL_SMTP_URL to send e-mail.")
    place = urlsplit(url)
    is_tls = place.scheme == "smtps"
    try:
        await aiosmtplib.send(
            message,
            sender=str(message["From"].addresses[0].addr_spec),
            hostname=place.hostname,
            port=place.port or (SMTPS_PORT if is_tls else SMTP_PORT),
            username=unquote(place.username) if place.username else None,
            password=unquote(place.password) if place.password else None,
            use_tls=is_tls,
            start_tls=None,
            timeout=SEND_TIMEOUT_S,
        )
    except aiosmtplib.SMTPRecipientsRefused as refused:
        raise _by_code(min(one.code for one in refused.recipients)) from refused
    except MISCONFIGURED as refused:
        raise NotNow(f"smtp-{refused.code}", is_server=True) from refused
    except aiosmtplib.SMTPResponseException as refused:
        raise _by_code(refused.code) from refused
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        raise NotNow("unreachable", is_server=True) from error


def _by_code(code: int) -> NotTaken | NotNow:
    return NotTaken(code) if code >= FOR_GOOD else NotNow(f"smtp-{code}", is_server=False)
