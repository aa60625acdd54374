"""What all tests of packages share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pytest

from shared.trail_package import verify
from shared.trail_package.verify import is_signed


@pytest.fixture(autouse=True, scope="module")
def _each_signature_is_counted_once() -> Iterator[None]:
    """The same signatures are looked at thousands of times here; what they are worth never changes."""
    verify.is_signed = lru_cache(100_000)(is_signed)
    yield
    verify.is_signed = is_signed
