"""Where everything of a running estate is to be found, and with which password."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class BrokerLogin:
    """A broker user; its replies come to `_INBOX_<user>`."""

    user: str
    password: str = field(repr=False)

    @property
    def inbox_prefix(self) -> str:
        return f"_INBOX_{self.user}"


@dataclass(frozen=True)
class ServiceAddress:
    """What one service needs. The database addresses carry passwords and are kept out of logs (`repr`)."""

    name: str
    database_url: str = field(repr=False)
    owner_url: str = field(repr=False)
    keys_url: str | None = field(repr=False)
    keys_owner_url: str | None = field(repr=False)
    broker: BrokerLogin


@dataclass(frozen=True)
class Addresses:
    """What `Embedded.start` hands to whoever runs the services."""

    services: dict[str, ServiceAddress]
    nats_url: str
    nats_monitor_url: str
    keeper: BrokerLogin
    kek: bytes = field(repr=False)
    kek_file: Path
    token_private_key: bytes = field(repr=False)
    token_public_key: bytes
    files: Path
    superuser_url: str = field(repr=False)
    keys_superuser_url: str = field(repr=False)
    signer_password: str = field(repr=False)
    signer_password_file: Path
    signer_folder: Path
