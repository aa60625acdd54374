"""`bifall up`: the embedded database and broker, every service and the door in one process, on one data folder."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ipaddress
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import structlog
import uvicorn
import uvloop

from infra.embedded import Embedded
from services.command.demo import play_in_background
from services.command.failure import Failure
from services.command.house import House
from services.command.signer_beside import SignerBeside
from shared import garbage, logs
from shared.settings import DEFAULT_PORT

HELP = "Start everything on one data folder, in one process."
EXAMPLE = "bifall up --data ./data --port 8000 --demo"
HOST = "127.0.0.1"
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
STOP_WITHIN_S = 4

log = structlog.get_logger()


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=Path("data"), help="the data folder (default: ./data)")
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="the port of the pages (default: %(default)s; 0: any)"
    )
    parser.add_argument("--host", type=address, default=HOST, help="the address to listen on (default: %(default)s)")
    parser.add_argument(
        "--demo", action="store_true", help="let one be the demo's people, and play a round on a new folder"
    )


def address(written: str) -> Address:
    """Raises ValueError, which is told as wrong use."""
    return ipaddress.ip_address(HOST if written == "localhost" else written)


def run(asked: argparse.Namespace) -> int:
    return uvloop.run(_up(asked))


async def _up(asked: argparse.Namespace) -> int:
    if asked.demo and not asked.host.is_loopback:
        raise Failure("--demo opens a door for anybody, so it works on this machine's own address (127.0.0.1) only.", 2)
    listening = _listen(str(asked.host), asked.port)
    is_new = not (asked.data / "postgres").exists()
    embedded = Embedded(asked.data)
    stopped = _stop_signal()
    addresses = await embedded.start()
    try:
        with (asked.data / "logs" / "bifall.log").open("a", buffering=1) as stream:
            logs.configure(stream, debug=asked.debug)
            tending = asyncio.create_task(embedded.tend())
            practice = asked.demo or os.environ.get("BIFALL_PRACTICE") == "1"
            house = House(addresses, demo=asked.demo, practice=practice, signed=True)
            signer = SignerBeside(addresses, asked.data / "logs" / "signer.log")
            try:
                await house.open()
                garbage.settle()
                await _serve(house, listening, stopped, asked, is_new, signer)
            finally:
                await signer.stop()
                await house.close()
                tending.cancel()
    finally:
        await embedded.stop()
    return 0


async def _serve(
    house: House,
    listening: socket.socket,
    stopped: asyncio.Event,
    asked: argparse.Namespace,
    is_new: bool,
    signer: SignerBeside,
) -> None:
    config = uvicorn.Config(
        house.app,
        lifespan="off",
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        server_header=False,
        date_header=False,
    )
    server = _QuietServer(config)
    serving = asyncio.create_task(server.serve([listening]))
    host = str(asked.host) if asked.host.version == 4 else f"[{asked.host}]"
    url = f"http://{host}:{listening.getsockname()[1]}"
    await house.ready()
    print(f"Bifall is ready at {url}", flush=True)
    await signer.start(house.behind["audit"])
    playing = asyncio.create_task(play_in_background(url)) if asked.demo and is_new else None
    waiting = asyncio.create_task(stopped.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if playing is not None:
        playing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await playing
    house.let_pages_go()
    server.should_exit = True
    await serving
    waiting.cancel()


class _QuietServer(uvicorn.Server):
    """Leaves the signals to us: the database and the broker have to be stopped too."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listen(host: str, port: int) -> socket.socket:
    """Takes the port before anything is started, so that a taken one is said at once. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        print(f"bifall: port {port} is taken. Choose another with --port, or `make run PORT=8001`.", file=sys.stderr)
        raise SystemExit(1) from error
    return listening


def _stop_signal() -> asyncio.Event:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    return stopped
