"""A house for one file of tests alone: for those who count what there is. Import the three fixtures where they are
wanted; they take the place of the house that all files share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from infra.embedded import Addresses, Embedded
from tests.service.house import TestedHouse
from tests.service.whole_fund import Everything, play


@pytest.fixture(scope="module")
async def addresses(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Addresses]:
    embedded = Embedded(tmp_path_factory.mktemp("own") / "data")
    yield await embedded.start()
    await embedded.stop()


@pytest.fixture(scope="module")
async def house(addresses: Addresses) -> AsyncIterator[TestedHouse]:
    tested = TestedHouse(addresses)
    await tested.open()
    yield tested
    await tested.close()


@pytest.fixture(scope="module")
async def everything(house: TestedHouse) -> Everything:
    return await play(house)
