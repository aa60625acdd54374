"""One database and broker for all tests of the engine, and a yard on it, empty, for each."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from infra.embedded import Addresses, Embedded
from tests.service.engine.yard import ESTATE, Yard, prepare_tables


@pytest.fixture(scope="session")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Embedded, Addresses]]:
    embedded = Embedded(tmp_path_factory.mktemp("yard") / "data", ESTATE)
    addresses = await embedded.start()
    await prepare_tables(addresses)
    yield embedded, addresses
    await embedded.stop()


@pytest.fixture
async def yard(ground: tuple[Embedded, Addresses]) -> AsyncIterator[Yard]:
    async with Yard(*ground) as yard:
        yield yard
