"""`bifall prepare`: secrets, or roles, databases and schemas, before the services of an installation start. May be
repeated."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from infra.database.prepare import prepare
from infra.estate import SERVICES
from infra.secrets import make_secrets
from services.command.house import migrate_service, service_named
from shared.settings import MissingSetting, read

HELP = "Make the secrets of an installation, or bring its databases to this version's schema."
EXAMPLE = "bifall prepare --secrets ./secrets"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--secrets", type=Path, metavar="DIR", help="only make the secrets, in this folder")


def run(asked: argparse.Namespace) -> int:
    if asked.secrets is not None:
        make_secrets(asked.secrets)
        print(f"The secrets are in {asked.secrets}.")
        return 0
    asyncio.run(_prepare(os.environ))
    return 0


async def _prepare(environment: Mapping[str, str]) -> None:
    superuser, keys_superuser = _needed(environment, "POSTGRES_URL"), _needed(environment, "KEYS_POSTGRES_URL")
    passwords = {role: _needed(environment, f"{role.upper()}_PASSWORD") for role in _roles()}
    await prepare(superuser, SERVICES, passwords, keys_superuser)
    for service in SERVICES:
        password = passwords[service.owner]
        owner = _as(superuser, service.owner, password, service.name)
        keys = _as(keys_superuser, service.owner, password, service.keys_database) if service.has_keys else None
        await migrate_service(service_named(service.name), owner, keys)
        print(f"{service.name} is ready")


def _roles() -> list[str]:
    return [role for service in SERVICES for role in (service.name, service.owner)]


def _needed(environment: Mapping[str, str], name: str) -> str:
    value = read(environment, name)
    if value is None:
        raise MissingSetting(f"`bifall prepare` needs BIFALL_{name} or BIFALL_{name}_FILE.")
    return value


def _as(url: str, role: str, password: str, database: str) -> str:
    """The same server, as another role in another database."""
    parts = urlsplit(url)
    place = f"{quote(role)}:{quote(password, safe='')}@{parts.hostname}:{parts.port or 5432}"
    return urlunsplit((parts.scheme, place, f"/{database}", parts.query, ""))
