"""docker-compose.yml says how each service runs on its own: the same commands and environments, here as processes.

The wheels' database and broker stand in for the two images, and every address that names a container becomes one on
this machine; nothing else is changed. The image itself is not built here: that takes a container engine.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import yaml

from infra.embedded import Addresses, Embedded
from infra.secrets import make_secrets
from tests.system.running import ANSWERS_WITHIN_S, SMALL_GRANTED, SMALL_ROUND, bifall, signed, written_round
from tests.torture.ports import steady_port

COMPOSE = Path(__file__).parents[2] / "docker-compose.yml"
SIGNERS_FOLDER = "/signer/kept"
IN_CONTAINERS = "/run/secrets"
READY_WITHIN_S = 180.0
STOPS_WITHIN_S = 60.0
UNSET = re.compile(r"\$\{\w+:-([^}]*)\}")
SERVICES = ("applications", "review", "payouts", "audit", "web")


def _translated(text: str, secrets: Path, addresses: Addresses, ports: dict[str, int]) -> str:
    """The same text with addresses of this machine; what an operator may set is not set."""
    text = UNSET.sub(r"\1", text)
    text = text.replace(IN_CONTAINERS, str(secrets))
    text = text.replace("nats://broker:4222", addresses.nats_url).replace(
        "http://broker:8222", addresses.nats_monitor_url
    )
    text = text.replace(SIGNERS_FOLDER, str(secrets.parent / "signer"))
    for name, port in ports.items():
        text = text.replace(f"http://{name}:8000", f"http://127.0.0.1:{port}")
    return text


def _here(secrets: Path, addresses: Addresses) -> None:
    """The database addresses among the secrets name containers: let them name the wheels' databases."""
    places = {"database": urlsplit(addresses.superuser_url), "keys": urlsplit(addresses.keys_superuser_url)}
    for file in secrets.iterdir():
        text = file.read_text()
        for container, place in places.items():
            text = text.replace(f"@{container}:5432/", f"@127.0.0.1:{place.port}/").replace(
                f"@{container}/", f"@127.0.0.1:{place.port}/"
            )
        file.chmod(0o600)
        file.write_text(text)


@contextmanager
def _process(service: dict[str, Any], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "services", *service["command"]]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env={**_bare(), **environment}, stdout=out, stderr=out)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(STOPS_WITHIN_S)


def _bare() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("BIFALL_")}


def _ready(url: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/ready", timeout=ANSWERS_WITHIN_S).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"{url} is not ready after {READY_WITHIN_S} s")


def test_each_service_runs_on_its_own_as_the_compose_file_says_and_a_round_is_played(tmp_path: Path) -> None:
    compose = yaml.safe_load(COMPOSE.read_text())["services"]
    secrets = make_secrets(tmp_path / "secrets").folder
    data = tmp_path / "data"
    (data / "secrets").mkdir(parents=True, mode=0o700)
    for file in secrets.iterdir():
        (data / "secrets" / file.name).write_bytes(file.read_bytes())
    embedded = Embedded(data)
    with asyncio.Runner() as runner, ExitStack() as stack:
        addresses = runner.run(embedded.start())
        stack.callback(lambda: runner.run(embedded.stop()))
        _here(secrets, addresses)
        ports = {name: steady_port() for name in SERVICES}

        def environment(name: str) -> dict[str, str]:
            told = compose[name].get("environment", {})
            return {key: _translated(str(value), secrets, addresses, ports) for key, value in told.items()} | (
                {"BIFALL_PORT": str(ports[name]), "BIFALL_HOST": "127.0.0.1"} if name in ports else {}
            )

        prepared = subprocess.run(
            [sys.executable, "-m", "services", *compose["prepare"]["command"]],
            env={**_bare(), **environment("prepare")},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert prepared.returncode == 0, prepared.stderr
        for name in ("keeper", *SERVICES, "signer"):
            practice = {"BIFALL_PRACTICE": "1", "BIFALL_DEMO": "1"}  # so that a round can be played on it
            stack.enter_context(_process(compose[name], environment(name) | practice, tmp_path / f"{name}.log"))
        url = f"http://127.0.0.1:{ports['web']}"
        _ready(url)
        small = written_round(tmp_path / "small.json", SMALL_ROUND)
        done = bifall("demo", "--url", url, "--json", "--round", str(small))
        assert done.returncode == 0, done.stderr[-3_000:]
        figures = json.loads(done.stdout)
        assert (figures["granted"], figures["granted_kronor"], figures["closed"]) == (1, SMALL_GRANTED, 2)
        assert figures["audit"] == {"complete": True, "verified": True}
        reconciled = bifall("audit", "reconcile", "--url", url, "--json")
        assert reconciled.returncode == 0, reconciled.stdout + reconciled.stderr
        assert all(source["size"] > 0 for source in json.loads(reconciled.stdout)["sources"])
        checkpoints = signed(f"{url}/api/audit")
        assert checkpoints.keys() == {"applications", "review", "payouts", "web"}
        assert all(each.origin.endswith(f"/{source}") for source, each in checkpoints.items())
