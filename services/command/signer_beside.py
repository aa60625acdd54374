"""The signer beside `bifall up`: a process of its own with a folder of its own, and a way to audit that is its alone.

That way is a port on loopback which knows nothing but what the signer asks, and opens to its password only.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import structlog
import uvicorn

import services
from infra.embedded import Addresses, process
from services.web.door import Behind
from shared.http.asgi import App, Receive, Scope, Send

LOOPBACK = "127.0.0.1"
WAYS = "/signer/"
LOOK_EVERY_S = 0.5
AGAIN_AFTER_S = 5.0
"""A signer that cannot go on says why in its log; it is not started over and over meanwhile."""
STOP_S = 3.0
PASSED_ON = ("BIFALL_LOG_ORIGIN", "BIFALL_ALARM_WEBHOOK", "BIFALL_ALARM_SMTP_URL", "BIFALL_ALARM_EMAIL")

log = structlog.get_logger()


class SignerBeside:
    def __init__(self, addresses: Addresses, log_file: Path) -> None:
        self._addresses = addresses
        self._log_file = log_file.absolute()
        self._server: uvicorn.Server | None = None
        self._child: process.Child | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, audit: Behind) -> None:
        """Returns at once: nobody waits for the signer."""
        listening = socket.create_server((LOOPBACK, 0))
        config = uvicorn.Config(
            _only_for_the_signer(audit),
            lifespan="off",
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=1,
            server_header=False,
        )
        self._server = _Quiet(config)
        url = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        self._tasks = [
            asyncio.create_task(self._server.serve([listening])),
            asyncio.create_task(self._keep_alive(url)),
        ]

    async def stop(self) -> None:
        """Safe to call again, and where it was never started."""
        if self._tasks:
            serving, keeping = self._tasks
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            if self._child is not None:
                await self._child.stop((signal.SIGTERM, STOP_S))
            if self._server is not None:
                self._server.should_exit = True
            await asyncio.gather(serving, return_exceptions=True)
            self._tasks = []

    async def _keep_alive(self, url: str) -> None:
        while True:
            self._child = await process.start(self._order(url))
            while self._child.exit_code is None:
                await asyncio.sleep(LOOK_EVERY_S)
            log.error("signer.ended", code=self._child.exit_code, words=self._child.last_words())
            await asyncio.sleep(AGAIN_AFTER_S)

    def _order(self, url: str) -> process.Order:
        environment = {
            **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
            "PYTHONPATH": str(Path(services.__path__[0]).parent),
            "BIFALL_AUDIT_URL": url,
            "BIFALL_SIGNER_PASSWORD_FILE": str(self._addresses.signer_password_file),
            "BIFALL_SIGNER_FOLDER": str(self._addresses.signer_folder),
        }
        command = [sys.executable, "-m", "services", "serve", "signer"]
        return process.Order(command, "keep", self._log_file, signal.SIGTERM, environment=environment)


def _only_for_the_signer(audit: Behind) -> App:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(WAYS):
            scope = {**scope, "path": "/none", "raw_path": b"/none"}
        await audit(scope, receive, send)

    return app


class _Quiet(uvicorn.Server):
    """Leaves the signals to the house."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
