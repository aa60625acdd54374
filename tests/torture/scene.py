"""What a fault has to work with: the estate it strikes, its own chance, and an older copy of the broker's store."""

from __future__ import annotations

import random
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tests.torture.estate import Estate


@dataclass
class Scene:
    estate: Estate
    chance: random.Random
    older_store: Path

    def keep_older_store(self) -> None:
        """A copy of the broker's store as it is at this instant."""
        servers = self.estate.servers
        servers.freeze(servers.broker)
        try:
            shutil.rmtree(self.older_store, ignore_errors=True)
            shutil.copytree(servers.folder.broker, self.older_store)
        finally:
            servers.thaw(servers.broker)


Fault = Callable[[Scene], Awaitable[str]]
"""Strikes, lasts as long as it lasts, and mends. Returns what it did, for the report."""
