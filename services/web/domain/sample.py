"""A sample: cases drawn at random to be looked at, by a seed that is on record before anybody sees what it drew."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from shared.catalogue import Event
from shared.catalogue.web import SampleDrawn
from shared.life import Changes, Circumstances, Command, Kind, State
from shared.refused import Unknown
from shared.words import Code, Count, Digest, Text


class Status(StrEnum):
    DRAWN = "drawn"  # nobody


class Sample(State, frozen=True, kw_only=True):
    drawn_by: UUID
    seed: str
    size: int
    register: int


class DrawSample(Command, frozen=True, kw_only=True):
    """`register`, `root` and `of` are what audit says it is drawn from; whoever reads it can count them again."""

    seed: Code
    size: Count
    register: Count
    root: Digest
    of: Count
    programme: UUID | None = None


LIFE = {(None, SampleDrawn): Status.DRAWN}
MOVES = {Status.DRAWN: None}
LABELS = {Status.DRAWN: Text("Stickprovet är draget", "The sample is drawn")}


def decide(sample: Sample | None, command: DrawSample, here: Circumstances) -> list[Event]:
    if sample is not None:
        told = (sample.drawn_by, sample.seed, sample.size, sample.register)
        if told != (here.actor.id, command.seed, command.size, command.register):
            raise Unknown  # somebody else's, or another: what was drawn is never drawn anew
        return []
    return [
        SampleDrawn(
            drawn_by=here.actor.id,
            seed=command.seed,
            size=command.size,
            register=command.register,
            root=command.root,
            of=command.of,
            programme=command.programme,
        )
    ]


def evolve(sample: Sample | None, event: Event) -> Changes:
    match event:
        case SampleDrawn():
            return {
                "drawn_by": event.drawn_by,
                "seed": event.seed,
                "size": event.size,
                "register": event.register,
            }
    return {}


SAMPLE = Kind(
    name="sample",
    state=Sample,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(DrawSample,),
    moves=MOVES,
    labels=LABELS,
)
