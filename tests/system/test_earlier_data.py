"""A data folder made by an earlier version opens in this one: migrated, whole, readable, and proven as it was."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.tlog.checkpoints import opened
from shared.tlog.notes import NotSigned, read_key, read_note
from tests.system.earlier.kept import Kept, archives, lay_out
from tests.system.running import RunningHouse

CASES = 9
COMPLETE_WITHIN_S = 60.0


def _complete(house: RunningHouse) -> dict[str, Any]:
    """The status once everything that was told before is in the streams again and heard."""
    deadline = time.monotonic() + COMPLETE_WITHIN_S
    while True:
        status: dict[str, Any] = httpx.get(f"{house.url}/status").json()
        if status["complete"]:
            return status
        assert time.monotonic() < deadline, status
        time.sleep(0.2)


def _asks(house: RunningHouse, person: str) -> httpx.Client:
    token = httpx.post(f"{house.url}/demo/tokens", json={"person": person}).json()["token"]
    return httpx.Client(base_url=house.url, headers={"Authorization": f"Bearer {token}"}, timeout=30.0)


def _holds(house: RunningHouse, kept: Kept) -> None:
    with _asks(house, "auditor") as auditor:
        for old in kept.checkpoints:
            checkpoint = opened(read_note(old.note), [read_key(old.key)])
            own = auditor.get(f"/api/{old.source}/journal/root", params={"size": old.size}).json()["root"]
            assert (checkpoint.size, checkpoint.root.hex()) == (old.size, own), "what was signed then is so today"
        for source in {old.source for old in kept.checkpoints}:
            assert auditor.get(f"/api/audit/sources/{source}/verification").json()["agrees"]
        assert auditor.get("/api/audit/report").json()["cases"] == CASES
    altered = kept.checkpoints[-1].note.replace("\n", "\n1", 1)
    with pytest.raises(NotSigned):  # control: a checkpoint somebody has touched is not opened
        opened(read_note(altered), [read_key(kept.checkpoints[-1].key)])


@pytest.mark.parametrize("archive", archives(), ids=lambda archive: archive.name.partition(".")[0])
def test_a_folder_of_an_earlier_version_opens_and_verifies(tmp_path: Path, archive: Path) -> None:
    kept = asyncio.run(lay_out(archive, tmp_path / "data"))
    assert kept.checkpoints
    with RunningHouse(tmp_path / "data", "--demo") as house:
        status = _complete(house)
        for name, head in kept.heads.items():
            assert status["services"][name]["head"] >= head
        _holds(house, kept)
        with _asks(house, "officer") as officer:
            cases = officer.get("/api/applications/cases").json()["items"]
            assert [case["status"] for case in cases] == ["closed"] * CASES
            path = f"/api/applications/cases/{cases[0]['id']}"
            read = officer.get(f"{path}/application").json()
            assert read["answers"]["contact_name"], "what was written then is readable: its keys came along"
            assert officer.get(f"{path}/attachments/{read['attachments'][0]['id']}").content
