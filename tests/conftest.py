"""What every test shares: the event loop the house runs on, and how chance is asked."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "unhurried", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # how busy the machine is decides no test
settings.load_profile("unhurried")
settings.register_profile("quick", settings.default, max_examples=20)  # of the usual hundred: for `make quick`


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Async tests run on asyncio with uvloop, as the services do."""
    return "asyncio", {"use_uvloop": True}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """What failed is told at once, by name: the whole suite takes a while, and tells the rest at its end."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        print(f"\n{report.nodeid} failed ({report.when})", file=sys.stderr, flush=True)
