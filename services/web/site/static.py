"""Static files: served under the digest of them all, so that a browser may keep them for a year and never be wrong.

The digest is a folder in the address, not a part of each name: scripts can import each other by their plain names.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from pathlib import Path

import msgspec

FOLDER = Path(__file__).parent.parent / "static"
DIGITS = 12
KEPT_FOR = "public, max-age=31536000, immutable"
PACKED = (".css", ".js", ".svg", ".json", ".html", ".txt", ".md")
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".md": "text/plain; charset=utf-8",
}


class StaticFile(msgspec.Struct, frozen=True):
    content: bytes
    packed: bytes | None
    media_type: str


class StaticFiles:
    """All of them in memory: they are few and small."""

    def __init__(self, folder: Path = FOLDER) -> None:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        self.files = {path.relative_to(folder).as_posix(): _read(path) for path in paths}
        digest = hashlib.sha256()
        for name, file in self.files.items():
            digest.update(name.encode() + b"\0" + file.content)
        self.version = digest.hexdigest()[:DIGITS]

    def address(self, name: str) -> str:
        """Raises LookupError where there is no such file: a page that names it would be broken."""
        if name not in self.files:
            raise LookupError(f"there is no static file {name}")
        return f"/static/{self.version}/{name}"


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    packed = gzip.compress(content, mtime=0) if path.suffix in PACKED else None
    media_type = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return StaticFile(content, packed, media_type)
