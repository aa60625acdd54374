"""`bifall serve SERVICE`: one service, from its environment, as docker-compose and Kubernetes run it."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import uvloop

from infra.estate import SERVICES as ESTATE
from shared import garbage, logs
from shared.settings import DEFAULT_PORT, MissingSetting, from_environment, read

if TYPE_CHECKING:
    from services.web.door import Behind
    from shared.http.asgi import App
    from shared.office import Office

HELP = "Run one service from its environment (BIFALL_DATABASE_URL, BIFALL_NATS_URL, …)."
EXAMPLE = "bifall serve review"
NAMES = tuple(service.name for service in ESTATE)
KEEPER = "keeper"
SIGNER = "signer"
STOP_WITHIN_S = 4
HOST = "0.0.0.0"  # noqa: S104 - inside its container; only web's port is published


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", choices=(*NAMES, KEEPER, SIGNER), help="which one")


def run(asked: argparse.Namespace) -> int:
    logs.configure(sys.stdout, debug=asked.debug)
    match asked.service:
        case "keeper":
            return uvloop.run(_keep())
        case "signer":
            return uvloop.run(_sign(os.environ))
    return uvloop.run(_serve(asked.service, os.environ))


async def _sign(environment: Mapping[str, str]) -> int:
    """The signer: no port, no database, and nothing loaded of the services."""
    from services.command.failure import Failure
    from services.signer.memory import MemoryDamaged, MemoryTaken
    from services.signer.running import settings_from, sign_until_stopped

    try:
        return await sign_until_stopped(settings_from(environment))
    except (MemoryDamaged, MemoryTaken) as error:
        raise Failure(str(error)) from error


async def _serve(name: str, environment: Mapping[str, str]) -> int:
    import uvicorn

    from services.command.house import service_named
    from shared.office import Office

    office = Office(service_named(name), from_environment(name, environment))
    await office.open()
    try:
        app = await _app(office, environment)
        garbage.settle()
        config = uvicorn.Config(
            app,
            host=environment.get("BIFALL_HOST", HOST),
            port=int(environment.get("BIFALL_PORT", str(DEFAULT_PORT))),
            lifespan="off",
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=STOP_WITHIN_S,
            server_header=False,
        )
        await uvicorn.Server(config).serve()
    finally:
        await office.close()
    return 0


async def _app(office: Office, environment: Mapping[str, str]) -> App:
    from services.audit.books import open_books
    from services.command.house import door_of, near
    from services.web.demo_people import welcome
    from services.web.door import Distant
    from shared.book import DistantBook
    from shared.http.app import build
    from shared.http.front import Front

    name = office.service.name
    if name == "audit":
        key = office.settings.book_key
        open_books(office, {other: DistantBook(_url(name, other, environment), key) for other in office.service.hears})
    if name != "web":
        return Front(cast("App", build(office)), name)
    services: dict[str, Behind] = {"web": near(office)}
    services |= {other: Distant(_url(name, other, environment)) for other in NAMES if other != name}
    demo = environment.get("BIFALL_DEMO") == "1"
    if demo:
        await welcome(office)
    return door_of(office, services, demo)


def _url(service: str, other: str, environment: Mapping[str, str]) -> str:
    """Where `service` finds another. Raises MissingSetting."""
    url = read(environment, f"{other.upper()}_URL")
    if url is None:
        raise MissingSetting(f"The service {service} needs BIFALL_{other.upper()}_URL.")
    return url


async def _keep() -> int:
    """The keeper of streams: no port, no database."""
    from shared.broker import Broker
    from shared.keeper import Keeper
    from shared.workers import Workers

    url, password = read(os.environ, "NATS_URL"), read(os.environ, "NATS_PASSWORD")
    if url is None or password is None:
        raise MissingSetting("The keeper needs BIFALL_NATS_URL and BIFALL_NATS_PASSWORD.")
    broker = Broker(url, read(os.environ, "NATS_USER") or "streams", password)
    workers = Workers(KEEPER)
    workers.start(KEEPER, Keeper(broker, NAMES).run)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await workers.stop()
    await broker.close()
    return 0
