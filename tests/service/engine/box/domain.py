"""The rules of rooms, boxes and stock: as small as they can be and still use everything the engine has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.catalogue import Event
from shared.identity import Role
from shared.life import Changes, Circumstances, Command, Kind, Mark, State
from shared.refused import Refused
from shared.words import Text
from tests.service.engine.box.told import BoxClosed, BoxOpened, RoomMeasured, StockTaken, ThingPut


class RoomStatus(StrEnum):
    MEASURED = "measured"  # nobody


class Room(State, frozen=True, kw_only=True):
    ceiling: int


class MeasureRoom(Command, frozen=True, kw_only=True):
    ceiling: int


def tally_of(room: UUID) -> str:
    return f"room/{room}"


ROOM = Kind(
    name="room",
    state=Room,
    life={(None, RoomMeasured): RoomStatus.MEASURED, (RoomStatus.MEASURED, RoomMeasured): RoomStatus.MEASURED},
    evolve=lambda room, event: {"ceiling": event.ceiling},
    decide=lambda room, command, here: (
        [] if room and room.ceiling == command.ceiling else [RoomMeasured(ceiling=command.ceiling)]
    ),
    commands=(MeasureRoom,),
    moves={RoomStatus.MEASURED: None},
    labels={RoomStatus.MEASURED: Text("Rummet är uppmätt", "The room is measured")},
    tallies=lambda room, command, subjects: [tally_of(command.subject)],
    marks=lambda room, event: [Mark(tally_of(room.id), ceiling=event.ceiling)],
)


class Status(StrEnum):
    OPEN = "open"  # the officer: put things in, or close it
    CLOSED = "closed"  # nobody


class Box(State, frozen=True, kw_only=True):
    room: UUID
    association: UUID | None = None
    weight: int = 0
    people: tuple[UUID, ...] = ()


class OpenBox(Command, frozen=True, kw_only=True):
    room: UUID
    association: UUID | None = None
    content: str | None = None


class PutThing(Command, frozen=True, kw_only=True):
    """`fault` stands for a mistake of ours: the rules themselves break on it. `beside` is a box that has to be open
    meanwhile."""

    weight: int
    room: UUID | None = None
    fault: bool = False
    beside: UUID | None = None
    cases: tuple[UUID, ...] = ()


class CloseBox(Command, frozen=True, kw_only=True):
    pass


TOO_HEAVY = 1_000


def decide(box: Box | None, command: Command, here: Circumstances) -> list[Event]:
    match command:
        case OpenBox():
            return (
                [] if box else [BoxOpened(room=command.room, association=command.association, content=command.content)]
            )
        case PutThing():
            if command.fault:
                raise ArithmeticError("a mistake of ours")
            if command.weight > TOO_HEAVY:
                raise Refused("Saken är för tung.", "The thing is too heavy.")
            if command.beside is not None:
                refuse_unless_open(here.also.get(command.beside))
            room = box.room if box else UUID(int=0)
            return [ThingPut(room=room, weight=command.weight, cases=command.cases)]
        case CloseBox():
            return [BoxClosed(received_at=here.received(0))]
    raise LookupError(type(command).__name__)


def refuse_unless_open(other: State | None) -> None:
    if other is None or other.status is not Status.OPEN:
        raise Refused("Lådan intill är inte öppen.", "The box beside it is not open.")


def needs(box: Box | None, command: Any) -> Iterable[UUID]:
    """The box beside; for one that is not there yet there is nothing to look at, as for most kinds of subject."""
    other = getattr(command, "beside", None)
    return [other] if box and other else []


def evolve(box: Box | None, event: Event) -> Changes:
    match event:
        case BoxOpened():
            return {"room": event.room, "association": event.association}
        case ThingPut():
            return {"weight": (box.weight if box else 0) + event.weight}
    return {}


def tallies(box: Box | None, command: Any, subjects: Mapping[UUID, State]) -> Iterable[str]:
    room = box.room if box else getattr(command, "room", None)
    return [tally_of(room)] if room else []


def marks(box: Box, event: Event) -> Iterable[Mark]:
    return [Mark(tally_of(event.room), add=event.weight)] if isinstance(event, ThingPut) else []


def association(box: Box | None, command: Any) -> UUID | None:
    return box.association if box else getattr(command, "association", None)


BOX = Kind(
    name="box",
    state=Box,
    life={
        (None, BoxOpened): Status.OPEN,
        (Status.OPEN, ThingPut): Status.OPEN,
        (Status.OPEN, BoxClosed): Status.CLOSED,
    },
    evolve=evolve,
    decide=decide,
    commands=(OpenBox, PutThing, CloseBox),
    moves={Status.OPEN: Role.OFFICER, Status.CLOSED: None},
    labels={
        Status.OPEN: Text("Lådan är öppen", "The box is open"),
        Status.CLOSED: Text("Lådan är stängd", "The box is closed"),
    },
    table="box",
    columns={"weight": "bigint"},
    row=lambda box: {"weight": box.weight},
    needs=needs,
    tallies=tallies,
    marks=marks,
    association=association,
    barred=lambda box: box.people,
    facts=lambda box: {"weight": box.weight},
    offers={"put_thing": ThingPut, "close_box": BoxClosed},
    offers_to=lambda box, _, operation: operation != "put_thing" or box.weight < TOO_HEAVY,
)


class StockStatus(StrEnum):
    COUNTED = "counted"  # nobody


class Stock(State, frozen=True, kw_only=True):
    weight: int


class TakeStock(Command, frozen=True, kw_only=True):
    weight: int


STOCK = Kind(
    name="stock",
    state=Stock,
    life={(None, StockTaken): StockStatus.COUNTED, (StockStatus.COUNTED, StockTaken): StockStatus.COUNTED},
    evolve=lambda stock, event: {"weight": (stock.weight if stock else 0) + event.weight},
    decide=lambda stock, command, here: [StockTaken(weight=command.weight)],
    commands=(TakeStock,),
    moves={StockStatus.COUNTED: None},
    labels={StockStatus.COUNTED: Text("Räknat", "Counted")},
    table="stock",
    columns={"weight": "bigint"},
    row=lambda stock: {"weight": stock.weight},
)
