"""Audit with six hundred facts of review, and a signer with a folder of its own that can be made to go wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.signer.audit import Audit
from services.signer.domain.judgement import Remembered
from services.signer.memory import Memory
from services.signer.signer import Signer
from shared.alarms import Bell
from shared.tlog.checkpoints import Checkpoint, opened
from shared.tlog.notes import read_key, read_note
from tests.service.audit_room import SIGNER_PASSWORD, AuditRoom

FACTS = 600
LOG_TABLES = "log, log_key, checkpoint, cosignature, stamp"


class Desk:
    """A signer of a folder of its own, and what it needs to go wrong."""

    def __init__(self, room: AuditRoom, folder: Path) -> None:
        self.room = room
        self.folder = folder
        self.memory = Memory(folder)
        self.memory.open("fund.example/log")
        self.audit = Audit("http://audit", SIGNER_PASSWORD, room.transport)
        self.bell = Bell(lambda: room.office.settings)
        self.signer = Signer(self.memory, self.audit, self.bell)

    def again(self) -> Desk:
        """The process ended, and was started on the same folder."""
        self.memory.close()
        return Desk(self.room, self.folder)

    async def look(self) -> dict[str, str]:
        """Looks as often as it takes to open what is new and sign it: source → why not."""
        await self.signer.look()
        return {source: stop.name for source, stop in (await self.signer.look()).items()}

    def mine(self, source: str = "review") -> Remembered:
        return self.memory.known.logs[source]

    async def published(self, log: str = "review") -> Checkpoint:
        """As an outsider has it, who pinned the log's first key."""
        keys = [each["key"] for each in await self.answer(f"/log/{log}/keys")]
        note = read_note((await self.room.ask(f"/log/{log}/checkpoint")).text)
        return opened(note, [read_key(key) for key in keys])

    async def answer(self, path: str) -> Any:
        return await self.room.answer(path)


@pytest.fixture(scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AuditRoom]:
    async with AuditRoom(tmp_path_factory.mktemp("signer")) as one:
        await one.sources["review"].say_anything(*(f'{{"fact":{number}}}' for number in range(FACTS)))
        await one.sources["web"].say_anything('{"a":1}', '{"b":2}', '{"c":3}')
        await one.caught_up()
        yield one


@pytest.fixture
async def desk(room: AuditRoom, tmp_path: Path) -> AsyncIterator[Desk]:
    """Nothing was ever signed."""
    superuser = await room.superuser()
    await superuser.execute(f"truncate {LOG_TABLES}")
    await superuser.execute("delete from tree where source like '%-%'")
    await superuser.execute("delete from node where source like '%-%'")
    await superuser.close()
    room.office.trouble.clear()
    made = Desk(room, tmp_path / "signer")
    yield made
    await made.audit.close()
