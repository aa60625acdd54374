"""Become a server: tie this process's life to its parent's, give up what it must not have, turn into the command.

Run as a program of its own (`python -I -S launch.py PARENT SIGNAL IDENTITY PIDFILE COMMAND …`), single-threaded, with
the standard library alone, because none of this can be done safely between fork and exec in a process with threads.

IDENTITY is `keep`, `namespace:UID:GID` (a user namespace in which we are UID, as PostgreSQL refuses to run as root), or
`user:UID:GID` (become that user). From then on Python may not be able to read its own library, so nothing below imports
or decodes anything. The order matters: the kernel forgets the death signal when credentials change, so it
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

LIBC = ctypes.CDLL(None, use_errno=True)


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
    write("/proc/self/setgroups", b"deny")
    write("/proc/self/uid_map", b"%d %d 1" % (uid, outer_uid))
    write("/proc/self/gid_map", b"%d %d 1" % (gid, outer_gid))


def write_pid_file(path: str) -> None:
    """`PID START BOOT`: a number alone could by now belong to somebody else's process."""
    start = read("/proc/self/stat").rpartition(b")")[2].split()[19]
    boot = read("/proc/sys/kernel/random/boot_id").strip()
    unfinished = f"{path}.new"
    write(unfinished, b"%d %s %s\n" % (os.getpid(), start, boot), os.O_CREAT | os.O_TRUNC)
    os.rename(unfinished, path)


def read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    content = os.read(descriptor, 4096)
    os.close(descriptor)
    return content


def write(path: str, content: bytes, flags: int = 0) -> None:
    descriptor = os.open(path, os.O_WRONLY | flags, 0o600)
    os.write(descriptor, content)
    os.close(descriptor)


def libc(function: str, *arguments: int) -> None:
    if getattr(LIBC, function)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")


if __name__ == "__main__":
    main(sys.argv[1:])
