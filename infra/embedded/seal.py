"""Sealing what must not lie open in a backup: one archive, AES-256-GCM, under a recovery key made for that backup.

The recovery key lies beside the backup, not in it (`<backup>.recovery-key`), so that it can be kept elsewhere; and as
each backup has its own, destroying that one small file is enough to make its keys unreadable for ever.
"""

from __future__ import annotations

import io
import secrets
import tarfile
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infra.secrets import write_once

RECOVERY_KEY_BYTES = 32
NONCE_BYTES = 12
PURPOSE = b"bifall backup, sealed part, 1"


class WrongRecoveryKey(Exception):
    """The sealed part was not made with this key, or has been altered since."""


def recovery_key_path(backup: Path) -> Path:
    return backup.with_name(f"{backup.name}.recovery-key")


def new_recovery_key(path: Path) -> bytes:
    """Make the key and keep it, 64 hexadecimal digits, readable by its owner alone."""
    path.unlink(missing_ok=True)
    write_once(path, secrets.token_hex(RECOVERY_KEY_BYTES))
    return read_recovery_key(path)


def read_recovery_key(path: Path) -> bytes:
    """Raises FileNotFoundError, or WrongRecoveryKey when it is no key."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        raise WrongRecoveryKey(f"{path} is not a recovery key: it holds 64 hexadecimal digits.") from None
    if len(key) != RECOVERY_KEY_BYTES:
        raise WrongRecoveryKey(f"{path} is not a recovery key: it holds 64 hexadecimal digits.")
    return key


def seal(items: Mapping[str, bytes], key: bytes) -> bytes:
    """`nonce ‖ ciphertext` of an archive of these items by name."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, content in items.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o600
            tar.addfile(entry, io.BytesIO(content))
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, archive.getvalue(), PURPOSE)


def unseal(sealed: bytes, key: bytes) -> dict[str, bytes]:
    """The items by name. Raises WrongRecoveryKey."""
    try:
        archive = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], PURPOSE)
    except (InvalidTag, ValueError):
        raise WrongRecoveryKey("The recovery key does not open this backup, or its sealed part was altered.") from None
    items: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        for entry in tar:
            content = tar.extractfile(entry)
            if content is not None:
                items[entry.name] = content.read()
    return items
