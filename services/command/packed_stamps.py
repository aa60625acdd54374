"""`bifall verify --stamp-root`: whose the time stamps of a package are, and of when, by a root from outside."""

from __future__ import annotations

from pathlib import Path

from cryptography.x509 import load_pem_x509_certificates

from services.audit.authority import NoStamp, of_text
from services.command.failure import Failure
from shared.tlog.notes import Note, read_note
from shared.trail_package.verify import Package

STAMPS = "stamps/"


def tell_stamps(package: Package, root: Path) -> int:
    """To be asked of a package without findings alone. Gives the exit code. Raises Failure where there is no root."""
    try:
        roots = load_pem_x509_certificates(root.read_bytes())
    except (OSError, ValueError) as error:
        raise Failure(f"{root} holds no certificate that can be read: {error}") from error
    found = 0
    for name in sorted(name for name in package.files if name.startswith(STAMPS)):
        try:
            stamp = of_text(package.files[name], _stamped(package, name).encode(), roots)
        except NoStamp as error:
            found += 1
            print(f"FOUND  {name}: {error}")
        else:
            print(f"{name}: stamped {stamp.stamped_at:%Y-%m-%d %H:%M:%S} UTC by {stamp.authority}")
    return 1 if found else 0


def _stamped(package: Package, name: str) -> str:
    """The checkpoint as the log itself signed it."""
    _, log, size = name.removesuffix(".tsr").split("/")
    followed = package.logs[log]
    earlier = f"logs/{log}/earlier/{size}.txt"
    note = followed.note if int(size) == followed.size else package.files[earlier].decode().partition("\n\n")[2]
    read = read_note(note)
    return str(Note(read.text, tuple(one for one in read.signatures if one.name == followed.origin)))
