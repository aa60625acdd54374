"""What a list page costs: as many statements for sixty rows as for one, on its first page as on its next.

Each is counted in a house that has been asked for the page once: what it remembers of accounts and rules is remembered,
and whatever a row costs would be paid for each.
"""

from __future__ import annotations

import pytest

from infra.embedded import Addresses
from tests.service.counting import Count, counted, counting_house, settled
from tests.service.crowd import crowd
from tests.service.house import TestedHouse
from tests.service.web.browsing import Page, browse
from tests.service.whole_fund import Everything

MANY = 180
FEW = 1
PIPELINE_MAX = 6
LISTS = {
    "/cases": "officer",
    "/cases?view=board": "officer",
    "/today": "officer",
    "/calls/manage": "officer",
    "/meetings": "secretary",
    "/assessing": "panel-1",
    "/money": "finance",
    "/money/payments": "finance",
    "/money/grants": "finance",
    "/letters": "officer",
    "/administer/accounts": "administrator",
}


async def cost(house: TestedHouse, path: str, person: str) -> tuple[Count, Page]:
    visitor = await browse(house, person)
    await visitor.open(path)
    with counted() as count:
        page = await visitor.open(path)
        await settled()
    await visitor.close()
    assert page.status == 200, page.text
    return count, page


def next_of(page: Page) -> str | None:
    return next((one for one in page.links if "after=" in one), None)


@pytest.fixture(scope="module")
async def costs(
    addresses: Addresses, house: TestedHouse, everything: Everything
) -> dict[str, tuple[Count, Count, Count | None]]:
    """Of each list: with what is there, with a crowd, and on the page after that."""
    found = {}
    async with counting_house(addresses) as fresh:
        few = {path: (await cost(fresh, path, person))[0] for path, person in LISTS.items()}
        async with crowd(house, everything, MANY):
            for path, person in LISTS.items():
                many, page = await cost(fresh, path, person)
                after = next_of(page)
                following = (await cost(fresh, after, person))[0] if after else None
                found[path] = few[path], many, following
    return found


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_costs_the_same_however_long_it_is(
    costs: dict[str, tuple[Count, Count, Count | None]], path: str
) -> None:
    few, many, following = costs[path]
    assert len(many.asked) <= len(few.asked) + 1, f"{few}\n\n{many}"
    # one more where a row is of a call too old to be among the calls: its clock is asked for
    assert following is None or len(following.asked) <= len(many.asked) + 1, f"{many}\n\n{following}"


async def test_the_pipeline_costs_at_most_six_statements_at_any_depth(
    costs: dict[str, tuple[Count, Count, Count | None]],
) -> None:
    _, many, following = costs["/cases"]

    assert following is not None
    assert len(many.asked) <= PIPELINE_MAX, str(many)
    assert len(following.asked) <= PIPELINE_MAX, str(following)
