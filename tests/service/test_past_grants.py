"""Past grants are everybody's to see; whatever is not yet sure, or was not granted, is nobody's but the parties'."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from infra.embedded import Addresses
from shared.catalogue.review import Authority, CaseClosed, DecisionFinal, DecisionMade
from shared.identity import Role
from shared.uuid7 import uuid7
from tests.service.applications_room import Room, expect, open_room
from tests.service.next_year import EXAMPLE, YEAR, on
from tests.service.own_house import addresses, everything, house  # noqa: F401 - fixtures, in place of the shared
from tests.unit.applications.fund import DIGEST


@pytest.fixture(scope="module")
async def room(addresses: Addresses) -> AsyncIterator[Room]:
    async with open_room(addresses) as opened:
        yield opened


async def decided(room: Room, call: UUID, granted_ore: int) -> tuple[UUID, str]:
    """A case and its number."""
    case, association, person = await room.case(call)
    event = DecisionMade(
        programme=uuid7(),
        call=call,
        association=association,
        number="",
        outcome="approved" if granted_ore else "rejected",
        granted_ore=granted_ore,
        reason=None,
        decided_by=uuid7(),
        authority=Authority(delegation="7.3"),
        content=DIGEST,
    )
    await room.hear(event, case)
    return case, expect(await person.get(f"/cases/{case}"))["number"]


async def listed(room: Room, **asked: str) -> dict[str, Any]:
    """By number, as somebody sees it who does not say who they are."""
    found: dict[str, Any] = {}
    after: dict[str, str] = {}
    while True:
        page = expect(await stranger(room, "/past-grants", limit="2", **asked, **after))
        found |= {item["number"]: item for item in page["items"]}
        if page["next"] is None:
            return found
        after = {"after": page["next"]}


async def stranger(room: Room, path: str, **asked: str) -> httpx.Response:
    return await room.client.get(path, params=asked)


async def test_a_grant_is_shown_to_all_once_nobody_can_appeal_and_not_before(room: Room) -> None:
    _, call = await room.call()
    case, number = await decided(room, call, 2_000_000)
    assert number not in await listed(room, practice="true"), "decided, but it can be appealed against"

    await room.hear(DecisionFinal(final_on=on(6, 1)), case)

    shown = (await listed(room, practice="true"))[number]
    assert shown.keys() == {"number", "year", "call_title", "association_name", "title", "granted_ore", "practice"}
    assert (shown["year"], shown["granted_ore"], shown["practice"]) == (YEAR, 2_000_000, True)
    assert shown["title"]
    assert number in await listed(room, practice="true", year=str(YEAR))
    assert number not in await listed(room, practice="true", year="2026")


async def test_a_rejection_is_never_shown_nor_what_was_only_sent_in(room: Room) -> None:
    _, call = await room.call()
    case, rejected = await decided(room, call, 0)
    await room.hear(DecisionFinal(final_on=on(6, 1)), case)
    await room.hear(CaseClosed(), case)
    sent_in, _, person = await room.case(call)
    number = expect(await person.get(f"/cases/{sent_in}"))["number"]

    assert not {rejected, number} & (await listed(room, practice="true")).keys()


async def test_a_decision_made_anew_waits_for_its_own_finality(room: Room) -> None:
    _, call = await room.call()
    case, number = await decided(room, call, 2_000_000)
    await room.hear(DecisionFinal(final_on=on(6, 1)), case)
    assert number in await listed(room, practice="true")

    event = DecisionMade(
        programme=uuid7(),
        call=call,
        association=uuid7(),
        number=number,
        outcome="partially_approved",
        granted_ore=1_000_000,
        reason=None,
        decided_by=uuid7(),
        authority=Authority(delegation="7.3"),
        content=DIGEST,
    )
    await room.hear(event, case)

    assert number not in await listed(room, practice="true")


async def test_practice_stays_out_unless_asked_for_and_years_add_up(room: Room) -> None:
    assert await listed(room) == {}
    assert expect(await stranger(room, "/past-grants/years")) == []

    (year,) = expect(await stranger(room, "/past-grants/years", practice="true"))

    shown = (await listed(room, practice="true")).values()
    assert (year["grants"], year["granted_ore"]) == (len(shown), sum(one["granted_ore"] for one in shown))


async def test_a_call_that_is_not_published_does_not_exist_for_a_stranger(room: Room) -> None:
    programme, call = await room.call()
    drafted = uuid7()
    body = {"programme": str(programme), "rules": EXAMPLE["call"]}
    expect(await room.person(Role.OFFICER).put(f"/calls/{drafted}", body))

    assert (await stranger(room, f"/calls/{drafted}")).status_code == 404
    assert expect(await stranger(room, f"/calls/{call}"))["id"] == str(call)
    ids = {item["id"] for item in expect(await stranger(room, "/calls", limit="100"))["items"]}
    assert str(call) in ids
    assert str(drafted) not in ids
    assert (await stranger(room, "/cases")).status_code == 401
