"""What the tests of pages stand on: open calls, associations with numbers of their own, drafts to go on with."""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from stdnum import luhn

from services.command.demo import applying, fund
from services.command.demo.fund import Fund
from services.command.demo.people import People
from services.command.demo.round_file import Applied, Round
from tests.pages.by_hand.applying import Wish

_numbers = itertools.count(int(time.time()) % 800_000)
"""Associations that no house has seen before, kept houses neither."""


def a_number() -> str:
    """An invented organisation number that nobody has had before."""
    body = f"802{next(_numbers):06d}"
    return body + luhn.calc_check_digit(body)


def a_wish(own: Fund, title: str = "Podd om psykisk hälsa", kronor: int = 12_000) -> Wish:
    """By an association that nobody has seen before."""
    number = a_number()
    period = own.call_rules["activity_period"]
    return Wish(
        number=number,
        name=f"Föreningen {number} (påhittad)",
        title=f"{title} {number}",
        kronor=kronor,
        starts_on=period["starts_on"],
        ends_on=period["ends_on"],
    )


@asynccontextmanager
async def an_open_call(url: str, budget_kronor: int = 40_000) -> AsyncIterator[Fund]:
    """A practice programme with a call that takes applications up to 30 000 kronor."""
    people = People(url)
    played = Round((Applied("Vi", "8029990002", 30_000, "bifall", "Podd", 25_000),), budget_kronor=budget_kronor)
    try:
        yield await fund.found(people, played)
    finally:
        await people.close()


async def a_draft(url: str, own: Fund, wish: Wish) -> str:
    """The address of a draft in which everything is answered and handed in, but for the signature."""
    people = People(url)
    applied = Applied(wish.name, wish.number, wish.kronor, "bifall", wish.title, wish.kronor)
    try:
        case = await applying.prepare(replace(own, people=people), applied, 0)
    finally:
        await people.close()
    return f"/drafts/{case.id}"
