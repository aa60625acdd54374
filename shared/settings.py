"""What a service is told from outside: one struct, read from `BIFALL_X` or, for secrets, from the file that
`BIFALL_X_FILE` names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

DEFAULT_PORT = 8000


class MissingSetting(Exception):
    """An environment variable that the service cannot do without."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """`key_encryption_key` (32 bytes; 64 hexadecimal digits outside) wraps the keys of the erasable store; `practice`
    accepts practice programmes; the certificate of the authority at `stamp_url` leads to one of `stamp_roots` (PEM)."""

    database_url: str
    nats_url: str
    nats_user: str
    nats_password: str
    nats_monitor_url: str | None = None
    keys_url: str | None = None
    key_encryption_key: bytes = b""
    token_public_key: bytes = b""
    token_private_key: bytes | None = None
    practice: bool = False
    alarm_webhook: str | None = None
    alarm_smtp_url: str | None = None
    alarm_email: str | None = None
    disk: str | None = None
    signer_password: str | None = None
    stamp_url: str | None = None
    stamp_roots: bytes = b""

    @cached_property
    def book_key(self) -> str:
        """What a service shows another to be told of its book; every service of a house has the same."""
        derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"bifall own book").derive(self.key_encryption_key)
        return derived.hex()

    @cached_property
    def request_mac_key(self) -> bytes:
        """For the digests of request bodies: they must not be guessable from the database alone."""
        return HKDF(hashes.SHA256(), 32, salt=None, info=b"bifall request bodies").derive(self.key_encryption_key)


def read(environment: Mapping[str, str], name: str) -> str | None:
    """`BIFALL_<name>`, or the content of the file that `BIFALL_<name>_FILE` names, without a last line feed."""
    raw = read_bytes(environment, name)
    return None if raw is None else raw.decode().removesuffix("\n")


def read_bytes(environment: Mapping[str, str], name: str) -> bytes | None:
    if file := environment.get(f"BIFALL_{name}_FILE"):
        return Path(file).read_bytes()
    value = environment.get(f"BIFALL_{name}")  # set to nothing is not set: that is how docker-compose leaves one out
    return value.encode() if value else None


def from_environment(service: str, environment: Mapping[str, str]) -> Settings:
    """Raises MissingSetting with the name of the first variable that is not there."""

    def needed(name: str) -> str:
        value = read(environment, name)
        if value is None:
            raise MissingSetting(f"The service {service} needs BIFALL_{name} or BIFALL_{name}_FILE.")
        return value

    return Settings(
        database_url=needed("DATABASE_URL"),
        nats_url=needed("NATS_URL"),
        nats_user=read(environment, "NATS_USER") or service,
        nats_password=needed("NATS_PASSWORD"),
        nats_monitor_url=read(environment, "NATS_MONITOR_URL"),
        keys_url=read(environment, "KEYS_URL"),
        key_encryption_key=bytes.fromhex(read(environment, "KEK") or ""),
        token_public_key=read_bytes(environment, "TOKEN_PUBLIC_KEY") or b"",
        token_private_key=read_bytes(environment, "TOKEN_PRIVATE_KEY"),
        practice=environment.get("BIFALL_PRACTICE") == "1",
        alarm_webhook=read(environment, "ALARM_WEBHOOK"),
        alarm_smtp_url=read(environment, "ALARM_SMTP_URL"),
        alarm_email=read(environment, "ALARM_EMAIL"),
        disk=read(environment, "DISK"),
        signer_password=read(environment, "SIGNER_PASSWORD"),
        stamp_url=read(environment, "STAMP_URL"),
        stamp_roots=read_bytes(environment, "STAMP_ROOT") or b"",
    )
