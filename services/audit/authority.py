"""A time stamping authority, RFC 3161: somebody else's word that a text was there at a time.

What it answers is verified before anybody gets it: signed by a certificate for time stamping that leads to the root
that was pinned beforehand, for these very bytes, in answer to this very question, and at a time that can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import httpx
import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import (
    Certificate,
    load_der_x509_certificate,
    load_pem_x509_certificates,
)
from rfc3161_client import (
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from rfc3161_client.base import HashAlgorithm

QUERY = "application/timestamp-query"
REPLY = "application/timestamp-reply"
ASK_TIMEOUT_S = 10.0
TOKEN_BYTES_MAX = 64 * 1024
CLOCKS_APART_MAX = timedelta(minutes=10)
"""A stamp that is further off our own clock than this is worth nothing as evidence of time: somebody has to look."""


class Stamp(msgspec.Struct, frozen=True):
    """`token` is the authority's whole answer; `authority` the name in the certificate it signed with."""

    token: bytes
    authority: str
    stamped_at: datetime


class NoStamp(Exception):
    """There is none this time; the sentence says why."""


class Authority:
    """`roots` in PEM: what its certificate has to lead to."""

    def __init__(self, url: str, roots: bytes) -> None:
        """Raises NoStamp where there is no root to believe."""
        self._url = url
        try:
            self._roots = load_pem_x509_certificates(roots)
        except ValueError as error:
            raise NoStamp("No root certificate can be read: set BIFALL_STAMP_ROOT.") from error

    async def stamp(self, text: bytes, now: datetime) -> Stamp:
        """Raises NoStamp."""
        query = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256).build()
        token = await self._answer(query.as_bytes())
        return verified(token, text, self._roots, now, query.nonce)

    async def _answer(self, query: bytes) -> bytes:
        try:
            async with httpx.AsyncClient(timeout=ASK_TIMEOUT_S) as client:
                answer = await client.post(self._url, content=query, headers={"Content-Type": QUERY})
        except httpx.HTTPError as error:
            raise NoStamp(f"The authority could not be reached: {type(error).__name__}.") from error
        if not answer.is_success or answer.headers.get("content-type", "").partition(";")[0] != REPLY:
            raise NoStamp(f"The authority answered {answer.status_code}, and no time stamp.")
        if len(answer.content) > TOKEN_BYTES_MAX:
            raise NoStamp(f"The authority answered with more than {TOKEN_BYTES_MAX} bytes.")
        return answer.content


def verified(token: bytes, text: bytes, roots: Sequence[Certificate], now: datetime, nonce: int | None = None) -> Stamp:
    """The stamp that `token` is of these bytes, and of now. Raises NoStamp."""
    stamp = of_text(token, text, roots, nonce)
    if abs(stamp.stamped_at - now) > CLOCKS_APART_MAX:
        raise NoStamp(f"The authority's clock says {stamp.stamped_at:%Y-%m-%d %H:%M:%S} UTC, and ours does not.")
    return stamp


def of_text(token: bytes, text: bytes, roots: Sequence[Certificate], nonce: int | None = None) -> Stamp:
    """The stamp that `token` is of these bytes, whenever it was made. Raises NoStamp."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(text)
    verifier = VerifierBuilder(roots=list(roots), nonce=nonce).build()
    try:
        answer = decode_timestamp_response(token)
        verifier.verify(answer, digest.finalize())
        return Stamp(token, _name(answer), answer.tst_info.gen_time)
    except (VerificationError, ValueError) as error:
        raise NoStamp(f"What the authority answered is no stamp of this: {error}.") from error


def _name(answer: TimeStampResponse) -> str:
    (signer,) = answer.signed_data.signer_infos
    found = (load_der_x509_certificate(each) for each in answer.signed_data.certificates)
    (mine,) = (each for each in found if (each.issuer, each.serial_number) == (signer.issuer, signer.serial_number))
    return mine.subject.rfc4514_string()
