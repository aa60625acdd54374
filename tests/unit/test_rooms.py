"""The walls between the rooms hold: each wall is tried by breaking it in a copy of the house."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
ROOMS = ("services", "shared", "infra")

pytestmark = pytest.mark.slow


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the whole house, with two small services of its own to break."""
    for room in ROOMS:
        shutil.copytree(HOUSE / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests").mkdir()
    for name in ("tests/__init__.py", "tests/rooms.py", "pyproject.toml"):
        shutil.copy(HOUSE / name, tmp_path / name)
    build(tmp_path, "services/lending/domain/__init__.py")
    build(tmp_path, "services/lending/__init__.py")
    build(tmp_path, "services/borrowing/__init__.py")
    return tmp_path


def build(house: Path, module: str, text: str = "") -> None:
    path = house / module
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def stands(house: Path, module: str) -> bool:
    """A module of the house is there; one from outside always is."""
    path = house / module.replace(".", "/")
    return not module.startswith(ROOMS) or path.is_dir() or path.with_suffix(".py").exists()


def inspect(house: Path) -> subprocess.CompletedProcess[str]:
    linter = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([linter, "--no-cache"], cwd=house, capture_output=True, text=True)


def test_the_house_as_it_stands_keeps_every_wall(house: Path) -> None:
    answer = inspect(house)

    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("services/lending/rumour.py", "import services.borrowing"),
        ("shared/rumour.py", "import services.lending"),
        ("shared/rumour.py", "import infra"),
        ("infra/rumour.py", "import services.lending"),
        ("services/lending/domain/rumour.py", "import asyncpg"),
        ("services/lending/domain/rumour.py", "from pathlib import Path"),
        ("services/lending/domain/rumour.py", "import zipfile"),
        ("services/lending/domain/rumour.py", "import services.lending"),
    ],
)
def test_an_import_through_a_wall_is_found(house: Path, module: str, line: str) -> None:
    build(house, module, line + "\n")

    answer = inspect(house)

    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "BROKEN" in answer.stdout


def test_a_domain_that_reaches_the_world_through_a_permitted_module_is_found(house: Path) -> None:
    build(house, "shared/words.py", "import socket\n")
    build(house, "services/lending/domain/rumour.py", "import shared.words\n")

    answer = inspect(house)

    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "shared.words -> socket" in answer.stdout


def test_a_domain_may_import_everything_the_contract_allows(house: Path) -> None:
    contracts = tomllib.loads((house / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (allowed,) = (contract["allowed"] for contract in contracts if contract["type"] == "only")
    lines = [f"import {module}\n" for module in allowed if stands(house, module)]
    build(house, "services/lending/domain/rules.py", "import services.lending.domain\n" + "".join(lines))

    answer = inspect(house)

    assert answer.returncode == 0, answer.stdout + answer.stderr
