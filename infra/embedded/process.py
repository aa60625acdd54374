"""Child processes that never outlive us.

Every child is forked by one thread that lives as long as this process: the kernel ties the death signal to the thread
that forked, and an event loop's worker threads come and go. `launch` does the rest on the other side.
"""

from __future__ import annotations

import asyncio
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LAUNCH = Path(__file__).with_name("launch.py")
POLL_S = 0.01
KILL_PATIENCE_S = 5.0
LOG_BYTES_MAX = 10 * 1024 * 1024
ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}


class ChildFailed(Exception):
    """A child ended that should not have, or did not do what it was started for."""


@dataclass(frozen=True)
class Order:
    """What to start: the command, what it may be, and which signal it gets when we die."""

    command: Sequence[str]
    identity: str
    log: Path
    death_signal: signal.Signals | int = signal.SIGKILL
    pid_file: Path | None = None
    environment: Mapping[str, str] | None = None
    stdin: int = subprocess.DEVNULL
    stdout: int | None = None
    """An open file for what the command prints; None sends it to the log as well."""


class Child:
    """A running child. Waiting is by looking again, so no event loop's child watcher is involved."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log
        self.pid = process.pid

    @property
    def exit_code(self) -> int | None:
        return self._process.poll()

    async def wait(self, timeout_s: float) -> int:
        """The exit code. Raises TimeoutError."""
        async with asyncio.timeout(timeout_s):
            while (code := self._process.poll()) is None:
                await asyncio.sleep(POLL_S)
        return code

    async def stop(self, *steps: tuple[signal.Signals, float]) -> None:
        """Send each signal in turn, giving each its seconds; SIGKILL when none was enough."""
        for number, patience_s in steps:
            if self.exit_code is not None:
                return
            self._process.send_signal(number)
            try:
                await self.wait(patience_s)
            except TimeoutError:
                continue
        if self.exit_code is None:
            self._process.kill()
            await self.wait(KILL_PATIENCE_S)

    def kill(self) -> None:
        """End it now, and bury it: SIGKILL leaves nothing to wait for."""
        self._process.kill()
        self._process.wait()

    def last_words(self, lines: int = 5) -> str:
        """The end of its log, for whoever must find out why it ended."""
        text = self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


class _Forker:
    """The one thread that forks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: queue.SimpleQueue[tuple[Order, Future[Child]]] | None = None
        self._pid = 0

    def fork(self, order: Order) -> Future[Child]:
        answer: Future[Child] = Future()
        with self._lock:
            if self._orders is None or self._pid != os.getpid():  # a fork of us has no such thread
                self._orders, self._pid = queue.SimpleQueue(), os.getpid()
                threading.Thread(target=self._run, args=(self._orders,), name="forker", daemon=True).start()
            self._orders.put((order, answer))
        return answer

    @staticmethod
    def _run(orders: queue.SimpleQueue[tuple[Order, Future[Child]]]) -> None:
        while True:
            order, answer = orders.get()
            if not answer.set_running_or_notify_cancel():
                continue
            try:
                answer.set_result(_start(order))
            except Exception as error:  # noqa: BLE001 - handed to whoever asked; this thread must live on
                answer.set_exception(error)


_forker = _Forker()


async def start(order: Order) -> Child:
    """Start a child that dies when we do. Whoever stops waiting for it gets none."""
    forked = _forker.fork(order)
    try:
        return await asyncio.wrap_future(forked)
    except asyncio.CancelledError:
        forked.add_done_callback(_kill_unwanted)
        raise


def _kill_unwanted(forked: Future[Child]) -> None:
    if not forked.cancelled() and forked.exception() is None:
        forked.result().kill()


async def together(*steps: Coroutine[Any, Any, None]) -> None:
    """All at once; when one fails the others are given up, and its error is raised once they have ended."""
    tasks = [asyncio.ensure_future(step) for step in steps]
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


async def run(order: Order, timeout_s: float) -> None:
    """Run a command to its end. Raises ChildFailed with its last words when it fails."""
    child = await start(order)
    try:
        code = await child.wait(timeout_s)
    finally:
        await child.stop()
    if code != 0:
        raise ChildFailed(f"{Path(order.command[0]).name} ended with {code}: {child.last_words()}")


def _start(order: Order) -> Child:
    _rotate(order.log)
    command = [
        sys.executable,
        "-I",
        "-S",
        str(LAUNCH),
        str(os.getpid()),
        str(int(order.death_signal)),
        order.identity,
        str(order.pid_file or ""),
        *order.command,
    ]
    descriptor = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        process = subprocess.Popen(
            command,
            stdin=order.stdin,
            stdout=descriptor if order.stdout is None else order.stdout,
            stderr=descriptor,
            env={**ENVIRONMENT, **(order.environment or {})},
            cwd=order.log.parent,
            start_new_session=True,  # Ctrl-C at the terminal is for us; we stop our children in order
        )
    finally:
        os.close(descriptor)
    return Child(process, order.log)


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
        log.replace(log.with_suffix(".log.1"))
