"""What every test shares: the event loop the house runs on."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Async tests run on asyncio with uvloop, as the services do."""
    return "asyncio", {"use_uvloop": True}
