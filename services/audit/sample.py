"""A random sample that anybody can draw again: the seed is written down, and hashing does the rest.

Each case is ranked by SHA-256(seed ‖ line feed ‖ its id); the sample is those that come first. Nobody can choose the
cases once the seed is known, and whoever holds the register and the seed gets the same sample.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

SAMPLE_MAX = 1_000
SEED_MAX = 200


def drawn(seed: str, cases: Iterable[UUID], size: int) -> list[UUID]:
    """At most `size` of them, in the order they were drawn."""
    return sorted(set(cases), key=lambda case: sha256(f"{seed}\n{case}".encode()).digest())[:size]
