"""A passkey in software: makes keys and answers challenges as a phone would, truly or not quite."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

UP, UV, AT = 0x01, 0x04, 0x40


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Authenticator:
    """One key. `verifies` says whether it makes sure who holds it."""

    def __init__(self, origin: str, *, verifies: bool = True) -> None:
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential = secrets.token_bytes(32)
        self.count = 0
        self.flags = UP | (UV if verifies else 0)

    def make(self, options: str, **instead: Any) -> str:
        """A new key, as the browser's script sends it."""
        asked = json.loads(options)
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + public
        data = self._data(asked["rp"]["id"], self.flags | AT) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked["challenge"], instead)
        return self._answer({"clientDataJSON": text(client), "attestationObject": text(attestation)})

    def use(self, options: str, **instead: Any) -> str:
        asked = json.loads(options)
        self.count += 1
        data = self._data(instead.pop("name", asked["rpId"]), self.flags)
        client = self._client("webauthn.get", asked["challenge"], instead)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signature)}
        )

    def _data(self, name: str, flags: int) -> bytes:
        return hashlib.sha256(name.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str, instead: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin} | instead).encode()

    def _answer(self, response: dict[str, str]) -> str:
        return json.dumps(
            {
                "id": text(self.credential),
                "rawId": text(self.credential),
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )
