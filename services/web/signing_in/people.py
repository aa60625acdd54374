"""Who somebody is to people: name, e-mail and language, in the erasable store under a key of their own.

An address that was shown to be theirs leads back to the account by a keyed digest.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from services.web.signing_in.lookup import Lookup
from shared import store
from shared.office import Office
from shared.refused import FieldError, Refused
from shared.words import ONE_LINE, Language, Text

SCOPE = "person"
ITEM = "contact"
NAMES_MAX = 500
EMAIL_MAX = 254
NAME_MAX = 100

Email = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
        r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+\Z",
        max_length=EMAIL_MAX,
    ),
]
"""An address a letter can be sent to: no line feed, no space, no second recipient."""

Name = Annotated[str, msgspec.Meta(pattern=ONE_LINE, min_length=1, max_length=NAME_MAX)]


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """`email` is theirs for certain: they have read a letter sent to it. `channel` is how they want letters."""

    name: str = ""
    email: str | None = None
    channel: Literal["email", "paper"] = "email"
    language: Language = "sv"


class NotAnAddress(Refused):
    def __init__(self) -> None:
        what = Text(
            "Skriv en e-postadress, till exempel namn@exempel.se.", "Write an e-mail address, such as name@example.se."
        )
        super().__init__(what.sv, what.en, (FieldError("email", what),))


def email_of(written: str) -> str:
    """Raises NotAnAddress."""
    try:
        return msgspec.convert(written.strip(), Email)
    except msgspec.ValidationError:
        raise NotAnAddress from None


def name_of(written: str) -> str:
    """Raises Refused."""
    try:
        return msgspec.convert(" ".join(written.split()), Name)
    except msgspec.ValidationError:
        what = Text(f"Skriv ett namn på högst {NAME_MAX} tecken.", f"Write a name of at most {NAME_MAX} characters.")
        raise Refused(what.sv, what.en, (FieldError("name", what),)) from None


async def contact_of(office: Office, account: UUID) -> Contact:
    """What is known of somebody; an empty contact where nothing is, or where it was erased."""
    return (await contacts_of(office, [account])).get(account, Contact())


async def contacts_of(office: Office, accounts: Collection[UUID]) -> dict[UUID, Contact]:
    """Of up to NAMES_MAX people, in two statements."""
    wanted = [(account, ITEM) for account in sorted(set(accounts))[:NAMES_MAX]]
    if not wanted:
        return {}
    found = await office.store.open_each(office.pool, SCOPE, wanted)
    return {account: msgspec.json.decode(content, type=Contact) for (account, _), content in found.items()}


async def names_of(office: Office, accounts: Collection[UUID]) -> dict[UUID, str]:
    """The names to show for accounts; whoever has none is not there."""
    contacts = await contacts_of(office, accounts)
    return {account: contact.name for account, contact in contacts.items() if contact.name}


async def keep(office: Office, account: UUID, contact: Contact) -> None:
    sealed = await office.store.seal(account, SCOPE, {ITEM: msgspec.json.encode(contact)})
    async with office.pool.acquire() as connection, connection.transaction():
        await store.write(connection, sealed, replacing=True)


async def account_with(pool: Any, lookup: Lookup, email: str) -> UUID | None:
    """Whose address it is, where somebody has shown that it is theirs."""
    found: UUID | None = await pool.fetchval("select account from address where digest = $1", lookup.address(email))
    return found


async def claim(pool: Any, lookup: Lookup, account: UUID, email: str) -> UUID:
    """Whose the address is from now on: the account's, or whoever showed earlier that it is theirs."""
    owner: UUID = await pool.fetchval(
        "insert into address (digest, account) values ($1, $2)"
        " on conflict (digest) do update set at = address.at returning account",
        lookup.address(email),
        account,
    )
    return owner


async def verified(office: Office, lookup: Lookup, account: UUID, email: str) -> None:
    """They have read a letter sent to the address. What they had before is no longer theirs to sign in with.
    Raises Refused where somebody else has it."""
    if await claim(office.pool, lookup, account, email) != account:
        raise Refused("Adressen hör till ett annat konto.", "The address belongs to another account.")
    digest = lookup.address(email)
    await office.pool.execute("delete from address where account = $1 and digest <> $2", account, digest)
    contact = await contact_of(office, account)
    if contact.email != email:
        await keep(office, account, msgspec.structs.replace(contact, email=email))
