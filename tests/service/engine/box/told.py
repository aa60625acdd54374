"""What the box service tells: rooms with a ceiling, boxes, and what is put into them."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.catalogue import CATALOGUE, Event
from shared.words import Count, Digest


class Told(Event, frozen=True, kw_only=True):
    source: ClassVar[str] = "box"


class RoomMeasured(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "room.measured"
    ceiling: Count


class BoxOpened(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "box.opened"
    room: UUID
    association: UUID | None = None
    content: Digest | None = None


class ThingPut(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "thing.put"
    room: UUID
    weight: Count
    cases: tuple[UUID, ...] = ()


class BoxClosed(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "box.closed"
    received_at: datetime | None = None


class StockTaken(Event, frozen=True, kw_only=True):
    """What `shelf` tells: it heard of a thing."""

    source: ClassVar[str] = "shelf"
    type: ClassVar[str] = "stock.taken"
    weight: Count


CATALOGUE.update(
    {(event.source, event.type): event for event in (RoomMeasured, BoxOpened, ThingPut, BoxClosed, StockTaken)}
)
