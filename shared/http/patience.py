"""How long we wait for what somebody sends: long for a slow line, and not for ever for who sends next to nothing.

A connection that is held open costs its holder nothing, and us one of few. So a body has some time to begin with, and
earns more with every byte; who is behind is told so, and the connection is let go.
"""

from __future__ import annotations

import asyncio

from shared.http.asgi import Message, Receive
from shared.refused import Refused
from shared.words import Text

PATIENCE_S = 30.0
"""From when we begin to read, also where nothing comes: a telephone in a tunnel."""

SLOWEST_BYTES_S = 2_048
"""The slowest line there is, a tenth of what an old telephone has far from any town."""


class TooSlow(Refused):
    status = 408
    title = Text("Det tog för lång tid", "It took too long")

    def __init__(self) -> None:
        super().__init__(
            "Det du skickade kom inte fram i tid. Inget är gjort. Kontrollera uppkopplingen och skicka igen.",
            "What you sent did not arrive in time. Nothing has been done. Check your connection and send again.",
        )


def in_good_time(receive: Receive) -> Receive:
    """The same messages; raises TooSlow for a body that does not come. What comes after it (that they have hung up) is
    waited for as long as it takes."""
    until: float | None = None
    is_whole = False

    async def received() -> Message:
        nonlocal until, is_whole
        if is_whole:
            return await receive()
        if until is None:
            until = asyncio.get_running_loop().time() + PATIENCE_S
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        until += len(message.get("body", b"")) / SLOWEST_BYTES_S
        is_whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    return received
