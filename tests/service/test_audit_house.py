"""Whatever the services of the house have told, audit has, and their own books say the same."""

from __future__ import annotations

import asyncio

from services.audit.trees import SOURCES
from shared import journal
from tests.service.house import TestedHouse

PATIENCE_S = 20.0


async def caught_up(house: TestedHouse) -> None:
    for source in SOURCES:
        await has_come_to(house, source, await journal.head(house.office(source).pool))


async def has_come_to(house: TestedHouse, source: str, head: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await house.office("audit").bookmarks.wait_for(source, head, PATIENCE_S):
            continue


async def test_every_fact_in_every_journal_of_the_house_is_in_audit_byte_for_byte(house: TestedHouse) -> None:
    for source in SOURCES:
        told = await journal.entries(house.office(source).pool, 0, 100_000)
        await has_come_to(house, source, len(told))  # what the house tells meanwhile is not looked for
        kept = await house.office("audit").pool.fetch(
            "select position, text from entry where source = $1 and position <= $2 order by position", source, len(told)
        )
        assert [(row["position"], row["text"]) for row in kept] == [(number, text.encode()) for number, _, text in told]


async def test_the_auditor_compares_the_two_books_through_the_door(house: TestedHouse) -> None:
    await caught_up(house)
    auditor = await house.person("auditor")

    trees = (await auditor.get("/api/audit/sources")).json()

    assert [tree["source"] for tree in trees] == list(SOURCES)
    for tree in trees:
        own = await auditor.get(f"/api/{tree['source']}/journal/root?size={tree['size']}")
        assert own.json() == {"size": tree["size"], "root": tree["root"]}
        assert (await auditor.get(f"/api/audit/sources/{tree['source']}/verification")).json()["agrees"]


async def test_an_applicant_is_told_nothing_of_the_trail(house: TestedHouse) -> None:
    applicant = await house.person("applicant")

    assert (await applicant.get("/api/audit/sources")).status_code == 403
    assert (await house.stranger().get("/api/audit/sources")).status_code == 401
