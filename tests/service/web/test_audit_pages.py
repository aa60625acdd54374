"""The auditor's pages: is everything kept, what happened in a case, and does each book still say what it said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.web.pages.audit.in_words import OF_A_ROLE, OF_NO_CASE, told
from services.web.pages.audit.proof import proof_holds
from services.web.pages.cases.events import HAPPENED
from shared.merkle import inclusion_path, leaf_hash, node_hash, root
from tests.events import examples
from tests.service.house import TestedHouse
from tests.service.signed_log import signed_size
from tests.service.web.browsing import Browser, browse
from tests.service.whole_fund import Everything


def tree(entries: list[bytes]) -> tuple[str, list[list[str]]]:
    """The root, and the path of each leaf."""
    leaves = [leaf_hash(entry) for entry in entries]

    def node_at(level: int, index: int) -> bytes:
        if level == 0:
            return leaves[index]
        return node_hash(node_at(level - 1, 2 * index), node_at(level - 1, 2 * index + 1))

    paths = [[one.hex() for one in inclusion_path(index, len(leaves), node_at)] for index in range(len(leaves))]
    return root(leaves).hex(), paths


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13])
def test_a_proof_holds_for_the_text_it_was_made_for_and_for_no_other(size: int) -> None:
    entries = [f"fact {number}".encode() for number in range(size)]
    top, paths = tree(entries)

    for index, path in enumerate(paths):
        assert proof_holds(entries[index], index, size, path, top)
        assert not proof_holds(entries[index] + b" ", index, size, path, top)
        assert not proof_holds(entries[index], index, size, path, "0" * 64)
        assert not proof_holds(entries[index], index, size, [*path, "0" * 64], top)
        assert not proof_holds(entries[index], index + 1, size, path, top)
        if path:
            assert not proof_holds(entries[index], index, size, path[1:], top)


def test_every_fact_there_can_be_is_told_in_words() -> None:
    kinds = {kind for _, kind in examples.PUBLISHED}
    assert kinds <= HAPPENED.keys() | OF_NO_CASE.keys() | OF_A_ROLE.keys()
    assert told({}, "something.newer_than_us", "en") == "something.newer than us"


async def test_the_auditor_sees_that_the_trail_is_complete_and_finds_a_case(
    house: TestedHouse, everything: Everything
) -> None:
    auditor = await browse(house, "auditor")
    page = await auditor.open("/audit")
    assert page.heading == "The trail"
    found = await page.send("/audit", q="Ettan")
    trail = f"/audit/cases/{everything['case']}"
    assert trail in found.links
    assert "Nothing was found" in (await page.send("/audit", q="no such thing")).text
    assert (await auditor.open(f"/audit?q={everything['case']}")).path == trail


async def test_a_trail_says_what_happened_and_proves_it(house: TestedHouse, everything: Everything) -> None:
    auditor = await browse(house, "auditor")
    page = await auditor.open(f"/audit/cases/{everything['case']}")
    assert "Nothing has been changed" in page.text
    assert "The application was sent in" in page.text
    assert '"type":"application.submitted"' in page.text, "the exact text"
    more = await page.follow("What happened after that")
    assert "Nothing has been changed" in more.text

    officer = await browse(house, "officer")
    assert (await officer.open(f"/audit/cases/{everything['case']}")).status == 200
    assert (await officer.open("/audit")).status == 403


async def test_a_text_that_was_altered_does_not_prove_itself(house: TestedHouse, everything: Everything) -> None:
    """The negative control: one byte of one fact, altered by whoever owns the database."""
    auditor = await browse(house, "auditor")
    assert "leads from this text to the root" in (await auditor.open("/audit/sources/web/1")).text
    async with altered(house, b'"account.opened"', b'"account.0pened"'):
        assert "does not lead to the root" in (await auditor.open("/audit/sources/web/1")).text
        assert "The book does not agree" in (await auditor.open("/audit/sources/web?verify=yes")).text
    assert "The book says what it has always said" in (await auditor.open("/audit/sources/web?verify=yes")).text


@asynccontextmanager
async def altered(house: TestedHouse, before: bytes, after: bytes) -> AsyncIterator[None]:
    """The first text of web's book, for a while."""
    owner = await asyncpg.connect(house.addresses.services["audit"].owner_url)
    text = await owner.fetchval("select text from entry where source = 'web' and position = 1")
    assert before in text
    await _write(owner, text.replace(before, after))
    try:
        yield
    finally:
        await _write(owner, text)
        await owner.close()


