"""What is acknowledged is kept: through a backup under load, a damaged folder, and a restore to an earlier point."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from infra.embedded import Embedded, tools
from tests.system.running import SMALL_GRANTED, RunningHouse, bifall

SERVICES = ("applications", "review", "payouts", "web")

pytestmark = pytest.mark.timeout(400)


def _roots(house: RunningHouse, sizes: dict[str, int]) -> dict[str, str]:
    """Each service's own root at a size, as the auditor is told."""
    token = house.ask("token", "auditor").stdout.strip()
    headers = {"Authorization": f"Bearer {token}"}
    return {
        name: house.get(f"/api/{name}/journal/root?size={size}", headers).json()["root"] for name, size in sizes.items()
    }


def _heads(house: RunningHouse) -> dict[str, int]:
    status = json.loads(house.ask("status", "--json").stdout)
    return {name: status["services"][name]["head"] for name in SERVICES}


def test_a_backup_taken_under_load_brings_back_everything_acknowledged_before_it(tmp_path: Path) -> None:
    house = RunningHouse(tmp_path / "data", "--demo")
    enough = threading.Event()

    def rounds() -> None:
        """One round after another, for as long as it takes."""
        while not enough.is_set():
            house.ask("demo", "--json")

    load = threading.Thread(target=rounds, daemon=True)
    try:
        load.start()
        while min(_heads(house).values()) < 15:
            time.sleep(0.2)
        before = _heads(house)
        roots = _roots(house, before)
        made = bifall("backup", str(tmp_path / "copy"), "--data", str(tmp_path / "data"))
        assert made.returncode == 0, made.stderr
        assert load.is_alive()
    finally:
        enough.set()
        house.kill()
    (tmp_path / "data").rename(tmp_path / "damaged")
    shutil.rmtree(
        tmp_path / "damaged" / "postgres" / "base", ignore_errors=True
    )  # the killed servers may still be going
    restored = bifall("restore", str(tmp_path / "copy"), "--data", str(tmp_path / "data"))
    assert restored.returncode == 0, restored.stderr
    with RunningHouse(tmp_path / "data", "--demo") as again:
        after = _heads(again)
        assert all(after[name] >= before[name] for name in SERVICES), (before, after)
        assert _roots(again, before) == roots
        figures = again.small_round()
        assert figures["audit"] == {"complete": True, "verified": True}


def test_a_restore_never_writes_over_a_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "something").write_text("kept")
    done = bifall("restore", str(tmp_path / "nothing"), "--data", str(tmp_path / "data"))
    assert done.returncode == 1
    assert (tmp_path / "data" / "something").read_text() == "kept"


async def _with_servers(data: Path, work: Any) -> Any:
    embedded = Embedded(data)
    addresses = await embedded.start()
    try:
        return await work(embedded, addresses)
    finally:
        await embedded.stop()


async def _dumped(embedded: Embedded, addresses: Any) -> bytes:
    return await tools.dump(embedded.postgres, "review")


def _restored_to(archive: bytes) -> Any:
    async def work(embedded: Embedded, addresses: Any) -> None:
        superuser = await asyncpg.connect(addresses.superuser_url)
        await superuser.execute("drop database review with (force)")
        await superuser.execute("create database review owner review_owner")
        await superuser.execute("revoke all on database review from public")
        await superuser.execute("grant connect on database review to review_owner, review")
        await superuser.close()
        await tools.load(embedded.postgres, "review", archive)

    return work


def test_a_service_restored_to_an_earlier_point_is_noticed_and_recovered_from_audit(tmp_path: Path) -> None:
    """Another round is played after the copy; then only that one service's database goes back to it."""
    with RunningHouse(tmp_path / "data", "--demo") as first:
        first.small_round()
    archive = asyncio.run(_with_servers(tmp_path / "data", _dumped))
    with RunningHouse(tmp_path / "data", "--demo") as second:
        second.small_round()
        heads = _heads(second)
        roots = _roots(second, heads)
    asyncio.run(_with_servers(tmp_path / "data", _restored_to(archive)))

    noticed = bifall("up", "--data", str(tmp_path / "data"), "--port", "0")
    assert noticed.returncode == 1
    assert "bifall recover review" in noticed.stderr

    done = bifall("recover", "review", "--data", str(tmp_path / "data"))
    assert done.returncode == 0, done.stderr
    with RunningHouse(tmp_path / "data", "--demo") as third:
        assert _heads(third) == heads
        assert _roots(third, heads) == roots
        figures = third.small_round()
        assert figures["granted_kronor"] == SMALL_GRANTED
        assert figures["audit"] == {"complete": True, "verified": True}


def test_views_and_trees_dropped_and_folded_again_are_the_same(tmp_path: Path) -> None:
    with RunningHouse(tmp_path / "data", "--demo") as house:
        house.small_round()
        heads = _heads(house)
        roots = _roots(house, heads)
    for service in (*SERVICES, "audit"):
        done = bifall("rebuild", service, "--data", str(tmp_path / "data"))
        assert done.returncode == 0, done.stderr
    with RunningHouse(tmp_path / "data", "--demo") as again:
        assert again.small_round()["audit"] == {"complete": True, "verified": True}
        assert _roots(again, heads) == roots
