"""What lies where in a package, and how it is packed: the same parts always give the same bytes.

`docs/trail-format.md` tells it to others; `verify` is who reads it.
"""

from __future__ import annotations

import io
import zipfile
from base64 import b64decode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from shared.tlog.notes import read_note
from shared.tlog.proofs import Proof
from shared.trail_package.evidence import Evidence, Followed
from shared.trail_package.verify import UNCOVERED

FORMAT = "bifall.trail/v1"
CONSISTENCY = "bifall.consistency/v1"
MANIFEST = "manifest.txt"
VERIFIER = Path(__file__).with_name("verify.py")
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""When every file in it was last changed: a package says nothing of when it was packed."""


class Content(msgspec.Struct, frozen=True):
    """An item as it is disclosed: sha256(salt ‖ content) is what an event speaks of."""

    salt: bytes
    content: bytes


def files_of(
    evidence: Evidence, contents: Mapping[str, Content], withheld: Mapping[str, str], pages: Mapping[str, bytes]
) -> dict[str, bytes]:
    """`contents` and `withheld` (why) by digest; `pages` are files that the manifest does not cover."""
    files = {name: content for log in evidence.logs for name, content in _of_log(log).items()}
    notes = {log.name: log.checkpoint for log in evidence.logs}
    for one in evidence.entries:
        proof = _proof(one.index, one.path, notes[one.log])
        files[f"events/{one.log}/{one.position}.json"] = b64decode(one.entry)
        files[f"proofs/{one.log}/{one.position}.tlog-proof"] = proof
    for digest, item in contents.items():
        files[f"content/{digest}.bin"] = item.content
        files[f"content/{digest}.salt"] = item.salt
    files["withheld.txt"] = _lines(f"{digest} {why}" for digest, why in withheld.items())
    files["verify.py"] = VERIFIER.read_bytes()
    files |= pages
    return {**files, MANIFEST: manifest(str(evidence.case), files)}


def manifest(case: str, files: Mapping[str, bytes]) -> bytes:
    """Nobody signs it: it only finds what was damaged or left out on the way."""
    listed = (f"{sha256(content).hexdigest()}  {name}" for name, content in files.items() if not UNCOVERED.match(name))
    return f"{FORMAT} {case}\n".encode() + _lines(listed)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Always the same bytes for the same files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return written.getvalue()


def _of_log(log: Followed) -> dict[str, bytes]:
    folder = f"logs/{log.name}/"
    files = {"key.txt": _lines(log.keys[:1]), "checkpoint.txt": log.checkpoint.encode()}
    files |= {f"rotations/{number}.txt": note.encode() for number, note in enumerate(log.rotations, 1)}
    for one in log.earlier:
        files[f"earlier/{one.size}.txt"] = "\n".join([CONSISTENCY, *one.path, "", one.note]).encode()
    if log.witnesses:
        files["witnesses.txt"] = _lines(log.witnesses)
    if log.first is not None:
        files["first.json"] = log.first.encode()
        files["first.tlog-proof"] = _proof(0, log.first_path, log.checkpoint)
    kept = {folder + name: content for name, content in files.items()}
    return kept | {f"stamps/{log.name}/{one.size}.tsr": b64decode(one.token) for one in log.stamps}


def _proof(index: int, path: Iterable[str], note: str) -> bytes:
    return str(Proof(index, tuple(map(b64decode, path)), read_note(note))).encode()


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in sorted(lines)).encode()
