"""No server outlives the process that started it; and should one, the next start on the folder ends it first."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import asyncpg
import pytest

from infra.embedded import Embedded, process
from infra.embedded.folder import DataFolder
from infra.embedded.orphan import stop_orphan
from tests.service.embedded_fixtures import alive, bury, first_line, gone, python, value

UP = """
import asyncio, json, sys
from infra.embedded import Embedded

async def up():
    embedded = Embedded(sys.argv[1])
    addresses = await embedded.start()
    pids = [embedded.postgres.pid, embedded.keys.pid, embedded.broker.pid]
    print(json.dumps({"pids": pids, "owner": addresses.services["review"].owner_url}), flush=True)
    await asyncio.sleep(600)

asyncio.run(up())
"""

UP_WITHOUT_DEATH_SIGNAL = (
    """
import dataclasses
from infra.embedded import process

start = process._start
process._start = lambda order: start(dataclasses.replace(order, death_signal=0))
"""
    + UP
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder that these tests open in turn, each after whatever the one before did to it."""
    return tmp_path_factory.mktemp("orphans") / "data"


async def test_servers_die_with_a_killed_process_and_the_next_start_finds_every_row(data: Path) -> None:
    predecessor = python(UP, str(data))
    try:
        told = json.loads(await asyncio.to_thread(first_line, predecessor))
        await value(told["owner"], "create table kept as select generate_series(1, 1000)")
        assert all(alive(pid) for pid in told["pids"])
        predecessor.send_signal(signal.SIGKILL)
        assert await gone(*told["pids"])
    finally:
        bury(predecessor)
    embedded = Embedded(data)
    addresses = await embedded.start()
    try:
        assert await value(addresses.services["review"].owner_url, "select count(*) from kept") == 1000
    finally:
        await embedded.stop()


async def test_servers_that_outlived_a_killed_process_are_stopped_before_others_start(data: Path) -> None:
    predecessor = python(UP_WITHOUT_DEATH_SIGNAL, str(data))
    try:
        told = json.loads(await asyncio.to_thread(first_line, predecessor))
        predecessor.send_signal(signal.SIGKILL)
        await asyncio.to_thread(predecessor.wait)
        await asyncio.sleep(0.3)
        assert all(alive(pid) for pid in told["pids"]), "the control: without the death signal they live on"
    finally:
        bury(predecessor)
    embedded = Embedded(data)
    await embedded.start()
    try:
        assert not any(alive(pid) for pid in told["pids"])
        assert embedded.postgres.running
        assert embedded.keys.running
        assert embedded.broker.running
    finally:
        await embedded.stop()


async def test_a_pid_file_that_names_somebody_elses_process_stops_nobody(tmp_path: Path) -> None:
    stranger = await process.start(_sleep(tmp_path, pid_file=tmp_path / "stranger.pid"))
    try:
        assert await _written(tmp_path / "stranger.pid")
        pid, start_ticks, boot = (tmp_path / "stranger.pid").read_text().split()
        reused = tmp_path / "reused.pid"
        for text in (f"{pid} {int(start_ticks) - 1} {boot}", f"{pid} {start_ticks} another-boot", "", "no number"):
            reused.write_text(text)
            assert not await stop_orphan(reused, signal.SIGTERM)
            assert stranger.exit_code is None
        assert await stop_orphan(tmp_path / "stranger.pid", signal.SIGTERM), "the control: its own file does"
        assert stranger.exit_code is not None
    finally:
        await stranger.stop()


async def test_a_lock_file_of_the_database_whose_number_is_somebody_elses_now_is_no_hindrance(data: Path) -> None:
    embedded = Embedded(data)
    await embedded.start()
    await embedded.stop()
    for cluster in (embedded.folder.postgres, embedded.folder.keys):
        (cluster / "postmaster.pid").write_text(f"{os.getppid()}\n{cluster}\n")
    await embedded.start()
    await embedded.stop()


def test_a_child_outlives_the_thread_that_asked_for_it(tmp_path: Path) -> None:
    children: list[process.Child] = []
    asking = threading.Thread(target=lambda: children.append(asyncio.run(process.start(_sleep(tmp_path)))))
    asking.start()
    asking.join()
    forked_there: list[subprocess.Popen[bytes]] = []
    forking = threading.Thread(target=lambda: forked_there.append(_fork_here(tmp_path)))
    forking.start()
    forking.join()
    assert forked_there[0].wait(20) != 0, "the control: one forked by the thread itself dies with the thread"
    assert children[0].exit_code is None
    asyncio.run(children[0].stop())


async def test_a_server_that_dies_is_started_again_where_it_was(data: Path) -> None:
    embedded = Embedded(data)
    addresses = await embedded.start()
    tending = asyncio.create_task(embedded.tend())
    try:
        review = addresses.services["review"].owner_url
        await value(review, "create table noted as select 1 as number")
        for server in (embedded.broker, embedded.postgres):
            killed = server.pid
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            while server.pid == killed or not server.running:
                await asyncio.sleep(0.02)
        while not await _answers(review):
            await asyncio.sleep(0.02)
        assert await value(review, "select number from noted") == 1
        assert embedded.addresses == addresses
    finally:
        tending.cancel()
        await asyncio.gather(tending, return_exceptions=True)
        await embedded.stop()


async def _answers(url: str) -> bool:
    try:
        return await value(url, "select true") is True
    except (OSError, asyncpg.PostgresError):
        return False


async def test_a_folder_is_free_again_when_its_holder_was_killed(tmp_path: Path) -> None:
    holder = python(
        "import sys, time\nfrom pathlib import Path\nfrom infra.embedded.folder import DataFolder\n"
        "DataFolder(Path(sys.argv[1])).take()\nprint('taken', flush=True)\ntime.sleep(600)",
        str(tmp_path / "data"),
    )
    try:
        assert await asyncio.to_thread(first_line, holder) == "taken"
    finally:
        bury(holder)
    folder = DataFolder(tmp_path / "data")
    folder.take()
    folder.release()


def _sleep(folder: Path, pid_file: Path | None = None) -> process.Order:
    return process.Order(["/bin/sleep", "600"], "keep", folder / "sleep.log", pid_file=pid_file)


def _fork_here(folder: Path) -> subprocess.Popen[bytes]:
    arguments = [str(os.getpid()), str(int(signal.SIGKILL)), "keep", str(folder / "here.pid"), "/bin/sleep", "600"]
    child = subprocess.Popen([sys.executable, "-I", "-S", str(process.LAUNCH), *arguments])
    while not (folder / "here.pid").exists() and child.poll() is None:
        threading.Event().wait(0.01)
    return child


async def _written(path: Path) -> bool:
    while not path.exists():
        await asyncio.sleep(0.01)
    return True
