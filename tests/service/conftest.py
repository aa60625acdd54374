"""One embedded database and broker for all service tests, and one house of all services on them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from infra.embedded import Addresses, Embedded
from tests.service.house import TestedHouse
from tests.service.whole_fund import Everything, play


@pytest.fixture(scope="session")
async def addresses(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Addresses]:
    folder: Path = tmp_path_factory.mktemp("house")
    embedded = Embedded(folder / "data")
    yield await embedded.start()
    await embedded.stop()


@pytest.fixture(scope="session")
async def house(addresses: Addresses) -> AsyncIterator[TestedHouse]:
    """All services at work in this process."""
    tested = TestedHouse(addresses)
    await tested.open()
    yield tested
    await tested.close()


@pytest.fixture(scope="session")
async def everything(house: TestedHouse) -> Everything:
    """In that house, a fund in which everything has happened."""
    return await play(house)
