"""The documents of a case, held against the digests that the trail has of them; and what becomes of one that somebody
altered where it lies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from shared.files import FILE, SCOPE
from shared.trail_package.verify import Package, read_zip
from tests.service.house import TestedHouse
from tests.service.web.browsing import browse
from tests.service.whole_fund import Everything

ALTERED = "does not match: what Applications has is not what was once written"


async def test_every_document_is_fetched_and_matches_its_digest(house: TestedHouse, everything: Everything) -> None:
    auditor = await browse(house, "auditor")
    page = await auditor.open(f"/audit/cases/{everything['case']}")
    assert "They match their digests." in page.text
    assert "match their digests: What was written" in page.text
    assert "does not match" not in page.text
    stood = await auditor.open(f"/cases/{everything['case']}/as-it-stood")
    assert "They match their digests." in stood.text
    assert "the trail does not speak of it" not in stood.text
    assert "does not match" not in stood.text
    await auditor.close()


class Altering:
    """A paper of the case that is altered for a while, where it lies."""

    def __init__(self, house: TestedHouse, file: UUID) -> None:
        self._house = house
        self._file = file

    @asynccontextmanager
    async def by_a_byte(self) -> AsyncIterator[None]:
        """As whoever reaches the disk, or the database, but no key."""
        async with self._restored() as (owner, kept):
            content = kept["content"]
            await self._put(owner, kept["nonce"], bytes([content[0] ^ 1]) + content[1:])
            yield

    @asynccontextmanager
    async def by_another(self) -> AsyncIterator[None]:
        """As whoever has the keys too: another paper, sealed as it should be, under the digest of the first."""
        async with self._restored() as (owner, _):
            office = self._house.office("applications")
            (other,) = await office.store.seal(self._file, SCOPE, {FILE: b"another"})
            await self._put(owner, other.nonce, other.content)
            yield

    @asynccontextmanager
    async def _restored(self) -> AsyncIterator[tuple[Any, Any]]:
        owner = await asyncpg.connect(self._house.addresses.services["applications"].owner_url)
        kept = await owner.fetchrow("select nonce, content from store where owner = $1 and item = $2", self._file, FILE)
        try:
            yield owner, kept
        finally:
            await self._put(owner, kept["nonce"], kept["content"])
            await owner.close()

    async def _put(self, owner: Any, nonce: bytes, content: bytes) -> None:
        await owner.execute(
            "update store set nonce = $3, content = $4 where owner = $1 and item = $2", self._file, FILE, nonce, content
        )


@pytest.mark.parametrize("how", ["by_a_byte", "by_another"])
async def test_a_paper_that_was_altered_where_it_lies_is_named(
    house: TestedHouse, everything: Everything, how: str
) -> None:
    """The negative control: the page says that it does not match, which paper it is, and whose; and so it does where
    the case is shown as it stood, on the line's own page, and to whoever verifies the package."""
    case, file = everything["case"], UUID(str(everything["case_file"]))
    auditor = await browse(house, "auditor")
    async with getattr(Altering(house, file), how)():
        page = await auditor.open(f"/audit/cases/{case}")
        assert "A document does not match" in page.text
        assert ALTERED in page.text
        assert "Nothing in the book has been changed" in page.text
        line = next(one for one in page.links if one.startswith("#applications-"))
        shown = await auditor.open(f"/audit/sources/applications/{line.rpartition('-')[2]}")
        assert ALTERED in shown.text
        stood = await auditor.open(f"/cases/{case}/as-it-stood")
        assert ALTERED in stood.text
        package = Package(read_zip((await auditor.client.get(f"/cases/{case}/trail.zip")).content))
        assert package.findings
    assert "does not match" not in (await auditor.open(f"/audit/cases/{case}")).text
    await auditor.close()


async def test_words_that_were_altered_where_they_lie_are_named_and_the_case_says_so_instead_of_failing(
    house: TestedHouse, everything: Everything
) -> None:
    case = UUID(str(everything["case"]))
    auditor = await browse(house, "auditor")
    flip = "update store set content = set_byte(content, 0, get_byte(content, 0) # 1) where owner = $1"
    owner = await asyncpg.connect(house.addresses.services["applications"].owner_url)
    try:
        await owner.execute(flip, case)
        page = await auditor.open(f"/audit/cases/{case}")
        assert ALTERED in page.text
        for path in (f"/cases/{case}", f"/cases/{case}/as-it-stood"):
            page = await auditor.open(path)
            assert page.status == 422
            assert "What is kept is not what was once sealed." in page.text
    finally:
        await owner.execute(flip, case)
        await owner.close()
    assert (await auditor.open(f"/cases/{case}")).status == 200
    await auditor.close()


async def test_a_bank_file_is_fetched_and_held_against_its_digest_and_an_altered_one_is_named(
    house: TestedHouse, everything: Everything
) -> None:
    batch = UUID(str(everything["batch"]))
    auditor = await browse(house, "auditor")
    page = await auditor.open(f"/audit/cases/{batch}")
    assert "The bank file" in page.text
    assert "does not match" not in page.text
    assert "not tried" not in page.text
    fetched = await auditor.open(f"/money/batches/{batch}/file")
    assert fetched.answer.headers["content-type"].startswith("application/xml")

    payouts = house.office("payouts")
    (other,) = await payouts.store.seal(batch, "batch", {"file": b"<another/>"})
    put = "update store set nonce = $2, content = $3 where owner = $1 and item = 'file'"
    owner = await asyncpg.connect(house.addresses.services["payouts"].owner_url)
    kept = await owner.fetchrow("select nonce, content from store where owner = $1 and item = 'file'", batch)
    try:
        await owner.execute(put, batch, other.nonce, other.content)
        page = await auditor.open(f"/audit/cases/{batch}")
        assert "does not match: what Payments has is not what was once written" in page.text
        assert (await auditor.open(f"/money/batches/{batch}/file")).status == 422
    finally:
        await owner.execute(put, batch, kept["nonce"], kept["content"])
        await owner.close()
        await auditor.close()


async def test_what_is_not_for_the_reader_is_said_to_be_untried(house: TestedHouse, everything: Everything) -> None:
    """The account is for those who pay and for the auditor."""
    hidden = []
    for person in ("officer", "auditor"):
        browser = await browse(house, person)
        page = await browser.open(f"/cases/{everything['case']}/as-it-stood")
        hidden.append("The account: not for you" in page.text)
        await browser.close()
    assert hidden == [True, False]
