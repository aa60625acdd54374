"""An embedded database and broker, a house of all services on them, and a fund in it in which everything has happened.

All files share one (conftest.py). Those who count what there is import the three fixtures from here: a house of their
own, for that file alone, in place of the shared.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Literal

import pytest

from infra.embedded import Addresses, Embedded
from tests.service.house import TestedHouse
from tests.service.whole_fund import Everything, play


def fixtures(scope: Literal["session", "module"]) -> tuple[Any, Any, Any]:
    """`addresses`, `house` and `everything`, each made once in the scope."""

    @pytest.fixture(scope=scope)
    async def addresses(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Addresses]:
        embedded = Embedded(tmp_path_factory.mktemp("house") / "data")
        yield await embedded.start()
        await embedded.stop()

    @pytest.fixture(scope=scope)
    async def house(addresses: Addresses) -> AsyncIterator[TestedHouse]:
        """All services at work in this process."""
        tested = TestedHouse(addresses)
        await tested.open()
        yield tested
        await tested.close()

    @pytest.fixture(scope=scope)
    async def everything(house: TestedHouse) -> Everything:
        """In that house, a fund in which everything has happened."""
        return await play(house)

    return addresses, house, everything


addresses, house, everything = fixtures("module")
