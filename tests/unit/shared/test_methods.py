"""An address that does not answer to a method says which it does answer to."""

from __future__ import annotations

from uuid import UUID

import pytest
from litestar import Litestar, get, post

from shared.http.methods import allowed


@get("/cases/{case:uuid}")
async def see(case: UUID) -> None:
    """One case."""


@post("/cases/{case:uuid}/decision")
async def decide(case: UUID) -> None:
    """Its decision."""


APP = Litestar([see, decide], openapi_config=None)
CASE = "6f1c8a52-5d0e-4a3c-9c53-0b9f6f1d2e77"


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        (f"/cases/{CASE}", "GET, OPTIONS"),
        (f"/cases/{CASE}/decision", "OPTIONS, POST"),
        (f"/cases/{CASE}/decision/", "OPTIONS, POST"),
        ("/cases", ""),
        ("/", ""),
    ],
)
def test_the_methods_of_an_address_are_those_of_its_routes(path: str, methods: str) -> None:
    assert allowed(APP, path) == methods
