"""What a command says when it cannot do what was asked: what is wrong, and what to do next."""

from __future__ import annotations

import httpx

from infra.embedded import BackupDamaged, BackupRefused, ChildFailed, FolderTaken, WrongRecoveryKey
from shared.database import UnsafeDatabase
from shared.keyring import WrongKey
from shared.migrate import SchemaMismatch
from shared.settings import MissingSetting


class Failure(Exception):
    """The sentence is for the person at the terminal. `status` is the exit code."""

    def __init__(self, sentence: str, status: int = 1) -> None:
        super().__init__(sentence)
        self.status = status


def explained(error: Exception) -> Failure:
    """Puts an error of ours into words."""
    match error:
        case BackupDamaged() | BackupRefused() | ChildFailed() | FolderTaken() | WrongRecoveryKey():
            return Failure(str(error))
        case MissingSetting() | SchemaMismatch() | UnsafeDatabase() | WrongKey():
            return Failure(str(error))
        case httpx.ConnectError():
            return Failure("Nothing answers there. Start it with `bifall up`, or name another address with --url.")
        case httpx.HTTPError():
            return Failure(f"The call failed: {error}. Try again, or look at `bifall status`.")
        case OSError():
            return Failure(f"{error}. See `--debug` for the whole trace.")
    return Failure(
        f"{type(error).__name__}: {error}. This is our fault; run it again with --debug for the whole trace."
    )
