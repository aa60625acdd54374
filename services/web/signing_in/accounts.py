"""From somebody who has shown who they are to the account that is theirs, opened where there is none yet.

Whoever comes by themselves may apply: that role is everybody's. The account is found by what was shown (a provider's
subject, an address), and opening it again changes nothing, so that a crash in between is mended by the next sign-in.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from services.web.domain.account import Account, GrantRole, OpenAccount
from services.web.signing_in import people
from services.web.signing_in.id_token import Identity
from services.web.signing_in.lookup import Lookup
from shared.identity import Role
from shared.office import Office
from shared.refused import Refused
from shared.uuid7 import uuid7
from shared.words import Language

FOUND = """
insert into identity (digest, account, provider) values ($1, $2, $3)
on conflict (digest) do update set used_at = clock_timestamp() returning account
"""


async def by_identity(office: Office, lookup: Lookup, identity: Identity, language: Language) -> UUID:
    """The account of whoever the provider has shown us."""
    digest = lookup.identity(identity.issuer, identity.subject)
    account: UUID = await office.pool.fetchval(FOUND, digest, uuid7(), identity.provider)
    if await opened(office, account):
        await people.keep(office, account, people.Contact(name=identity.name[: people.NAME_MAX], language=language))
    return account


async def known(office: Office, lookup: Lookup, identity: Identity) -> UUID | None:
    """As `by_identity`, where there is such an account already."""
    digest = lookup.identity(identity.issuer, identity.subject)
    found: UUID | None = await office.pool.fetchval("select account from identity where digest = $1", digest)
    return found


async def providers_of(office: Office, account: UUID) -> frozenset[str]:
    """Those whose e-ID is a way in to the account."""
    rows = await office.pool.fetch("select distinct provider from identity where account = $1", account)
    return frozenset(row["provider"] for row in rows)


async def link(office: Office, lookup: Lookup, identity: Identity, account: UUID) -> None:
    """From now on this identity is another way in to the account. Raises Refused where it is another's."""
    digest = lookup.identity(identity.issuer, identity.subject)
    owner = await office.pool.fetchval(FOUND, digest, account, identity.provider)
    if owner != account:
        raise Refused(
            "Den e-legitimationen hör redan till ett annat konto.", "That e-ID belongs to another account already."
        )


async def by_address(office: Office, lookup: Lookup, email: str, language: Language) -> UUID:
    """The account of whoever reads letters sent to the address."""
    account = await people.claim(office.pool, lookup, uuid7(), email)
    if await opened(office, account):
        await people.keep(office, account, people.Contact(email=email, language=language))
    return account


async def opened(office: Office, account: UUID) -> bool:
    """Opens it with everybody's role where it is not open yet; whether it was opened now."""
    if isinstance(await office.book.read(office.pool, account), Account):
        return False
    await office.act(OpenAccount(subject=account), "sign-in")
    await office.act(GrantRole(subject=account, role=Role.APPLICANT), "sign-in")
    return True


async def renamed(office: Office, account: UUID, name: str) -> None:
    contact = await people.contact_of(office, account)
    await people.keep(office, account, msgspec.structs.replace(contact, name=people.name_of(name)))
