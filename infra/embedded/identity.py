"""Who the servers run as.

PostgreSQL refuses to run as root. Started by root we put the servers into a user namespace, where they believe to be an
ordinary user and have no rights at all outside, while on disk everything stays root's and private. Where namespaces are
switched off (many containers), the servers become an unprivileged user, and the data folder is given to that user.
"""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

from infra.embedded.process import ENVIRONMENT, LAUNCH

KEEP = "keep"
PROBE_TIMEOUT_S = 10
OVERFLOW_UID = 65534  # what the kernel shows for ids it cannot map; confusing as an identity of one's own


class NoIdentity(Exception):
    """There is no unprivileged user the servers could run as."""


def identity_for(folder: Path, namespaces: bool | None = None) -> str:
    """The identity `launch` shall take for servers on this folder. Raises NoIdentity."""
    if os.geteuid() != 0:
        return KEEP
    user = _unprivileged_user()
    if namespaces if namespaces is not None else _namespaces_work(user.pw_uid, user.pw_gid):
        return f"namespace:{user.pw_uid}:{user.pw_gid}"
    owner = folder.stat()
    if owner.st_uid != 0:
        return f"user:{owner.st_uid}:{owner.st_gid}"
    return f"user:{user.pw_uid}:{user.pw_gid}"


def give(identity: str, *paths: Path) -> None:
    """Let the identity own these paths; needed only where it is another user on disk too."""
    kind, _, ids = identity.partition(":")
    if kind == "user":
        uid, gid = (int(part) for part in ids.split(":"))
        for path in paths:
            if path.exists():
                os.chown(path, uid, gid)


def _unprivileged_user() -> pwd.struct_passwd:
    """A user that is in the password file, because initdb looks its own name up there."""
    users = sorted((user for user in pwd.getpwall() if user.pw_uid != 0), key=_preference)
    if not users:
        raise NoIdentity(
            "PostgreSQL does not run as root, and this machine has no other user. Add one and start as it."
        )
    return users[0]


def _preference(user: pwd.struct_passwd) -> tuple[bool, bool, int]:
    return user.pw_uid == OVERFLOW_UID, user.pw_name != "nobody", user.pw_uid


@cache
def _namespaces_work(uid: int, gid: int) -> bool:
    probe = [
        str(os.getpid()),
        str(int(signal.SIGKILL)),
        f"namespace:{uid}:{gid}",
        "",
        sys.executable,
        "-I",
        "-S",
        "-c",
        "",
    ]
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(LAUNCH), *probe],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=ENVIRONMENT,
        timeout=PROBE_TIMEOUT_S,
        check=False,
    )
    return done.returncode == 0
