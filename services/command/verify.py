"""`bifall verify`: a package or a receipt's proof, checked offline. A package by the very file that lies in it."""

from __future__ import annotations

import argparse
from pathlib import Path

from services.command.failure import Failure
from services.command.outside import keys_given
from services.command.packed_pages import compare
from services.command.packed_stamps import tell_stamps
from services.command.whole_log import completed
from shared.tlog.notes import Malformed, NotSigned
from shared.tlog.proofs import HEADER, SUFFIX, NotIncluded, proven, read_proof
from shared.trail_package import verify

HELP = "Verify a case's package, or the proof that came with a receipt, offline."
EXAMPLE = "bifall verify EX-2026-00017.zip --key fund.example/log/review+1a2b3c4d+AQ…"
NO_PACKAGE = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("package", metavar="FILE.zip", help="a package, its folder, or a file ending in .tlog-proof")
    parser.add_argument(
        "--key", action="append", default=[], metavar="VKEY", help="a key from outside the package, or a file of them"
    )
    parser.add_argument("--checkpoint", action="append", default=[], metavar="FILE", help="a checkpoint you were given")
    parser.add_argument(
        "--log",
        metavar="URL",
        help="read the logs whole too, there or in a folder, and name what of the case the package leaves out",
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where to keep what --log reads, for --log FOLDER")
    parser.add_argument(
        "--stamp-root",
        type=Path,
        metavar="FILE.pem",
        help="the root of a time stamping authority: check its stamps too",
    )
    parser.add_argument("--pages", type=Path, metavar="FOLDER", help="where to unpack it, with its pages written anew")


def run(asked: argparse.Namespace) -> int:
    if asked.package.endswith(SUFFIX):
        return _proof(Path(asked.package), asked.key)
    keys = [word for key in asked.key for word in ("--key", key)]
    checkpoints = [word for file in asked.checkpoint for word in ("--checkpoint", file)]
    proven = verify.main([asked.package, *keys, *checkpoints])
    if proven == NO_PACKAGE:
        return proven
    place = Path(asked.package)
    package = verify.Package(verify.read_folder(place) if place.is_dir() else verify.read_zip(place.read_bytes()))
    if proven == 0:
        compare(package, asked.pages)
        proven = tell_stamps(package, asked.stamp_root) if asked.stamp_root else 0
    return proven if asked.log is None else max(proven, completed(package, asked.log, asked.keep))


def _proof(file: Path, keys: list[str]) -> int:
    """One event, by the key that was given: a proof brings none along."""
    try:
        written = file.read_bytes().decode()
        if not written.startswith(HEADER):
            raise Malformed("It does not begin as one.")
        proof = read_proof(written)
    except (Malformed, UnicodeDecodeError) as error:
        print(f"This is no proof: {error}")
        return 2
    trusted = keys_given(keys)
    if not trusted:
        raise Failure("A proof brings no key along. Give --key with the log's key, as /api/audit/log shows it.")
    try:
        checkpoint = proven(proof, trusted)
    except (NotSigned, NotIncluded, Malformed) as error:
        print(f"FOUND  {file}: {error}")
        return 1
    print((proof.entry or b"").decode(errors="replace"))
    print(f"This event is entry {proof.index + 1} of {checkpoint.size} in {checkpoint.origin}.")
    return 0
