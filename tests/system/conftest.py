"""One running house for all system tests that only need one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.system.running import RunningHouse


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """`bifall up --demo` on a new folder."""
    with RunningHouse(tmp_path_factory.mktemp("system") / "data", "--demo") as house:
        yield house
