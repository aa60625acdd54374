"""A house whose log has been signed, as by the signer beside it, and stamped as if an authority had answered."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from weakref import WeakKeyDictionary, finalize

import httpx
import msgspec

from services.audit import checkpoints, logs, stamps
from services.signer.audit import Audit
from services.signer.memory import Memory
from services.signer.signer import Signer
from shared import journal
from shared.alarms import Bell
from tests.service.house import CAUGHT_UP_S, TestedHouse

PASSWORD = "the signer's own"


_folders: WeakKeyDictionary[TestedHouse, Path] = WeakKeyDictionary()
"""Each house's signer's: it remembers what it signed, as long as the house is there."""


async def signed_size(house: TestedHouse, source: str) -> int:
    """The size of the newest checkpoint of the source's log: all that the source has told by now is signed."""
    office = house.office("audit")
    head = await journal.head(house.office(source).pool)
    assert await office.bookmarks.wait_for(source, head, CAUGHT_UP_S), "audit has not heard it all"
    office.settings = msgspec.structs.replace(office.settings, signer_password=PASSWORD)
    if house not in _folders:
        _folders[house] = Path(mkdtemp())
        finalize(house, shutil.rmtree, _folders[house])
    memory = Memory(_folders[house])
    audit = Audit("http://audit", PASSWORD, httpx.ASGITransport(house.house.behind["audit"]))  # type: ignore[arg-type]
    memory.open()
    try:
        signer = Signer(memory, audit, Bell(lambda: office.settings))
        for _ in ("opens", "signs"):
            assert await signer.look() == {}
    finally:
        memory.close()
        await audit.close()
    return (await checkpoints.newest(office.pool, (await logs.latest(office.pool))[source]))[0]


async def stamped_size(house: TestedHouse, source: str) -> int:
    """The same, of a checkpoint that has a time stamp. It says what it stamps, and nobody has signed it."""
    office, size = house.office("audit"), await signed_size(house, source)
    log = (await logs.latest(office.pool))[source]
    _, note = await checkpoints.newest(office.pool, log)
    token = b"a stamp over " + sha256(str(note).encode()).digest()
    await office.pool.execute(stamps.ADD, log.name, size, token, "CN=Nobody", datetime.now(UTC))
    return size
