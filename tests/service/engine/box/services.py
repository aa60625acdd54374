"""What the two tiny services are made of: policy, routes, reactions."""

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post, put

from shared.http.body import Body
from shared.http.visit import Visit
from shared.identity import Role
from shared.life import Command
from shared.policy import May, Policy
from shared.service import Service
from shared.words import Count, Line
from tests.service.engine.box.domain import BOX, ROOM, STOCK, Box, CloseBox, MeasureRoom, OpenBox, PutThing, TakeStock
from tests.service.engine.box.told import ThingPut

HERE = Path(__file__).parent
STUMBLES: set[UUID] = set()
"""Boxes whose things the shelf cannot take, for as long as they stand here."""

OFFICER = (May(Role.OFFICER), May(Role.APPLICANT, own=True), May(Role.FUND))


class Opening(Body):
    room: UUID
    association: UUID | None = None
    label: Line | None = None


class Thing(Body):
    weight: Count


class Measure(Body):
    ceiling: Count


class Nothing(Body):
    """An empty object."""


class ShownBox(msgspec.Struct, frozen=True):
    id: UUID
    weight: int
    label: str | None


@put("/rooms/{room:uuid}", name="measure_room")
async def measure_room(room: UUID, data: Measure, visit: Visit) -> Response[Any]:
    return await visit.do(MeasureRoom(subject=room, ceiling=data.ceiling), must_match=False)


@put("/boxes/{box:uuid}", name="open_box")
async def open_box(box: UUID, data: Opening, visit: Visit) -> Response[Any]:
    items = {"label": data.label.encode()} if data.label else {}
    sealed = await visit.sealed(box, "case", items) if items else ()
    content = sealed[0].digest if sealed else None
    command = OpenBox(subject=box, room=data.room, association=data.association, content=content)
    return await visit.do(command, must_match=False, sealed=sealed, clear={"label": data.label} if data.label else None)


@get("/boxes/{box:uuid}", name="see_box")
async def see_box(box: UUID, visit: Visit) -> Response[Any]:
    state = await visit.see(box)
    assert isinstance(state, Box)
    label = await visit.office.store.open(visit.office.pool, box, "case", "label")
    return visit.shown(state, ShownBox(state.id, state.weight, label.decode() if label else None))


@post("/boxes/{box:uuid}/things", name="put_thing")
async def put_thing(box: UUID, data: Thing, visit: Visit) -> Response[Any]:
    return await visit.do(PutThing(subject=box, weight=data.weight))


@post("/boxes/{box:uuid}/close", name="close_box")
async def close_box(box: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    return await visit.do(CloseBox(subject=box))


def on_thing(event: ThingPut, subject: UUID) -> list[Command]:
    if subject in STUMBLES:
        raise ValueError("the shelf stumbled")
    return [TakeStock(subject=subject, weight=event.weight)]


BOXES = Service(
    name="box",
    hears=(),
    kinds=(ROOM, BOX),
    policy=Policy(
        {
            "measure_room": (May(Role.OFFICER), May(Role.FUND)),
            "open_box": OFFICER,
            "see_box": OFFICER,
            "put_thing": OFFICER,
            "close_box": OFFICER,
        }
    ),
    routes=(measure_room, open_box, see_box, put_thing, close_box),
    migrations=HERE / "box_tables",
)
SHELF = Service(
    name="shelf",
    hears=("box",),
    kinds=(STOCK,),
    policy=Policy({}),
    routes=(),
    migrations=HERE / "shelf_tables",
    reactions={ThingPut: on_thing},
)
