"""The demo's bank and the fund must agree to the line: what the bank says and the fund cannot take stops the demo."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import pytest

from services.command.demo.bank import Booked, statement
from services.command.demo.paying import hand_in
from services.command.demo.people import People
from services.command.failure import Failure
from tests.service.house import URL, TestedHouse
from tests.service.whole_fund import Everything

DAY = date(2027, 5, 3)


@pytest.fixture
async def people(house: TestedHouse) -> AsyncIterator[People]:
    people = People(URL, house.transport)
    yield people
    await people.close()


async def test_a_line_that_matches_nothing_stops_the_demo_with_its_reference(people: People) -> None:
    unknown = statement("STRAY", DAY, [Booked("NOBODYS-REFERENCE", 100, is_credit=False)])

    with pytest.raises(Failure, match="NOBODYS-REFERENCE matches nothing here"):
        await hand_in(people, "bank-statements", unknown)


async def test_a_line_that_the_fund_refuses_stops_the_demo_with_the_reason(
    people: People, everything: Everything
) -> None:
    paid = await people.get("finance", f"/api/payouts/payments/{everything['payment']}")
    too_little = statement("SHORT", DAY, [Booked(paid["reference"], paid["amount_ore"] - 1, is_credit=False)])

    with pytest.raises(Failure, match=f"{paid['reference']} was refused: The bank's amount is not ours"):
        await hand_in(people, "bank-statements", too_little)


async def test_what_was_taken_before_is_taken_again_without_a_word(people: People, everything: Everything) -> None:
    paid = await people.get("finance", f"/api/payouts/payments/{everything['payment']}")
    booked = [Booked(paid["reference"], paid["amount_ore"], is_credit=False)]

    await hand_in(people, "bank-statements", statement("AGAIN", date.fromisoformat(paid["booked_on"]), booked))
