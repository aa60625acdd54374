"""Alarms: what an operator must hear of, told once when it begins and once when it is over, by webhook and by e-mail.

Both are outside effects that may fail: they are tried again, and an alarm that cannot be told is told later, never
dropped.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

import aiosmtplib
import httpx
import msgspec
import structlog

if TYPE_CHECKING:
    from shared.office import Office, Standing

WATCH_EVERY_S = 5.0
UNSENT_FOR_S = 60.0
DISK_FULL_SHARE = 0.70
FAILURES_IN_A_ROW = 10
SEND_TIMEOUT_S = 5.0
FROM = "bifall@localhost"

log = structlog.get_logger()


class Where(Protocol):
    """Where alarms go: nowhere, by webhook, by e-mail, or both."""

    @property
    def alarm_webhook(self) -> str | None: ...

    @property
    def alarm_smtp_url(self) -> str | None: ...

    @property
    def alarm_email(self) -> str | None: ...


class Alarm(msgspec.Struct, frozen=True, order=True):
    """`name` is parked, ahead, disk, unsent, worker, or a service's own; `over` tells that it has ended."""

    service: str
    name: str
    sentence: str
    over: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.service, self.name


def raised(office: Office, now: Standing) -> list[Alarm]:
    """What is wrong right now."""
    name = office.service.name
    found = []
    if now.parked:
        found.append(Alarm(name, "parked", f"{now.parked} events are parked. See `bifall parked`."))
    if office.relay.ahead:
        found.append(Alarm(name, "ahead", f"The stream is ahead of the journal. Run `bifall recover {name}`."))
    if now.oldest_unsent_s > UNSENT_FOR_S:
        found.append(Alarm(name, "unsent", "Facts have waited over a minute for the broker. See `bifall status`."))
    if _share_used(office.settings.disk) > DISK_FULL_SHARE:
        found.append(Alarm(name, "disk", "The disk is more than 70 % full. Make room before it stops the databases."))
    failing = [worker for worker, health in office.workers.health.items() if health.failures >= FAILURES_IN_A_ROW]
    if failing and office.workers.unwell:
        found.append(Alarm(name, "worker", f"{', '.join(failing)} fails again and again. See the log."))
    return found + [Alarm(name, of, sentence) for of, sentence in office.trouble.items()]


def _share_used(folder: str | None) -> float:
    if folder is None:
        return 0.0
    usage = shutil.disk_usage(folder)
    return usage.used / (usage.used + usage.free)  # as df counts: what is kept for root is not ours to fill


class Bell:
    """Tells what has begun and what is over. `current` is what is wrong now; `where` is asked anew each time."""

    def __init__(self, where: Callable[[], Where]) -> None:
        self.current: dict[tuple[str, str], Alarm] = {}
        self._where = where
        self._untold: list[Alarm] = []

    def hear(self, alarms: Iterable[Alarm]) -> None:
        """All that is wrong now; what no longer is, is over."""
        found = {alarm.key: alarm for alarm in alarms}
        for key, alarm in found.items():
            if key not in self.current:
                log.error("alarm", service=alarm.service, alarm=alarm.name, sentence=alarm.sentence)
                self._untold.append(alarm)
        for key, alarm in self.current.items():
            if key not in found:
                log.warning("alarm.over", service=alarm.service, alarm=alarm.name)
                self._untold.append(msgspec.structs.replace(alarm, over=True))
        self.current = found

    async def tell(self) -> None:
        """Tells what is untold, in order; what fails stays for the next time."""
        while self._untold:
            await _tell(self._untold[0], self._where())
            self._untold.pop(0)


class Watch(Bell):
    """Looks at a service again and again. `current` is for `/ready`: degraded."""

    def __init__(self, office: Office, every_s: float = WATCH_EVERY_S) -> None:
        super().__init__(lambda: office.settings)
        self._office = office
        self._every_s = every_s

    async def run(self) -> None:
        while True:
            await self.look()
            await self.tell()
            await asyncio.sleep(self._every_s)

    async def look(self) -> None:
        self.hear(raised(self._office, await self._office.standing()))


class Untold(Exception):
    """It did not arrive. Says nothing of where to: the address of a webhook is often its secret."""


async def _tell(alarm: Alarm, settings: Where) -> None:
    """Raises Untold or aiosmtplib.SMTPException where it did not arrive."""
    if settings.alarm_webhook:
        await _call(settings.alarm_webhook, alarm)
    if settings.alarm_smtp_url and settings.alarm_email:
        place = urlsplit(settings.alarm_smtp_url)
        await aiosmtplib.send(
            _letter(alarm, settings.alarm_email),
            hostname=place.hostname,
            port=place.port or 25,
            username=place.username,
            password=place.password,
            start_tls=None,
            use_tls=place.scheme == "smtps",
            timeout=SEND_TIMEOUT_S,
        )


async def _call(webhook: str, alarm: Alarm) -> None:
    try:
        async with httpx.AsyncClient(timeout=SEND_TIMEOUT_S) as client:
            answer = await client.post(webhook, json=msgspec.to_builtins(alarm))
    except httpx.HTTPError as error:
        raise Untold(f"The webhook could not be reached: {type(error).__name__}.") from None
    if not answer.is_success:
        raise Untold(f"The webhook answered {answer.status_code}.")


def _letter(alarm: Alarm, to: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = FROM
    letter["To"] = to
    letter["Subject"] = f"Bifall: {alarm.name} in {alarm.service}{' is over' if alarm.over else ''}"
    letter.set_content(alarm.sentence)
    return letter
