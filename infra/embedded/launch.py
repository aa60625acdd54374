"""Become a server: tie this process's life to its parent's, give up what it must not have, turn into the command.

Run as a program of its own (`python -I -S launch.py PARENT SIGNAL IDENTITY PIDFILE COMMAND …`), single-threaded, with
the standard library alone, because none of this can be done safely between fork and exec in a process with threads.

IDENTITY is `keep`, `namespace:UID:GID` (a user namespace in which we are UID, as PostgreSQL refuses to run as root), or
`user:UID:GID` (become that user). The order matters: the kernel forgets the death signal when credentials change, so it
is asked for last; and a parent that died before that is noticed by asking who the parent is now.
"""

import ctypes
import os
import sys

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38

EXIT_IDENTITY = 120
EXIT_ORPHAN = 121
EXIT_NOT_FOUND = 127


def main(arguments: list[str]) -> None:
    parent, signal, identity, pid_file, *command = arguments
    os.umask(0o077)
    try:
        take_identity(identity)
    except OSError as error:
        print(f"could not become {identity}: {error}", file=sys.stderr)
        raise SystemExit(EXIT_IDENTITY) from None
    libc("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc("prctl", PR_SET_PDEATHSIG, int(signal), 0, 0, 0)
    if os.getppid() != int(parent):
        raise SystemExit(EXIT_ORPHAN)
    if pid_file:
        write_pid_file(pid_file)
    try:
        os.execv(command[0], command)
    except OSError as error:
        print(f"could not start {command[0]}: {error}", file=sys.stderr)
        raise SystemExit(EXIT_NOT_FOUND) from None


def take_identity(identity: str) -> None:
    kind, _, ids = identity.partition(":")
    if kind == "keep":
        return
    uid, gid = (int(part) for part in ids.split(":"))
    if kind == "namespace":
        enter_namespace(uid, gid)
    else:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


def enter_namespace(uid: int, gid: int) -> None:
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    libc("unshare", CLONE_NEWUSER)
    write("/proc/self/setgroups", "deny")
    write("/proc/self/uid_map", f"{uid} {outer_uid} 1")
    write("/proc/self/gid_map", f"{gid} {outer_gid} 1")


def write_pid_file(path: str) -> None:
    """`PID START BOOT`: a number alone could by now belong to somebody else's process."""
    with open("/proc/self/stat", encoding="ascii") as file:
        start = file.read().rpartition(")")[2].split()[19]
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        boot = file.read().strip()
    unfinished = f"{path}.new"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(descriptor, f"{os.getpid()} {start} {boot}\n".encode())
    os.close(descriptor)
    os.rename(unfinished, path)


def write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def libc(function: str, *arguments: int) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), function)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")


if __name__ == "__main__":
    main(sys.argv[1:])
