"""Secrets: passwords, the key-encryption key and the token signing key, generated once and kept as files 0600.

One secret is one small text file, because that is what containers mount. A file that exists is never replaced, so two
that start at once end with the same secrets.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from infra.broker.configuration import BrokerPlace, configuration
from infra.estate import KEEPER, SERVICES, ServiceEstate

PASSWORD_BYTES = 24
KEY_ENCRYPTION_KEY_BYTES = 32

DATABASE_HOST, KEYS_HOST = "database", "keys"
"""What `docker-compose.yml` calls the two clusters."""
BROKER = BrokerPlace("0.0.0.0", 4222, "0.0.0.0", 8222, Path("/data"))  # noqa: S104 - a network that is closed outward


class Secrets:
    """The folder of secrets. Reading one that is not there yet makes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        return self.folder / name

    def role_password(self, role: str) -> str:
        """The database password of a role (`review`, `review_owner`, `postgres`)."""
        return self._text(f"{role}_password", lambda: secrets.token_urlsafe(PASSWORD_BYTES))

    def broker_password(self, user: str) -> str:
        """The broker password of a service, or of the keeper `streams`."""
        return self._text(f"{user}_nats_password", lambda: secrets.token_urlsafe(PASSWORD_BYTES))

    def key_encryption_key(self) -> bytes:
        """32 bytes, kept in `kek` as 64 hexadecimal digits."""
        return bytes.fromhex(self._text("kek", lambda: secrets.token_hex(KEY_ENCRYPTION_KEY_BYTES)))

    def token_keys(self) -> tuple[bytes, bytes]:
        """The Ed25519 pair that signs and verifies actor tokens: private and public, both PEM."""
        private = self._text("token_private_key", _new_token_key).encode()
        public = self._text("token_public_key", lambda: _public_part(private)).encode()
        return private, public

    def signer_password(self) -> str:
        """What the signer shows audit, and nobody else has."""
        return self._text("signer_password", lambda: secrets.token_urlsafe(PASSWORD_BYTES))

    def make_all(self, estate: Sequence[ServiceEstate]) -> None:
        """Make every secret the estate needs that is not there yet."""
        self.role_password("postgres")
        self.broker_password(KEEPER)
        for service in estate:
            self.role_password(service.name)
            self.role_password(service.owner)
            self.broker_password(service.name)
        self.key_encryption_key()
        self.token_keys()
        self.signer_password()

    def _text(self, name: str, make: Callable[[], str]) -> str:
        path = self.path(name)
        if not path.exists():
            write_once(path, make())
        return path.read_text(encoding="ascii").rstrip("\n")


def make_secrets(folder: Path, estate: Sequence[ServiceEstate] = SERVICES) -> Secrets:
    """All an installation in containers mounts (see `docker-compose.yml`): the secrets, and what is written with them.

    Beside the secrets themselves, an address with its password for every database a service or `prepare` opens, and the
    broker's configuration.
    """
    made = Secrets(folder)
    made.make_all(estate)
    superuser = made.role_password("postgres")
    write_once(made.path("postgres_url"), _address("postgres", superuser, DATABASE_HOST, "postgres"))
    write_once(made.path("keys_postgres_url"), _address("postgres", superuser, KEYS_HOST, "postgres"))
    for service in estate:
        password = made.role_password(service.name)
        content = _address(service.name, password, DATABASE_HOST, service.name)
        write_once(made.path(f"{service.name}_database_url"), content)
        if service.has_keys:
            keys = _address(service.name, password, KEYS_HOST, service.keys_database)
            write_once(made.path(f"{service.name}_keys_url"), keys)
    users = {user: made.broker_password(user) for user in (KEEPER, *(service.name for service in estate))}
    made.path("nats.conf").unlink(missing_ok=True)  # no secret of its own, and who hears whom may have changed
    write_once(made.path("nats.conf"), configuration(estate, users, BROKER))
    return made


def _address(role: str, password: str, host: str, database: str) -> str:
    return f"postgresql://{role}:{quote(password, safe='')}@{host}:5432/{database}"


def write_once(path: Path, text: str) -> None:
    """Write a private file that nobody has written before; whoever comes second keeps the first one's text."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(unfinished, path)
        except FileExistsError:
            return  # another process was first, and its secret is the one in use
    finally:
        unfinished.unlink()
    _keep(path.parent)


def _keep(folder: Path) -> None:
    """A power cut takes a name that only the folder's memory has, and with a lost key goes all that it sealed."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _new_token_key() -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode().rstrip("\n")


def _public_part(private: bytes) -> str:
    public = load_pem_private_key(private, password=None).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode().rstrip("\n")
