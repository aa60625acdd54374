"""The embedded default: PostgreSQL and the broker from their wheels, on one private folder, for one process."""

from __future__ import annotations

from infra.embedded.addresses import Addresses, BrokerLogin, ServiceAddress
from infra.embedded.embedded import Embedded
from infra.embedded.folder import FolderTaken

__all__ = ["Addresses", "BrokerLogin", "Embedded", "FolderTaken", "ServiceAddress"]
