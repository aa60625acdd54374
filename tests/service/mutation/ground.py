"""The ground of the campaign: four books of a fund, signed as they grew, and what people outside the house have kept.

Somebody with every right in every database tampers with it; afterwards everything is as it was. Whoever looks does so
through the command that an auditor has, and the files that somebody kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from services.audit.books import open_books
from services.audit.proof_files import proof_file
from services.command.outside import brought
from services.command.reconcile import reconcile
from services.witness.following import Followed
from services.witness.memory import Memory as WitnessMemory
from services.witness.witness import Outcome, Witness
from shared.journal_root import JournalRoot
from shared.merkle import EMPTY_FRONTIER, leaf_hash
from shared.tlog.notes import Key, read_key
from shared.tlog.proofs import SUFFIX
from tests.service.audit_room import AUDITOR, AuditRoom
from tests.service.mutation.population import told
from tests.service.signer_room import Desk

STEPS = 8
"""Times the log is signed while the fund works; each source has as many checkpoints."""
PROOFS = 3
"""Entries of each source whose proof somebody has kept."""
SOURCES = ("applications", "review", "payouts", "web")
AUDITS = ("entry", "node", "tree")
LOGS = ("checkpoint", "cosignature")


class Bridge(httpx.BaseTransport):
    """A command asks as it would over the network; the house answers in the test's own loop."""

    def __init__(self, room: AuditRoom) -> None:
        self._room = room
        self._loop = asyncio.get_running_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run_coroutine_threadsafe(self._asked(request), self._loop).result()

    async def _asked(self, request: httpx.Request) -> httpx.Response:
        url = request.url.copy_with(raw_path=request.url.raw_path.removeprefix(b"/api/audit"))
        inner = httpx.Request(request.method, url, headers=request.headers, content=request.read())
        answer = await self._room.transport.handle_async_request(inner)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


class Books:
    """Both databases of one source, with every right."""

    def __init__(self, source: str, own: asyncpg.Connection, audit: asyncpg.Connection, texts: list[bytes]) -> None:
        self.source = source
        self.own = own
        self.audit = audit
        self.texts = texts

    async def set_journal(self, texts: Sequence[bytes]) -> None:
        """The whole journal made anew, with what else a row says as it was."""
        rows = await self.own.fetch("select * from journal order by position")
        known = {row["event"]: row for row in rows}
        last = rows[-1]
        await self.own.execute("delete from journal")
        records = []
        for position, text in enumerate(texts, 1):
            row = known.get(text.decode(), rows[min(position, len(rows)) - 1])
            version = row["version"] if text.decode() in known else 1_000_000 + position
            records.append((position, row["subject_id"], version, row["type"], text.decode(), last["recorded_at"]))
        await self.own.copy_records_to_table("journal", records=records)
        await self.own.execute("update head set position = $1", len(texts))

    async def set_trail(self, texts: Sequence[bytes]) -> None:
        """Audit's whole book made anew: it fits itself."""
        rows = await self.audit.fetch("select * from entry where source = $1 order by position", self.source)
        leaves = [leaf_hash(text) for text in texts]
        edge, completed = EMPTY_FRONTIER.extended(leaves)
        for table in ("entry", "node", "tree"):
            await self.audit.execute(f"delete from {table} where source = $1", self.source)
        records = []
        for position, (text, leaf) in enumerate(zip(texts, leaves, strict=True), 1):
            like = rows[min(position, len(rows)) - 1]
            records.append((self.source, position, text, leaf, *list(like.values())[4:]))
        await self.audit.copy_records_to_table("entry", records=records)
        nodes = [(self.source, *node) for node in completed]
        await self.audit.copy_records_to_table("node", records=nodes)
        tree = (self.source, edge.size, edge.to_bytes(), edge.root())
        await self.audit.copy_records_to_table("tree", records=[tree])


