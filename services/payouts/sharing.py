"""The same account in two associations: each account in force is opened and held against the others, in memory.

The trail cannot answer this: what it has of an account is a digest salted for one association alone, so that nobody
can guess it back. Nothing that could be compared is therefore kept anywhere; only payouts, which can open the accounts,
is able to say, and it says no more than which associations they are.
"""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

import msgspec

from services.payouts.domain.account import Account, Scheme
from services.payouts.ordering import ACCOUNTS, account_item
from shared.office import Office

TOGETHER = 500
"""Accounts that are open at a time."""

IN_FORCE = """
select payee.id, payee.changes, name.text as name
from payee left join clear as name on name.owner = payee.id and name.field = 'name'
where ($1::uuid is null or payee.id > $1) order by payee.id limit $2
"""


class Sharer(msgspec.Struct, frozen=True):
    """An association; `name` as the account's holder was written, None where it has been erased."""

    id: UUID
    name: str | None


class SharedAccount(msgspec.Struct, frozen=True):
    scheme: Scheme
    associations: list[Sharer]


class SharedAccounts(msgspec.Struct, frozen=True):
    """`looked_at` accounts could be opened; each that stands for more than one association."""

    looked_at: int
    shared: list[SharedAccount]


async def shared_accounts(office: Office) -> SharedAccounts:
    found: dict[tuple[Scheme, str | None, str], list[Sharer]] = defaultdict(list)
    seen: UUID | None = None
    while rows := await office.worker_pool.fetch(IN_FORCE, seen, TOGETHER):
        wanted = {row["id"]: account_item(row["changes"]) for row in rows}
        opened = await office.store.open_each(office.worker_pool, ACCOUNTS, list(wanted.items()))
        for row in rows:
            if (content := opened.get((row["id"], wanted[row["id"]]))) is not None:
                account = msgspec.json.decode(content, type=Account)
                found[account.scheme, account.clearing, account.number].append(Sharer(row["id"], row["name"]))
        seen = rows[-1]["id"]
        if len(rows) < TOGETHER:
            break
    shared = [SharedAccount(scheme, who) for (scheme, _, _), who in found.items() if len(who) > 1]
    return SharedAccounts(sum(map(len, found.values())), shared)
