"""A wire to the house that can be cut in the middle of what goes through it, and mended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

PIECE = 16_384


class Wire:
    """Carries bytes between a browser and the house. Cut, it drops every connection and takes no new one."""

    def __init__(self, host: str, port: int) -> None:
        self._house = (host, port)
        self._ends: set[asyncio.StreamWriter] = set()
        self._breaks_after: int | None = None
        self.is_cut = False
        self.url = ""

    def cut_after(self, sent_bytes: int) -> None:
        """It breaks once the browser has sent that many bytes more."""
        self._breaks_after = sent_bytes

    def mend(self) -> None:
        self.is_cut = False
        self._breaks_after = None

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        from_house, to_house = await asyncio.open_connection(*self._house)
        self._ends |= {writer, to_house}
        try:
            await asyncio.gather(self._there(reader, to_house), self._back(from_house, writer))
        finally:
            for end in (writer, to_house):
                self._ends.discard(end)
                end.close()

    async def _there(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while piece := await reader.read(PIECE):
                if self._breaks_after is not None:
                    self._breaks_after -= len(piece)
                    if self._breaks_after <= 0:
                        self._cut()
                        return
                writer.write(piece)
                await writer.drain()
            writer.close()

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while piece := await reader.read(PIECE):
                writer.write(piece)
                await writer.drain()
            writer.close()

    def _cut(self) -> None:
        self.is_cut = True
        for end in self._ends:
            end.transport.abort()


@asynccontextmanager
async def wire_to(url: str) -> AsyncIterator[Wire]:
    parts = urlsplit(url)
    wire = Wire(parts.hostname or "", parts.port or 0)
    server = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
    wire.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield wire
    finally:
        server.close()
        wire._cut()
