"""The bounded plain values that only a programme's rules are made of; the rest come from `shared.words`."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

LIST_MAX = 200

Key = Annotated[str, Meta(max_length=60, pattern=r"^[a-z0-9][a-z0-9_.\-]*\Z")]
"""A name that conditions, answers and translations refer to."""
Percent = Annotated[int, Meta(ge=0, le=100)]
Days = Annotated[int, Meta(ge=0, le=3650)]
