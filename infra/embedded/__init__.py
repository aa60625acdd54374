"""The embedded default: PostgreSQL and the broker from their wheels, on one private folder, for one process."""

from __future__ import annotations

from infra.embedded.addresses import Addresses, BrokerLogin, ServiceAddress
from infra.embedded.backup import Backup, BackupRefused, backup
from infra.embedded.embedded import Embedded
from infra.embedded.folder import FolderTaken
from infra.embedded.identity import NoIdentity
from infra.embedded.manifest import BackupDamaged
from infra.embedded.process import ChildFailed
from infra.embedded.restore import restore
from infra.embedded.seal import WrongRecoveryKey

__all__ = [
    "Addresses",
    "Backup",
    "BackupDamaged",
    "BackupRefused",
    "BrokerLogin",
    "ChildFailed",
    "Embedded",
    "FolderTaken",
    "NoIdentity",
    "ServiceAddress",
    "WrongRecoveryKey",
    "backup",
    "restore",
]
