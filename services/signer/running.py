"""The signer's process: from its environment to a signer at work."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from pathlib import Path

import msgspec

from services.signer.audit import Audit
from services.signer.memory import Memory
from services.signer.signer import NAME, Signer
from shared.alarms import WATCH_EVERY_S, Bell
from shared.settings import MissingSetting, read
from shared.workers import Workers


class SignerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`folder` holds keys and memory; `place` is what the logs are called after, as a rule where they are served."""

    audit_url: str
    password: str
    folder: Path
    place: str | None = None
    alarm_webhook: str | None = None
    alarm_smtp_url: str | None = None
    alarm_email: str | None = None


def settings_from(environment: Mapping[str, str]) -> SignerSettings:
    """Raises MissingSetting with the name of the first variable that is not there."""

    def needed(name: str) -> str:
        if value := read(environment, name):
            return value
        raise MissingSetting(f"The signer needs BIFALL_{name} or BIFALL_{name}_FILE.")

    return SignerSettings(
        audit_url=needed("AUDIT_URL"),
        password=needed("SIGNER_PASSWORD"),
        folder=Path(needed("SIGNER_FOLDER")),
        place=(read(environment, "LOG_ORIGIN") or "").strip("/") or None,
        alarm_webhook=read(environment, "ALARM_WEBHOOK"),
        alarm_smtp_url=read(environment, "ALARM_SMTP_URL"),
        alarm_email=read(environment, "ALARM_EMAIL"),
    )


async def sign_until_stopped(settings: SignerSettings) -> int:
    """Until SIGINT or SIGTERM. Raises MemoryTaken, MemoryDamaged, Malformed."""
    memory = Memory(settings.folder)
    memory.open(settings.place)
    audit = Audit(settings.audit_url, settings.password)
    signer = Signer(memory, audit, Bell(lambda: settings))
    workers = Workers(NAME)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    workers.start(NAME, signer.run)
    workers.start("alarms", lambda: _tell(signer.bell))
    try:
        await stopped.wait()
    finally:
        await workers.stop()
        await audit.close()
        memory.close()
    return 0


async def _tell(bell: Bell) -> None:
    while True:
        await bell.tell()
        await asyncio.sleep(WATCH_EVERY_S)
