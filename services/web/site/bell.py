"""The bell: rings for open pages when something has happened that they show. It only says "fetch again": what is shown
is asked for anew, with the reader's own rights.

A page says with its question how much it had heard when it was drawn: what rang while it was on its way, or between
two connections, is told at once.

It hangs where web hears the other services, so it rings in the process whose reader took the fact. Where several
processes share the reading, a page that heard nothing shows the latest when it is next looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from shared.office import Office
from shared.parked import Entry
from shared.reader import Take

NAME = "bell"
"""Where the office keeps it."""

LISTENERS_MAX = 500
ONE_PERSONS_MAX = 25
"""Of one person: nobody keeps the news from everybody else by opening page after page."""

REMEMBERED_MAX = 10_000
"""Subjects whose last ring is known; of others it is only known that they may have rung."""
CALM_S = 1.0
"""The most often that one page is told: news that come closer are told once."""


DIGITS_MAX = 18


class TooMany(Exception):
    """As many pages listen as one process keeps open."""


class Listener:
    def __init__(self, about: UUID | None, account: UUID | None) -> None:
        self.about = about
        self.account = account
        self.rung = asyncio.Event()


class Bell:
    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._is_stopped = False
        self._mark = uuid4().hex[:8]
        self._count = 0
        self._last: dict[UUID, int] = {}
        self._forgotten = 0

    @property
    def now(self) -> str:
        """How much has rung so far, for a page to show later. It means nothing to another process, or another start."""
        return f"{self._mark}-{self._count}"

    def ring(self, subjects: Iterable[UUID]) -> None:
        about = set(subjects)
        self._count += 1
        for subject in about:
            self._last.pop(subject, None)  # the latest last, so that the oldest is forgotten first
            self._last[subject] = self._count
        while len(self._last) > REMEMBERED_MAX:
            self._forgotten = self._last.pop(next(iter(self._last)))
        for listener in self._listeners:
            if listener.about is None or listener.about in about:
                listener.rung.set()

    def stop(self) -> None:
        """Every page is let go, so that whoever stops the house does not wait for them."""
        self._is_stopped = True
        for listener in self._listeners:
            listener.rung.set()

    @contextmanager
    def _listening(self, about: UUID | None, account: UUID | None) -> Any:
        if self.is_full_for(account):
            raise TooMany
        listener = Listener(about, account)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def is_full_for(self, account: UUID | None) -> bool:
        theirs = sum(listener.account == account for listener in self._listeners) if account else 0
        return len(self._listeners) >= LISTENERS_MAX or theirs >= ONE_PERSONS_MAX

    def _has_rung(self, about: UUID | None, since: str) -> bool:
        mark, _, count = since.partition("-")
        if mark != self._mark or not count.isdecimal() or len(count) > DIGITS_MAX:
            return True
        last = self._count if about is None else self._last.get(about, self._forgotten)
        return last > int(count)

    async def rings(
        self, about: UUID | None, quiet_s: float, for_s: float, since: str = "", account: UUID | None = None
    ) -> AsyncIterator[bool]:
        """True for each ring, False for each `quiet_s` without one, until `for_s` have passed. `about` None is all.

        Where something has rung `since` then (a `now`), the first is true at once.
        """
        until = asyncio.get_running_loop().time() + for_s
        with self._listening(about, account) as listener:
            if since and self._has_rung(about, since):
                listener.rung.set()
            while self._goes_on(until):
                rung = await self._wait(listener, quiet_s)
                if not self._goes_on(until):
                    return
                yield rung
                if rung:
                    await asyncio.sleep(CALM_S)

    def _goes_on(self, until: float) -> bool:
        return not self._is_stopped and asyncio.get_running_loop().time() < until

    async def _wait(self, listener: Listener, quiet_s: float) -> bool:
        try:
            async with asyncio.timeout(quiet_s):
                await listener.rung.wait()
        except TimeoutError:
            return False
        listener.rung.clear()
        return True


class Ringing:
    """A `Take` that rings the bell for whatever is heard, also for what leads to nothing in web itself."""

    def __init__(self, take: Take, bell: Bell) -> None:
        self._take = take
        self._bell = bell

    def heeds(self, entry: Entry) -> bool:
        self._bell.ring(entry.subjects())
        return self._take.heeds(entry)

    async def apply(self, connection: Any, entries: Sequence[Entry]) -> Any:
        return await self._take.apply(connection, entries)

    def committed(self, applied: Any) -> None:
        self._take.committed(applied)


def with_bell(office: Office, take: Take) -> Take:
    bell = office.extra.setdefault(NAME, Bell())
    return Ringing(take, bell)


def bell_of(office: Office) -> Bell:
    found: Bell = office.extra.setdefault(NAME, Bell())
    return found
