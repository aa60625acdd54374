"""A link that can break: a small TCP proxy between a service and its database or the broker.

`cut` drops every connection and answers no new one. `stall` keeps them open and lets no byte through, as a network does
that loses everything; once mended, what was sent meanwhile arrives late, though its sender has long given up.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from infra.embedded.ports import LOOPBACK
from tests.torture.ports import steady_port

CHUNK_BYTES = 64 * 1024


class Link:
    """`target` is asked at each connection: a server that was started again may have another port."""

    def __init__(self, target: Callable[[], int]) -> None:
        self.port = steady_port()
        self._target = target
        self._open = True
        self._flows = asyncio.Event()
        self._flows.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._take, LOOPBACK, self.port)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        self._drop_all()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def cut(self) -> None:
        self._open = False
        self._drop_all()

    def stall(self) -> None:
        self._flows.clear()

    def mend(self) -> None:
        self._open = True
        self._flows.set()

    def _drop_all(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        self._writers.add(writer)
        try:
            await self._join(reader, writer)
        except OSError:
            writer.transport.abort()  # a server that does not answer is no more there than its link
        finally:
            writer.close()
            self._writers.discard(writer)
            self._serving.discard(task)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._open:
            return
        await self._flows.wait()
        far_reader, far_writer = await asyncio.open_connection(LOOPBACK, self._target())
        self._writers.add(far_writer)
        try:
            ways = [
                asyncio.ensure_future(self._carry(reader, far_writer)),
                asyncio.ensure_future(self._carry(far_reader, writer)),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        finally:
            far_writer.close()  # what it was given before is still sent
            self._writers.discard(far_writer)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(CHUNK_BYTES):
                await self._flows.wait()
                writer.write(chunk)
                await writer.drain()
