"""`bifall invite EMAIL`: invites the first administrator of a new fund, because nobody is there yet to invite anybody.

Where there is an administrator already it refuses: from then on it takes two people, in the pages, as for every
powerful role. The link is printed, and sent to nobody.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.command.embedded_house import data_argument, servers
from services.command.failure import Failure
from services.command.house import service_named, settings_for
from services.web.domain.account import Account
from services.web.domain.invitation import LIFE_DAYS, Invite
from services.web.signing_in import invitations
from services.web.signing_in.people import ITEM, SCOPE, Contact, email_of
from shared import logs
from shared.http.visit import as_bytes
from shared.identity import Role
from shared.office import Office
from shared.refused import Refused
from shared.settings import DEFAULT_PORT, from_environment, read
from shared.uuid7 import uuid7

HELP = "Invite the first administrator of a new fund: prints a link for them to open."
EXAMPLE = "bifall invite anna.ek@example.se --data ./data"
DATABASE = "BIFALL_DATABASE_URL"
GRANTED = "select distinct subject_id from journal where type = 'role.granted' and event -> 'data' ->> 'role' = $1"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", help="the address of whoever is to be administrator")
    data_argument(parser)


def run(asked: argparse.Namespace) -> int:
    logs.configure(sys.stderr if asked.debug else io.StringIO(), debug=asked.debug)
    print(asyncio.run(_invite(asked)))
    return 0


async def _invite(asked: argparse.Namespace) -> str:
    try:
        email = email_of(asked.email)
    except Refused as refused:
        raise Failure(refused.detail.en, 2) from refused
    async with _office(asked) as office:
        if await has_administrator(office):
            raise Failure("There is an administrator already. They invite others, under Administration in the pages.")
        key = await invite_administrator(office, email)
    url = read(os.environ, "PUBLIC_URL") or f"http://127.0.0.1:{DEFAULT_PORT}"
    return f"Open this link within {LIFE_DAYS} days, and choose how to sign in:\n{url.rstrip('/')}{key}"


@asynccontextmanager
async def _office(asked: argparse.Namespace) -> AsyncIterator[Office]:
    """Web's own: of this environment where it tells of one, as in a container; else of a stopped data folder."""
    if DATABASE in os.environ or f"{DATABASE}_FILE" in os.environ:
        office = Office(service_named("web"), from_environment("web", os.environ))
        await office.open()
        try:
            yield office
        finally:
            await office.close()
        return
    async with servers(asked.data) as addresses:
        office = Office(service_named("web"), settings_for("web", addresses, practice=False))
        await office.open()
        try:
            yield office
        finally:
            await office.close()


async def has_administrator(office: Office) -> bool:
    """But for the demo's, who is nobody when no demo runs."""
    rows = await office.pool.fetch(GRANTED, Role.ADMINISTRATOR)
    _, states = await office.book.load(office.pool, [row["subject_id"] for row in rows])
    return any(
        isinstance(one, Account) and one.actor.holds(Role.ADMINISTRATOR) and not one.demo for one in states.values()
    )


async def invite_administrator(office: Office, email: str) -> str:
    """The path of the link."""
    invitation = uuid7()
    sealed = await office.store.seal(invitation, SCOPE, {ITEM: as_bytes(Contact(email=email))})
    await office.act(Invite(subject=invitation, role=Role.ADMINISTRATOR), "first-administrator", sealed)
    return await invitations.link(office, invitation)
