"""SCRAM-SHA-256 verifiers (RFC 5802, in PostgreSQL's notation), so that a password never travels to the server.

The server is handed the verifier only; and whether a role already has a password can be seen without changing anything.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

ITERATIONS = 4096
SALT_BYTES = 16


def make_verifier(password: str, salt: bytes | None = None, iterations: int = ITERATIONS) -> str:
    """`SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>`, all in base64.

    Passwords are ASCII, so SASLprep would change nothing.
    """
    salt = salt or secrets.token_bytes(SALT_BYTES)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, iterations)
    stored_key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${iterations}:{_text(salt)}${_text(stored_key)}:{_text(server_key)}"


def matches(verifier: str | None, password: str) -> bool:
    """Whether the verifier a server holds was made from this password."""
    if verifier is None or not verifier.startswith("SCRAM-SHA-256$"):
        return False
    _, parameters, _ = verifier.split("$")
    iterations, salt = parameters.split(":")
    again = make_verifier(password, base64.b64decode(salt), int(iterations))
    return hmac.compare_digest(again, verifier)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
