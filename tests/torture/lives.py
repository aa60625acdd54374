"""The lives that clients live under fire: each a small story of the fund, told through its public API.

A round is the demo's own: a programme, a call, applications, the check, the panel, the meeting, payment twice, the
report, what is left over paid back, and every case closed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from stdnum import luhn

from services.command.demo import applying, closing, deciding, fund, paying
from services.command.demo.applying import Case
from services.command.demo.fund import Fund
from services.command.demo.round_file import Applied, Round
from tests.torture.asking import AskingPeople
from tests.torture.load import Client, Life

ROLES = ("officer", "panel", "finance", "attester", "secretary")
TAKE_TWO = ("finance", "attester")
"""Powerful roles: the administrator proposes, the chair confirms."""
ASSOCIATIONS_EACH = 4
"""Of every client: the applicant's account can hold only so many posts."""

CASES_IN_A_ROUND = 2
LARGEST_KRONOR = 30_000
"""What a call grants one application at most; its budget may not be less."""

BETWEEN_ACCOUNTS_S = 0.3

JSON = {"Content-Type": "application/json"}
WhenPublished = Callable[[Fund], Awaitable[None]]
WhenSent = Callable[[Fund, list[Case]], Awaitable[None]]


async def somebody_gets_roles_and_loses_one(client: Client) -> None:
    """Facts of web alone, heard by audit."""
    path = f"/api/web/accounts/{client.new_id()}"
    await client.ask("administrator", "PUT", path, b"{}", JSON)
    held = client.chance.sample(ROLES, 3)
    for role in held:
        await client.ask("administrator", "PUT", f"{path}/roles/{role}", b"{}", JSON)
        if role in TAKE_TWO:
            await client.ask("chair", "PUT", f"{path}/roles/{role}/confirmation", b"{}", JSON)
    await client.ask("administrator", "DELETE", f"{path}/roles/{held[0]}")
    shown = (await client.ask("administrator", "GET", path)).json()
    assert {post["role"] for post in shown["posts"]} == set(held[1:]), shown
    await asyncio.sleep(BETWEEN_ACCOUNTS_S)


async def a_round_is_played(client: Client) -> None:
    """From a published call to closed cases: all services, each hearing of the others."""
    await play_round(client, round_of(client, CASES_IN_A_ROUND))


async def play_round(
    client: Client, played: Round, published: WhenPublished | None = None, sent: WhenSent | None = None
) -> None:
    """`published` is done once the call is open, `sent` once everybody has applied."""
    own = await fund.found(AskingPeople(client), played)
    if published is not None:
        await published(own)
    cases = [await applying.apply(own, applied, index) for index, applied in enumerate(played.applications)]
    if sent is not None:
        await sent(own, cases)
    await fund.close_call(own)
    await decide(own, cases)
    granted = [case for case in cases if case.granted_ore]
    files = paying.Files()
    for case in granted:
        await paying.accept(own, case)
    await pay(own, granted, files)
    for index, case in enumerate(granted):
        await closing.report(own, case, index)
    await pay(own, granted, files)
    await closing.recover(own, granted)
    for case in cases:
        await closing.close(own, case)
    assert files.paid_ore == sum(case.granted_ore for case in granted), "the bank was told other sums than were granted"


async def decide(own: Fund, cases: list[Case]) -> None:
    for case in cases:
        await deciding.check(own, case, case is cases[0])
    for case in cases:
        await deciding.assess(own, case, case is cases[0])
    meeting = await deciding.open_meeting(own, cases)
    for case in cases:
        await deciding.decide(own, case, meeting)
    await deciding.publish(own, meeting)
    await deciding.let_the_appeal_time_pass(own, meeting)
    for case in cases:
        await deciding.read_decision(own, case)


async def pay(own: Fund, granted: list[Case], files: paying.Files) -> None:
    due = [payment for case in granted for payment in await paying.requisition_due(own, case)]
    await paying.pay(own, due, files)


def round_of(client: Client, cases: int) -> Round:
    """The budget covers what is to be granted, and seldom more: the ceiling is always near."""
    applications = []
    for place in client.chance.sample(range(ASSOCIATIONS_EACH), cases):
        applied = client.chance.randrange(10_000, LARGEST_KRONOR, 1_000)
        granted = client.chance.choice((applied, applied - 2_000))
        outcome = "approved" if granted == applied else "partially_approved"
        number = orgnr(client.number * ASSOCIATIONS_EACH + place)
        title = f"Träffar på tisdagar {client.chance.randrange(1_000)}"
        applications.append(Applied(f"Föreningen {number}", number, applied, outcome, title, granted))
    budget_kronor = max(LARGEST_KRONOR, sum(one.granted for one in applications))
    return Round(tuple(applications), budget_kronor=budget_kronor)


def orgnr(number: int) -> str:
    """Invented, with a right check digit."""
    body = f"8029{number:05d}"
    return body + str(luhn.calc_check_digit(body))


LIVES: list[tuple[str, Life]] = [
    ("round", a_round_is_played),
    ("round", a_round_is_played),
    ("account", somebody_gets_roles_and_loses_one),
]
