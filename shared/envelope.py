"""The envelope every event travels in: CloudEvents 1.0, structured JSON. Its text is stored, published and hashed as
it is."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import msgspec

from shared.catalogue import CATALOGUE, Event
from shared.clock import on_the_wire
from shared.identity import Actor, Role

EVENT_MAX_BYTES = 262_144
"""The longest event text: well below the broker's 1 MiB, above which a relay would stop for ever."""

CASES_MAX = 500
"""The most cases one fact may list."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`id` is `<subject>-<version>`: readable, and unique because a subject's versions are.

    `authtype` and `authid` say who: `user` with the account's id, or `system`. `correlationid` is the request,
    `causationid` the event another service told, `idempotencykey` what the client sent to be able to ask again.
    """

    specversion: str
    id: str
    source: str
    type: str
    subject: UUID
    time: str
    authtype: str
    authid: UUID
    correlationid: str
    causationid: str | None = None
    idempotencykey: UUID | None = None
    traceparent: str | None = None
    data: msgspec.Raw

    @property
    def version(self) -> int:
        return int(self.id.rpartition("-")[2])


class Because(msgspec.Struct, frozen=True):
    """Why a fact came to be: the request or the event behind it."""

    correlation: str
    causation: str | None = None
    idempotency_key: UUID | None = None
    traceparent: str | None = None


class UnknownEvent(LookupError):
    """Nobody here knows events of this type: they are newer than this code, and are skipped."""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Envelope)


@cache
def _data_decoder(kind: type[Event]) -> msgspec.json.Decoder[Event]:
    return msgspec.json.Decoder(kind)


def seal(event: Event, subject: UUID, version: int, at: datetime, actor: Actor, because: Because) -> str:
    """The exact text of one event."""
    return _encoder.encode(
        Envelope(
            specversion="1.0",
            id=f"{subject}-{version}",
            source=event.source,
            type=event.type,
            subject=subject,
            time=on_the_wire(at),
            authtype="system" if actor.holds(Role.FUND) else "user",
            authid=actor.id,
            correlationid=because.correlation,
            causationid=because.causation,
            idempotencykey=because.idempotency_key,
            traceparent=because.traceparent,
            data=msgspec.Raw(_encoder.encode(event)),
        )
    ).decode()


def unseal(text: str | bytes) -> Envelope:
    """Raises msgspec.ValidationError or DecodeError where the text is no envelope."""
    return _decoder.decode(text)


def event_of(envelope: Envelope) -> Event:
    """Raises UnknownEvent for a type not in the catalogue, msgspec.ValidationError where its data does not fit."""
    kind = CATALOGUE.get((envelope.source, envelope.type))
    if kind is None:
        raise UnknownEvent(f"{envelope.source} {envelope.type}")
    return _data_decoder(kind).decode(envelope.data)


class _Concerned(msgspec.Struct):
    case: UUID | None = None
    cases: tuple[UUID, ...] = ()


_concerned = msgspec.json.Decoder(_Concerned)


def concerns(envelope: Envelope) -> frozenset[UUID]:
    """The subject and every case the event is about, read without knowing its type."""
    try:
        about = _concerned.decode(envelope.data)
    except msgspec.MsgspecError:  # data nobody can read concerns at least its subject
        return frozenset({envelope.subject})
    return frozenset({envelope.subject, *about.cases} | ({about.case} if about.case else set()))


def as_data(event: Event) -> Any:
    return msgspec.to_builtins(event)
