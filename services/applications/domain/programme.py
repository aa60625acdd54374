"""A programme: its rules, published once; and the clock of a practice programme, which only goes forward."""

from __future__ import annotations

from enum import StrEnum

from shared.catalogue import Event
from shared.catalogue.applications import ClockAdvanced, ProgrammePublished
from shared.identity import Role
from shared.life import Changes, Circumstances, Command, Kind, Life, State
from shared.programme import FieldType, ProgrammeRules
from shared.refused import Already, FieldError, Refused, Unknown
from shared.words import Text

OFFSET_MAX_S = 20 * 366 * 24 * 3_600
"""How far a practice clock may be from the real one: twenty years of rounds."""


AMOUNT = "amount_applied_ore"
"""The question every form asks under this key: how much money, in öre."""


class Status(StrEnum):
    PUBLISHED = "published"  # the officer: draft calls


class Programme(State, frozen=True, kw_only=True):
    """`offset_s` is how far its clock is ahead of the real one; always 0 unless it is for practice."""

    rules: ProgrammeRules
    practice: bool = False
    offset_s: int = 0


class PublishProgramme(Command, frozen=True, kw_only=True):
    rules: ProgrammeRules
    practice: bool = False


class AdvanceClock(Command, frozen=True, kw_only=True):
    advance_s: int


LIFE: Life = {
    (None, ProgrammePublished): Status.PUBLISHED,
    (Status.PUBLISHED, ClockAdvanced): Status.PUBLISHED,
}
MOVES: dict[StrEnum, Role | None] = {Status.PUBLISHED: Role.OFFICER}
LABELS: dict[StrEnum, Text] = {Status.PUBLISHED: Text("programmet är publicerat", "the programme is published")}


def evolve(programme: Programme | None, event: Event) -> Changes:
    match event:
        case ProgrammePublished():
            return {"rules": event.rules, "practice": event.practice}
        case ClockAdvanced():
            return {"offset_s": event.offset_s}
    return {}


def decide(programme: Programme | None, command: Command, here: Circumstances) -> list[Event]:
    match command:
        case PublishProgramme():
            return _publish(programme, command)
        case AdvanceClock():
            return _advance(programme, command)
    raise LookupError(type(command).__name__)


def _publish(programme: Programme | None, command: PublishProgramme) -> list[Event]:
    if not _asks_for_amount(command.rules):
        message = Text(
            f"Ansökan behöver en fråga om belopp med nyckeln {AMOUNT}.",
            f"The application needs a question about money with the key {AMOUNT}.",
        )
        raise Refused(message.sv, message.en, (FieldError("forms.application", message),))
    if programme is None:
        return [ProgrammePublished(rules=command.rules, practice=command.practice)]
    if (programme.rules, programme.practice) == (command.rules, command.practice):
        return []
    raise Already(
        "Programmet är redan publicerat, och då ändras dess regler inte. Publicera ett nytt program i stället.",
        "The programme is already published, and then its rules do not change. Publish a new programme instead.",
    )


def _asks_for_amount(rules: ProgrammeRules) -> bool:
    return any(field.key == AMOUNT and field.type is FieldType.MONEY for field in rules.forms.application_fields())


def _advance(programme: Programme | None, command: AdvanceClock) -> list[Event]:
    if programme is None:
        raise Unknown
    if not programme.practice:
        raise Refused(
            "Bara ett övningsprogram har en egen klocka. I ett skarpt program går tiden som den går.",
            "Only a practice programme has a clock of its own. In a real one, time goes as it goes.",
        )
    if command.advance_s <= 0:
        raise Refused("Klockan kan bara ställas framåt.", "The clock can only be moved forward.")
    offset_s = programme.offset_s + command.advance_s
    if offset_s > OFFSET_MAX_S:
        raise Refused("Så långt fram räknar övningsklockan inte.", "The practice clock does not count that far ahead.")
    return [ClockAdvanced(offset_s=offset_s)]


PROGRAMME = Kind(
    name="programme",
    state=Programme,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(PublishProgramme, AdvanceClock),
    moves=MOVES,
    labels=LABELS,
    table="programme",
    columns={
        "practice": "boolean",
        "offset_s": "bigint",
        "drafts_days": "integer",
        "title_sv": "text",
        "title_en": "text",
    },
    row=lambda programme: {
        "practice": programme.practice,
        "offset_s": programme.offset_s,
        "drafts_days": programme.rules.retention.drafts_days_after_close,
        "title_sv": programme.rules.title.sv,
        "title_en": programme.rules.title.en,
    },
    offers={"advance_clock": ClockAdvanced},
    offers_to=lambda programme, *_: programme.practice,
)
