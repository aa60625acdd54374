"""An association: an organisation number, one association to each, and who it is as content.

Support is for associations and foundations (H15). A sole trader's number is a personal number: never accepted (H11).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.applications.domain import counting
from shared.catalogue import Event
from shared.catalogue.applications import AssociationChanged, AssociationRegistered
from shared.identifiers import APPLICANT_GROUPS, InvalidIdentifier, parse_orgnr
from shared.identity import Actor, Role
from shared.life import Changes, Circumstances, Command, Kind, Life, Mark, State
from shared.refused import Already, FieldError, Refused
from shared.words import Digest, Text

NUMBER = "organisation_number"
SETS_DOWN = (Role.COORDINATOR, Role.OFFICER)
"""Who registers an association, and writes down its application, for it and not as one of its own."""
REPRESENTED_MAX = 240
"""Associations one person may act for: each is two posts, and a token must hold them all."""


def writes_for_others(actor: Actor) -> bool:
    return any(actor.holds(role) for role in SETS_DOWN)


class Status(StrEnum):
    REGISTERED = "registered"  # nobody


class Association(State, frozen=True, kw_only=True):
    """`changes` counts how often its particulars have become others, last `changed_at`."""

    organisation_number: str
    registered_by: UUID
    content: Digest
    changes: int = 0
    changed_at: datetime | None = None


class RegisterAssociation(Command, frozen=True, kw_only=True):
    """`organisation_number` is the ten digits that `read_number` found in what was typed."""

    organisation_number: str
    content: Digest


class ChangeAssociation(Command, frozen=True, kw_only=True):
    content: Digest


LIFE: Life = {
    (None, AssociationRegistered): Status.REGISTERED,
    (Status.REGISTERED, AssociationChanged): Status.REGISTERED,
}
MOVES: dict[StrEnum, Role | None] = {Status.REGISTERED: None}
LABELS: dict[StrEnum, Text] = {Status.REGISTERED: Text("föreningen är registrerad", "the association is registered")}


def read_number(typed: str) -> str:
    """The ten digits of an applicant's organisation number. Raises Refused with the sentence for whoever typed it."""
    try:
        return parse_orgnr(typed, APPLICANT_GROUPS).digits
    except InvalidIdentifier as wrong:
        sentence = wrong.sentence
        raise Refused(sentence.sv, sentence.en, (FieldError(NUMBER, sentence),)) from wrong


def evolve(association: Association | None, event: Event) -> Changes:
    match event:
        case AssociationRegistered():
            return {
                "organisation_number": event.organisation_number,
                "registered_by": event.registered_by,
                "content": event.content,
            }
        case AssociationChanged():
            changes = association.changes if association else 0
            return {"content": event.content, "changes": changes + 1, "changed_at": event.changed_at}
    return {}


def decide(association: Association | None, command: Command, here: Circumstances) -> list[Event]:
    match command:
        case RegisterAssociation():
            return _register(association, command, here)
        case ChangeAssociation():
            return [AssociationChanged(content=command.content, changed_at=here.at)]
    raise LookupError(type(command).__name__)


def _register(association: Association | None, command: RegisterAssociation, here: Circumstances) -> list[Event]:
    number = read_number(command.organisation_number)
    if association is not None:
        if (association.organisation_number, association.content) == (number, command.content):
            return []
        raise Already(
            "Föreningen är redan registrerad, med andra uppgifter.",
            "The association is already registered, with other particulars.",
        )
    if len(here.actor.associations) >= REPRESENTED_MAX:
        raise Refused(
            f"Du företräder redan {REPRESENTED_MAX} föreningar. Låt någon annan registrera nästa.",
            f"You already act for {REPRESENTED_MAX} associations. Let somebody else register the next one.",
        )
    if here.tally(counting.organisation(number)).value > 0:
        message = Text(
            "En förening med det numret är redan registrerad.", "An association with that number is registered."
        )
        raise Already(message.sv, message.en, (FieldError(NUMBER, message),))
    return [
        AssociationRegistered(
            organisation_number=number,
            registered_by=here.actor.id,
            content=command.content,
            by_the_fund=writes_for_others(here.actor),
        )
    ]


def _tallies(_: Association | None, command: Command, __: Mapping[UUID, State]) -> Iterable[str]:
    return (counting.organisation(command.organisation_number),) if isinstance(command, RegisterAssociation) else ()


def _marks(association: Association, event: Event) -> Iterable[Mark]:
    is_new = isinstance(event, AssociationRegistered)
    return (Mark(counting.organisation(association.organisation_number), add=1),) if is_new else ()


ASSOCIATION = Kind(
    name="association",
    state=Association,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(RegisterAssociation, ChangeAssociation),
    moves=MOVES,
    labels=LABELS,
    offers={"change_association": AssociationChanged},
    table="association",
    columns={"organisation_number": "text"},
    row=lambda association: {"organisation_number": association.organisation_number},
    tallies=_tallies,
    marks=_marks,
    association=lambda association, command: association.id if association else command.subject,
)
