"""Making such an archive, and laying it out again as a data folder."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from infra.database.prepare import key_databases
from infra.embedded import Embedded, tools
from infra.embedded.folder import DataFolder
from infra.estate import SERVICES

HERE = Path(__file__).parent
FOLDERS = ("secrets", "files", "signer")
KEPT = "kept.json"
LOCK = "lock"
CHECKPOINTS = """
select log.source, log_key.key, checkpoint.size, checkpoint.note
from checkpoint join log on log.name = checkpoint.log join log_key on log_key.log = log.name and log_key.number = 1
order by log.source, checkpoint.size
"""


class OldCheckpoint(msgspec.Struct, frozen=True):
    """A checkpoint as that version had signed it, with the key its log began with."""

    source: str
    key: str
    size: int
    note: str


class Kept(msgspec.Struct, frozen=True):
    """What that version's trail had come to: each journal's head, and every checkpoint."""

    commit: str
    heads: dict[str, int]
    checkpoints: list[OldCheckpoint]


def archives() -> list[Path]:
    return sorted(HERE.glob("*.tar.xz"))


async def make(data: Path, commit: str) -> Path:
    """From a folder that is stopped. Nothing of today's version is put into it: the databases are only read."""
    embedded = Embedded(data)
    addresses = await embedded.start()
    try:
        items = {f"databases/{one.name}": await tools.dump(embedded.postgres, one.name) for one in SERVICES}
        items |= {f"keys/{name}": await tools.dump(embedded.keys, name) for name in key_databases(SERVICES)}
        heads = {one.name: await _value(addresses.services[one.name].owner_url, HEAD) for one in SERVICES}
        audit = await asyncpg.connect(addresses.services["audit"].owner_url)
        rows = await audit.fetch(CHECKPOINTS)
        await audit.close()
    finally:
        await embedded.stop()
    kept = Kept(commit, heads, [OldCheckpoint(**row) for row in rows])
    items[KEPT] = msgspec.json.format(msgspec.json.encode(kept))
    for folder in FOLDERS:
        for path in sorted((data / folder).rglob("*")):
            if path.is_file() and path.name != LOCK:
                items[str(path.relative_to(data))] = path.read_bytes()
    archive = HERE / f"{commit}.tar.xz"
    with tarfile.open(archive, "w:xz", preset=9) as tar:
        for name, content in sorted(items.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o600
            tar.addfile(member, io.BytesIO(content))
    return archive


HEAD = "select position from head"


async def _value(url: str, query: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def lay_out(archive: Path, data: Path) -> Kept:
    """The folder as that version left it, in databases of today's: nothing of today's schema is in them yet."""
    with tarfile.open(archive, "r:xz") as tar:
        items = {one.name: held.read() for one in tar if (held := tar.extractfile(one)) is not None}
    folder = DataFolder(data)
    folder.take()
    folder.release()
    for name, content in items.items():
        if name.partition("/")[0] in FOLDERS:
            path = data / name
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o600)
    embedded = Embedded(data)
    await embedded.start()
    try:
        for one in SERVICES:
            if (dumped := items.get(f"databases/{one.name}")) is not None:
                await tools.load(embedded.postgres, one.name, dumped)
        for name in key_databases(SERVICES):
            if (dumped := items.get(f"keys/{name}")) is not None:
                await tools.load(embedded.keys, name, dumped)
    finally:
        await embedded.stop()
    return msgspec.convert(json.loads(items[KEPT]), Kept)
