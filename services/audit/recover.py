"""Recovery: the exact texts a service has lost, for `bifall recover`. Only reads; the service's owner does the rest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec

PAGE = 500

AFTER = "select position, text from entry where source = $1 and position > $2 order by position limit $3"


class Lost(msgspec.Struct, frozen=True):
    """Entry `position` of a journal, as audit heard it: its text is the journal's, byte for byte."""

    position: int
    text: bytes


async def texts_after(connection: Any, service: str, position: int) -> AsyncIterator[Lost]:
    """Everything the service told after `position`, in order, without a gap. In pages: nothing is held for long."""
    while rows := await connection.fetch(AFTER, service, position, PAGE):
        for row in rows:
            yield Lost(row["position"], row["text"])
        position = rows[-1]["position"]