async def _write(owner: Any, text: bytes) -> None:
    async with owner.transaction():
        await owner.execute("alter table entry disable trigger entry_only_grows")
        await owner.execute("update entry set text = $1 where source = 'web' and position = 1", text)
        await owner.execute("alter table entry enable trigger entry_only_grows")


async def test_what_was_signed_is_drawn_and_two_histories_are_said_in_plain_words(
    house: TestedHouse, everything: Everything
) -> None:
    await signed_size(house, "payouts")
    auditor = await browse(house, "auditor")
    shown = await auditor.open("/audit/checkpoints")
    assert "The books only grow" in shown.text
    assert "yes, counted just now" in shown.text or "the first, or not shown" in shown.text

    async with other_root(house, "payouts"):
        shown = await auditor.open("/audit/checkpoints")
    assert "There are two histories" in shown.text
    assert "The books only grow" not in shown.text
    assert "The books only grow" in (await auditor.open("/audit/checkpoints")).text


@asynccontextmanager
async def other_root(house: TestedHouse, source: str) -> AsyncIterator[None]:
    """The tree that audit keeps is another than the one that was signed, for a while."""
    owner = await asyncpg.connect(house.addresses.services["audit"].owner_url)
    write = "update tree set root = $2 where source = $1"
    true = await owner.fetchval("select root from tree where source = $1", source)
    await owner.execute("alter table tree disable trigger tree_only_grows")
    await owner.execute(write, source, bytes(32))
    try:
        yield
    finally:
        await owner.execute(write, source, true)
        await owner.execute("alter table tree enable trigger tree_only_grows")
        await owner.close()


async def test_a_role_is_told_by_what_it_is_and_to_staff_whose_it_is(
    house: TestedHouse, everything: Everything
) -> None:
    auditor = await browse(house, "auditor", language="sv")
    page = await auditor.open(f"/audit/cases/{house.account('officer')}")
    assert "fick rollen handläggare." in page.text
    assert "Någon fick rollen" not in page.text, "the officer has a name"
    assert "fick rollen" in await whole_book(auditor, "web")


async def whole_book(auditor: Browser, source: str) -> str:
    """Every page of it: other tests of the house have written in it too."""
    page = await auditor.open(f"/audit/sources/{source}")
    texts = [page.text]
    while more := next((link for link in page.links if f"/audit/sources/{source}?after=" in link), None):
        page = await auditor.open(more)
        texts.append(page.text)
    return "\n".join(texts)


async def test_a_book_is_read_line_by_line_and_counted_anew(house: TestedHouse, everything: Everything) -> None:
    auditor = await browse(house, "auditor", language="sv")
    for source in ("applications", "review", "payouts", "web"):
        page = await auditor.open(f"/audit/sources/{source}")
        assert page.status == 200
        counted = await page.follow("Räkna om boken")
        assert "de två böckerna stämmer" in counted.text, source
    assert (await auditor.open("/audit/sources/nobody")).status == 404
    assert (await auditor.open("/audit/sources/review/999999999")).status == 404


async def test_the_population_is_the_register_by_the_trail_alone(house: TestedHouse, everything: Everything) -> None:
    auditor = await browse(house, "auditor")
    page = await auditor.open(f"/audit/population?programme={everything['programme']}")
    assert f"/audit/cases/{everything['case']}" in page.links
    told = await (await house.person("auditor")).get(f"/api/audit/population?programme={everything['programme']}")
    shown = told.json()
    assert (shown["of"], sum(shown["counts"].values())) == (2, 2), "granted, and appealed"
    row = next(one for one in shown["items"] if one["case"] == str(everything["case"]))
    assert (row["granted_ore"], row["paid_ore"]) == (2_500_000, 2_500_000)
    assert "There is no such case" in (await auditor.open(f"/audit/population?programme={UUID(int=7)}")).text


async def test_nobody_but_the_auditor_reads_the_books(house: TestedHouse, everything: Everything) -> None:
    for person in ("officer", "administrator", "applicant", "finance", "chair"):
        browser = await browse(house, person)
        for path in (
            "/audit",
            "/audit/questions",
            "/audit/checkpoints",
            "/audit/sources/review",
            "/audit/sources/review/1",
        ):
            assert (await browser.open(path)).status == 403, (person, path)


async def test_the_auditor_s_questions_are_answered(house: TestedHouse, everything: Everything) -> None:
    auditor = await browse(house, "auditor")
    page = await auditor.open("/audit/questions")

    assert page.status == 200
    assert "Was every payment attested by two people?" in page.text
    assert "Does each association have an account of its own?" in page.text
    programme = everything["programme"]
    assert (await auditor.open(f"/audit/questions?programme={programme}")).status == 200
