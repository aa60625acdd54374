"""What can be read of an entry: its subject, type, time and cases. Whatever the bytes are, there is an answer."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from shared.envelope import concerns, unseal
from shared.words import CODE_MAX

TYPE = re.compile(rf"^[A-Za-z0-9][A-Za-z0-9_.:-]{{0,{CODE_MAX - 1}}}\Z")
YEARS = range(1971, 2970)
"""A time outside these is no time of a fact, and some of them no database keeps."""

UNREADABLE = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)


class Reading(msgspec.Struct, frozen=True):
    """None and nothing where it cannot be read. `concerned` holds the subject too, in order."""

    subject: UUID | None = None
    type: str | None = None
    told_at: datetime | None = None
    concerned: tuple[UUID, ...] = ()


def read(text: bytes) -> Reading:
    try:
        envelope = unseal(text)
        concerned = concerns(envelope)
    except UNREADABLE:
        return Reading()
    return Reading(
        envelope.subject,
        envelope.type if TYPE.match(envelope.type) else None,
        _moment(envelope.time),
        tuple(sorted(concerned)),
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo is not None and moment.year in YEARS else None
