"""Everything there is for signing in, put together for one address: what the pages of accounts stand on."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from email.message import EmailMessage

import structlog

from services.web.letters.post import send
from services.web.signing_in.email_code import EmailCodes
from services.web.signing_in.lookup import Lookup
from services.web.signing_in.oidc import RelyingParty
from services.web.signing_in.passkeys import Passkeys
from services.web.signing_in.passwords import Passwords
from services.web.signing_in.provider import Provider, providers_from
from shared.office import Office
from shared.refused import Refused
from shared.words import Text

Post = Callable[[EmailMessage], Awaitable[None]]

log = structlog.get_logger()


class NoAddress(Refused):
    """This installation was not told which address people know it by, so no link can lead back to it."""

    status = 503
    title = Text("Inloggningen är inte klar", "Signing in is not ready")

    def __init__(self) -> None:
        super().__init__(
            "Den som sköter systemet behöver ange dess adress (BIFALL_PUBLIC_URL).",
            "Whoever runs the system needs to give its address (BIFALL_PUBLIC_URL).",
        )


class LetterNotSent(Refused):
    status = 503
    title = Text("Brevet kom inte iväg", "The letter could not be sent")

    def __init__(self) -> None:
        super().__init__(
            "Vi kunde inte skicka brevet just nu. Försök igen om en stund.",
            "We could not send the letter right now. Try again in a while.",
        )


class SignInDesk:
    """`url` is the address people know us by, without a last slash."""

    def __init__(self, office: Office, url: str, providers: Sequence[Provider], post: Post) -> None:
        self.office = office
        self.url = url
        self.lookup = Lookup(office.settings.key_encryption_key)
        self.codes = EmailCodes(office, self.lookup)
        self.passwords = Passwords(office.pool, self.lookup)
        self.passkeys = Passkeys(office.pool, url)
        self.party = RelyingParty(office.pool, providers, url)
        self._post = post

    async def send(self, letter: EmailMessage) -> None:
        """Raises LetterNotSent."""
        try:
            await self._post(letter)
        except Exception as error:  # whatever a mail server can do wrong: the person is told, and may ask again
            log.warning("letter.not_sent", error=type(error).__name__)
            raise LetterNotSent from error


def sign_in_desk(office: Office, url: str) -> SignInDesk:
    """The office's own, one for each address it is known by; its providers are told in the environment."""
    desks: dict[str, SignInDesk] = office.extra.setdefault("sign_in_desks", {})
    if url not in desks:
        desks[url] = SignInDesk(office, url, providers_from(os.environ), send)
    return desks[url]
