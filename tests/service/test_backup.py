"""A backup taken while people work comes back whole, and holds no key that its recovery key does not open."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from infra.embedded import BackupDamaged, BackupRefused, Embedded, WrongRecoveryKey, backup, restore
from infra.embedded.backup import KEYS_KEPT, discard_old_keys
from infra.embedded.seal import recovery_key_path
from tests.service.embedded_fixtures import value

CONTENT = b"sealed content of an attachment"
KEY_CANARY = b"canary-of-a-wrapped-key"


@pytest.fixture(scope="module")
async def working(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Embedded]:
    """A running estate with a journal of sorts, keys, and a file."""
    embedded = Embedded(tmp_path_factory.mktemp("working") / "data")
    addresses = await embedded.start()
    review = addresses.services["review"]
    assert review.keys_owner_url is not None
    await value(review.owner_url, "create table journal (position bigint primary key)")
    await value(review.owner_url, "grant insert, select on journal to review")
    await value(review.keys_owner_url, "create table key (wrapped text)")
    await value(review.keys_owner_url, "grant select on key to review")
    await value(review.keys_owner_url, "insert into key values ($1)", KEY_CANARY.decode())
    (addresses.files / "ab").mkdir()
    (addresses.files / "ab" / "abcdef").write_bytes(CONTENT)
    yield embedded
    await embedded.stop()


async def _write_on(url: str, acknowledged: list[int]) -> None:
    """Rows 1, 2, 3 …, each its own commit, until cancelled."""
    connection = await asyncpg.connect(url)
    try:
        while True:
            position = len(acknowledged) + 1
            await connection.execute("insert into journal values ($1)", position)
            acknowledged.append(position)
    finally:
        await connection.close()


async def test_a_backup_taken_under_load_comes_back_with_every_row_acknowledged_before_it(
    working: Embedded, tmp_path: Path
) -> None:
    addresses = working.addresses
    acknowledged: list[int] = []
    writing = asyncio.create_task(_write_on(addresses.services["review"].database_url, acknowledged))
    while len(acknowledged) < 50:
        await asyncio.sleep(0.01)
    before = len(acknowledged)
    made = await backup(tmp_path / "backups" / "first", working.folder.path)
    after = len(acknowledged)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    assert after > before, "the control: people did go on working meanwhile"

    await restore(made.path, tmp_path / "restored")
    again = Embedded(tmp_path / "restored")
    restored = await again.start()
    try:
        review = restored.services["review"]
        assert review.keys_url is not None
        kept = await value(review.database_url, "select count(*) from journal")
        assert isinstance(kept, int)
        assert before <= kept <= after + 1
        assert await value(review.database_url, "select max(position) from journal") == kept
        assert await value(review.keys_url, "select wrapped from key") == KEY_CANARY.decode()
        assert restored.kek == addresses.kek
        assert (restored.files / "ab" / "abcdef").read_bytes() == CONTENT
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await value(review.database_url, "delete from journal")
    finally:
        await again.stop()


async def test_nothing_in_a_backup_but_the_sealed_part_holds_a_key_or_a_password(
    working: Embedded, tmp_path: Path
) -> None:
    addresses = working.addresses
    made = await backup(tmp_path / "backups" / "first", working.folder.path)
    secrets = [
        path.read_bytes().strip() for path in working.folder.secrets.folder.iterdir() if path.name != "token_public_key"
    ]
    for path in made.path.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077
        if path.is_file():
            content = path.read_bytes()
            assert KEY_CANARY not in content, path
            assert addresses.kek not in content, path
            assert not [secret for secret in secrets if secret in content], path
    assert made.recovery_key.parent == made.path.parent
    assert stat.S_IMODE(made.recovery_key.stat().st_mode) == 0o600
    assert not (made.path / "database" / "keys").exists()


async def test_a_stopped_folder_can_be_backed_up_and_a_restore_is_careful(working: Embedded, tmp_path: Path) -> None:
    to = tmp_path / "backups" / "first"
    await working.stop()
    try:
        made = await backup(to, working.folder.path)
        with pytest.raises(BackupRefused, match="already there"):
            await backup(to, working.folder.path)
        with pytest.raises(BackupRefused, match="not empty"):
            await restore(to, working.folder.path)
    finally:
        await working.start()
    with pytest.raises(BackupRefused, match="not a data folder"):
        await backup(tmp_path / "backups" / "second", tmp_path / "nowhere")
    with pytest.raises(BackupRefused, match="not a backup"):
        await restore(tmp_path, tmp_path / "restored")

    good = made.recovery_key.read_text()
    made.recovery_key.write_text("0" * 64)
    with pytest.raises(WrongRecoveryKey):
        await restore(to, tmp_path / "restored")
    made.recovery_key.unlink()
    with pytest.raises(BackupRefused, match="recovery key"):
        await restore(to, tmp_path / "restored")
    elsewhere = tmp_path / "safe"
    elsewhere.write_text(good)

    damaged = max((to / "database" / "base").rglob("*"), key=lambda path: path.stat().st_size)
    original = damaged.read_bytes()
    damaged.write_bytes(original[:-1] + bytes([original[-1] ^ 1]))
    with pytest.raises(BackupDamaged, match=f"{damaged.name} was altered"):
        await restore(to, tmp_path / "restored", elsewhere)
    damaged.write_bytes(original)
    (to / "database" / "surplus").write_bytes(b"")
    with pytest.raises(BackupDamaged, match="does not belong"):
        await restore(to, tmp_path / "restored", elsewhere)
    (to / "database" / "surplus").unlink()
    segment = next(path for path in (to / "database" / "pg_wal").iterdir() if path.is_file())
    wal = segment.read_bytes()
    segment.write_bytes(bytes(len(wal)))
    with pytest.raises(BackupDamaged, match="WAL cannot be read"):
        await restore(to, tmp_path / "restored", elsewhere)
    segment.write_bytes(wal)
    (to / "files" / "ab" / "abcdef").write_bytes(b"altered")
    with pytest.raises(BackupDamaged, match="missing or altered"):
        await restore(to, tmp_path / "restored", elsewhere)
    (to / "files" / "ab" / "abcdef").write_bytes(CONTENT)
    assert not (tmp_path / "restored").exists()
    assert not (tmp_path / "restored.restoring").exists()

    await restore(to, tmp_path / "restored", elsewhere)
    assert (tmp_path / "restored" / "files" / "ab" / "abcdef").read_bytes() == CONTENT


async def test_the_keys_in_a_backup_are_discarded_after_their_time(working: Embedded, tmp_path: Path) -> None:
    made = await backup(tmp_path / "backups" / "first", working.folder.path)
    just_before = datetime.now(UTC) + KEYS_KEPT - timedelta(hours=1)
    assert discard_old_keys(made.path.parent, just_before) == []
    assert discard_old_keys(made.path.parent, just_before + timedelta(hours=2)) == [made.path]
    assert not (made.path / "keys").exists()
    assert not recovery_key_path(made.path).exists()
    with pytest.raises(BackupRefused, match="discarded"):
        await restore(made.path, tmp_path / "restored")
