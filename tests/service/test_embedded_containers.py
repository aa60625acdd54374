"""The containers find every secret they name, the broker takes its configuration, and only web is open to the world."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.embedded.broker import binary
from infra.estate import SERVICES
from infra.secrets import make_secrets
from tests.service.embedded_fixtures import PROJECT

NAMES = {service.name for service in SERVICES}
OURS = NAMES | {"prepare", "keeper", "signer"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
    return read


def test_every_secret_a_container_is_told_of_is_made_and_mounted(compose: dict[str, Any], tmp_path: Path) -> None:
    made = make_secrets(tmp_path / "secrets")
    files = {path.name for path in made.folder.iterdir()}
    assert set(compose["secrets"]) == files
    for name, service in compose["services"].items():
        mounted = set(service.get("secrets", ()))
        named = {Path(value).name for value in service.get("environment", {}).values() if "/run/secrets/" in str(value)}
        named |= {Path(part).name for part in service.get("command", ()) if "/run/secrets/" in part}
        assert named == mounted, name
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in made.folder.iterdir())


def test_secrets_made_again_are_the_same(tmp_path: Path) -> None:
    first = {path.name: path.read_text() for path in make_secrets(tmp_path / "secrets").folder.iterdir()}
    again = {path.name: path.read_text() for path in make_secrets(tmp_path / "secrets").folder.iterdir()}
    assert first == again


def test_a_service_sees_its_own_secrets_and_nobody_elses(compose: dict[str, Any]) -> None:
    for name in NAMES:
        foreign = {other for other in NAMES if other != name}
        mounted = compose["services"][name]["secrets"]
        assert not [secret for secret in mounted if secret.split("_")[0] in foreign or "owner" in secret], name
        assert ("token_private_key" in mounted) == (name == "web")


def test_only_web_has_a_port_and_every_container_is_closed(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == OURS | {"database", "keys", "broker"}
    assert {name for name, service in services.items() if "ports" in service} == {"web"}
    reach_out = {name for name, service in services.items() if service["networks"] != ["inside"]}
    assert reach_out == {"web", "audit"}, "mail, alarms and who signs people in; and who stamps checkpoints"
    assert compose["networks"]["inside"] == {"internal": True}
    for name, service in services.items():
        assert service["read_only"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert name not in OURS or service["cap_drop"] == ["ALL"], name
    assert all("/ready" in services[name]["healthcheck"]["test"][-1] for name in NAMES)


def test_the_broker_takes_the_configuration_made_for_its_container(tmp_path: Path) -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "infra.broker", str(tmp_path / "secrets")],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "sync_interval: always" in printed
    checked = subprocess.run(
        [str(binary()), "--config", str(tmp_path / "secrets" / "nats.conf"), "-t"], capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
