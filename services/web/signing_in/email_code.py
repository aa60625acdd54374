"""A code by e-mail, for those without e-ID: good for a quarter of an hour, once, and for a few tries.

Every address gets the same answer, whether it is known or not; the letter carries a code to write and a link to open.
The link leads to a page with a button, because scanners of mail open links. Kept are keyed digests, and the address
sealed.
"""

from __future__ import annotations

import hmac
import secrets
from uuid import UUID, uuid4

import msgspec

from services.web.signing_in import rate_limits
from services.web.signing_in.lookup import Lookup, digest_of, normal, secret
from services.web.signing_in.people import SCOPE, email_of
from services.web.signing_in.rate_limits import TooMany
from shared.office import Office
from shared.refused import FieldError, Refused
from shared.words import Text

LIFE_S = 15 * 60
TRIES_MAX = 5
DIGITS = 8
GROUP = 4
OWNER = UUID("6269666c-6c00-4000-8000-636f64650000")
"""Under whose key addresses wait: a row lives for minutes, and takes its address with it."""


class Asked(msgspec.Struct, frozen=True):
    """A code on its way. `key` is the link's secret; both go in the letter and nowhere else."""

    id: UUID
    email: str
    code: str
    key: str

    @property
    def written(self) -> str:
        """As people read it: "1234 5678"."""
        return " ".join(self.code[at : at + GROUP] for at in range(0, DIGITS, GROUP))


class WrongCode(Refused):
    def __init__(self) -> None:
        what = Text(
            "Koden stämmer inte, eller så är den för gammal. Titta i brevet och skriv den igen, eller be om en ny.",
            "The code is not right, or it is too old. Look in the letter and write it again, or ask for a new one.",
        )
        super().__init__(what.sv, what.en, (FieldError("code", what),))


class EmailCodes:
    def __init__(self, office: Office, lookup: Lookup) -> None:
        self._office = office
        self._lookup = lookup

    async def ask(self, written: str, network: bytes) -> Asked | None:
        """A new code for the address; None where it has had as many as it gets for now, which nobody is told.
        Raises NotAnAddress, and TooMany where one network asks for many."""
        email = email_of(written)
        pool = self._office.pool
        await rate_limits.count(pool, ("code.network", network))
        address = self._lookup.address(email)
        try:
            await rate_limits.count(pool, ("code.address", address), ("code.address.day", address))
        except TooMany:  # the same answer as ever: whether letters go to an address is not for others to learn
            return None
        asked = Asked(uuid4(), normal(email), f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}", secret())
        (sealed,) = await self._office.store.seal(OWNER, SCOPE, {str(asked.id): asked.email.encode()})
        await pool.execute("delete from email_code where expires_at < clock_timestamp()")
        await pool.execute(
            "insert into email_code (id, code, key, nonce, address, expires_at)"
            " values ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6))",
            asked.id,
            self._code(asked.id, asked.code),
            digest_of(asked.key),
            sealed.nonce,
            sealed.content,
            LIFE_S,
        )
        return asked

    async def use_code(self, id_: UUID, written: str, network: bytes) -> str:
        """The address that the code was sent to, which is thereby shown to be theirs. Raises WrongCode, TooMany."""
        code = "".join(sign for sign in written if sign.isdigit() and sign.isascii())
        await rate_limits.count(self._office.pool, ("code.tried.network", network))
        return await self._use(id_, "code", self._code(id_, code))

    async def use_link(self, id_: UUID, key: str, network: bytes) -> str:
        """As `use_code`, for whoever opened the link and pressed the button."""
        await rate_limits.count(self._office.pool, ("code.tried.network", network))
        return await self._use(id_, "key", digest_of(key))

    async def whose(self, id_: UUID, key: str) -> str | None:
        """The address a link was sent to, for whoever holds the link; using nothing up. None where it is no good."""
        row = await self._office.pool.fetchrow(
            "select key, nonce, address from email_code"
            " where id = $1 and tries < $2 and expires_at > clock_timestamp()",
            id_,
            TRIES_MAX,
        )
        if row is None or not hmac.compare_digest(row["key"], digest_of(key)):
            return None
        return (await self._office.store.opened(OWNER, SCOPE, str(id_), row["nonce"], row["address"])).decode()

    async def _use(self, id_: UUID, column: str, given: bytes) -> str:
        """One try is counted before anything is compared, so that no two can be had for one."""
        row = await self._office.pool.fetchrow(
            "update email_code set tries = tries + 1"
            " where id = $1 and tries < $2 and expires_at > clock_timestamp() returning code, key",
            id_,
            TRIES_MAX,
        )
        if row is None or not hmac.compare_digest(row[column], given):
            raise WrongCode
        used = await self._office.pool.fetchrow("delete from email_code where id = $1 returning nonce, address", id_)
        if used is None:  # another request was first with the same code
            raise WrongCode
        address = await self._office.store.opened(OWNER, SCOPE, str(id_), used["nonce"], used["address"])
        return address.decode()

    def _code(self, id_: UUID, code: str) -> bytes:
        return self._lookup.digest("code", str(id_), code)
