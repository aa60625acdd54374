"""Runs the certified provider: fetches it on first use, exactly the version named, and keeps it in a cache.

Where there is no Node.js or no way to fetch, `Missing` says what to install.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FETCH_WITHIN_S = 100
FILES = ("package.json", "provider.js")


class Missing(Exception):
    """What the provider needs is not on this machine."""


def version() -> str:
    found: str = json.loads((HERE / "package.json").read_text())["dependencies"]["oidc-provider"]
    return found


def cache() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    if not os.access(base if base.exists() else base.parent, os.W_OK):
        base = Path(tempfile.gettempdir())
    return base / "bifall-tests" / f"oidc-provider-{version()}"


def fetched() -> Path:
    """The folder it can be run from. Raises Missing."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Missing("Signing in with an e-ID is tried with Node.js: apt-get install nodejs npm")
    folder = cache()
    if not (folder / "node_modules" / "oidc-provider" / "package.json").exists():
        _fetch(npm, folder)
    for name in FILES:
        shutil.copyfile(HERE / name, folder / name)
    return folder


def _fetch(npm: str, folder: Path) -> None:
    """Into a folder beside, moved when whole: two that fetch at once do not disturb each other."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
        shutil.copyfile(HERE / "package.json", Path(beside) / "package.json")
        done = subprocess.run(
            [npm, "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=beside,
            capture_output=True,
            text=True,
            timeout=FETCH_WITHIN_S,
        )
        if done.returncode != 0:
            raise Missing(f"npm could not fetch oidc-provider {version()}: {done.stderr[-400:]}")
        if not folder.exists():
            Path(beside).rename(folder)
            Path(beside).mkdir()


@contextmanager
def running(clients: Sequence[dict[str, Any]], acrs: Sequence[str]) -> Iterator[str]:
    """Its issuer, while it runs."""
    folder = fetched()
    told = os.environ | {"PROVIDER": json.dumps({"clients": list(clients), "acrs": list(acrs)})}
    process = subprocess.Popen(
        ["node", "provider.js"],
        cwd=folder,
        env=told,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        issuer = process.stdout.readline().strip()
        if not issuer:
            assert process.stderr is not None
            raise Missing(f"the provider did not start: {process.stderr.read()[-400:]}")
        yield issuer
    finally:
        process.kill()
        process.communicate()