class Ground:
    """`kept` holds what people outside have: checkpoints as they were published, and proof files, source → files."""

    def __init__(self, folder: Path, cases: int) -> None:
        self.folder = folder
        self.cases = cases
        self.sizes: dict[str, list[int]] = {source: [] for source in SOURCES}
        self.checkpoints: dict[str, list[Path]] = {source: [] for source in SOURCES}
        self.proofs: dict[str, dict[int, Path]] = {source: {} for source in SOURCES}
        self.keys: dict[str, Key] = {}
        self._leaving = AsyncExitStack()

    async def __aenter__(self) -> Ground:
        self.room = await self._leaving.enter_async_context(AuditRoom(self.folder / "house"))
        open_books(self.room.office, {name: JournalRoot(one.pool) for name, one in self.room.sources.items()})
        self._bridge = Bridge(self.room)
        self.desk = Desk(self.room, self.folder / "signer")
        self._leaving.push_async_callback(self.desk.audit.close)
        self.client = await self._leaving.enter_async_context(httpx.AsyncClient(transport=self.room.transport))
        await self._live()
        await self.room.fall_silent()  # a relay that looked just then would tell everybody of what was put in
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._leaving.aclose()

    # ------------------------------------------------------------------------------------------ what is looked with

    async def found(self, *files: Path) -> dict[str, Any]:
        """What `bifall audit reconcile` says, with the files that were brought."""

        def run() -> dict[str, Any]:
            with httpx.Client(transport=self._bridge, base_url="http://audit", headers=self._headers()) as client:
                said = io.StringIO()
                with contextlib.redirect_stdout(said):
                    holds = reconcile(client, True, brought(files, [str(key) for key in self.keys.values()]))
            return {**json.loads(said.getvalue().splitlines()[-1]), "holds": holds}

        return await asyncio.to_thread(run)

    def followed(self, source: str) -> Followed:
        return Followed(f"http://audit/log/{source}", self.client)

    def witness(self, name: str) -> Witness:
        return Witness(WitnessMemory(self.folder / name), {key.name: key for key in self.keys.values()})

    async def looked(self, witness: Witness, source: str) -> Outcome:
        return await witness.look(self.followed(source))

    # ------------------------------------------------------------------------------------------ who tampers with it

    @asynccontextmanager
    async def books(self, *sources: str) -> AsyncIterator[list[Books]]:
        """Every right over these sources' books; afterwards they are as they were, and so is the signer's memory."""
        async with AsyncExitStack() as leaving:
            books, memory = [], (self.desk.folder / "memory.json").read_bytes()
            audit = await self.room.superuser()
            leaving.push_async_callback(audit.close)
            for source in sources:
                own = await self.room.superuser(source)
                leaving.push_async_callback(own.close)
                books.append(Books(source, own, audit, await self.room.sources[source].texts()))
                leaving.push_async_callback(await _as_it_was(own, "journal", "true"))
                leaving.push_async_callback(await _as_it_was(own, "head", "true"))
                for table, column in [*((table, "source") for table in AUDITS), *((table, "log") for table in LOGS)]:
                    leaving.push_async_callback(await _as_it_was(audit, table, f"{column} = '{source}'"))
            leaving.callback(self._remembers, memory)
            yield books

    def _remembers(self, memory: bytes) -> None:
        self.desk.memory.close()
        (self.desk.folder / "memory.json").write_bytes(memory)
        self.desk.memory.open()

    # ------------------------------------------------------------------------------------------------------ its life

    async def _live(self) -> None:
        facts = told(self.cases)
        step = -(-len(facts) // STEPS)
        for start in range(0, len(facts), step):
            for source in SOURCES:
                theirs = [fact for name, fact in facts[start : start + step] if name == source]
                if theirs:
                    await self.room.sources[source].say(*theirs)
            await self.room.caught_up()
            assert await self.desk.look() == {}
            await self._kept_outside()
        for source in SOURCES:
            every = max(1, self.sizes[source][-1] // PROOFS)
            for position in range(every, self.sizes[source][-1] + 1, every):
                self.proofs[source][position] = await self.proof(source, position)

    async def _kept_outside(self) -> None:
        """As whoever gets each checkpoint by mail keeps it."""
        for source in SOURCES:
            log = self.desk.mine(source)
            self.keys[source] = read_key(log.key)
            note = (await self.room.ask(f"/log/{source}/checkpoint")).text
            path = self.folder / f"{source}-{log.edge.size}.txt"
            path.write_text(note)
            self.sizes[source].append(log.edge.size)
            self.checkpoints[source].append(path)

    async def proof(self, source: str, position: int) -> Path:
        """As whom it concerns downloads it."""
        path = self.folder / f"{source}-{position}{SUFFIX}"
        path.write_text(str(await proof_file(self.room.office.pool, source, position)))
        return path

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.room.token(AUDITOR)}", "Accept-Language": "en"}


async def _as_it_was(connection: asyncpg.Connection, table: str, where: str) -> Callable[[], Awaitable[None]]:
    """What brings the rows back."""
    rows = [tuple(row) for row in await connection.fetch(f"select * from {table} where {where}")]

    async def bring_back() -> None:
        await connection.execute(f"delete from {table} where {where}")
        await connection.copy_records_to_table(table, records=rows)

    return bring_back
