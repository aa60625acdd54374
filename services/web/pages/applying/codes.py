"""The code of what was written: the same answers, or the same file, always give the same code, and others never do.

Whoever has kept it can check that the fund still has exactly what was sent in.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

CODE_DIGITS = 32
GROUP = 4


def code_of(answers: dict[str, Any]) -> str:
    return _written(hashlib.sha256(msgspec.json.encode(answers, order="sorted")))


def code_of_file(content: bytes) -> str:
    return _written(hashlib.sha256(content))


def plain(code: str) -> str:
    """A code as somebody typed it, without spaces and in small letters."""
    return "".join(code.split()).lower()


def _written(digest: Any) -> str:
    digits = digest.hexdigest()[:CODE_DIGITS]
    return " ".join(digits[at : at + GROUP] for at in range(0, CODE_DIGITS, GROUP))
