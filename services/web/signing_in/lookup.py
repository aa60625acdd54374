"""Keyed digests: what has to be found again, but must not be read or guessed from the database.

E-mail addresses, subjects of identity providers and network addresses are few enough to try them all against a plain
digest; under a key from outside the database they cannot be tried.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import unicodedata

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_BYTES = 32
IPV6_HOUSEHOLD_BITS = 64
"""One household or office has a whole such network: its single addresses say nothing."""


class Lookup:
    def __init__(self, key_encryption_key: bytes) -> None:
        self._key = HKDF(hashes.SHA256(), 32, salt=None, info=b"bifall lookup").derive(key_encryption_key)

    def digest(self, what: str, *parts: str) -> bytes:
        """`what` keeps kinds apart: the same text as address and as code has different digests."""
        text = "\0".join((what, *(f"{len(part)}:{part}" for part in parts)))
        return hmac.new(self._key, text.encode(), hashlib.sha256).digest()

    def address(self, email: str) -> bytes:
        return self.digest("address", normal(email))

    def identity(self, issuer: str, subject: str) -> bytes:
        return self.digest("identity", issuer, subject)

    def network(self, address: str) -> bytes:
        return self.digest("network", _network(address))


def normal(email: str) -> str:
    """The same mailbox is written in one way: capitals and composed characters make no difference."""
    return unicodedata.normalize("NFC", email.strip()).casefold()


def secret() -> str:
    """Nobody guesses it: 256 bits."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest_of(made_up_by_us: str) -> bytes:
    """Of a secret of 256 bits, a plain digest is enough."""
    return hashlib.sha256(made_up_by_us.encode()).digest()


def _network(address: str) -> str:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, IPV6_HOUSEHOLD_BITS), strict=False))
    return str(ip)
